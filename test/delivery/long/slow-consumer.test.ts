import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { delivery, message, type StandardSchema } from "@holdfast/delivery";
import { nats } from "@holdfast/delivery/nats";
import { sqlite } from "@holdfast/delivery/sqlite";
import { z } from "zod";
import { ownPath } from "../load/folder.ts";
import { until } from "../load/until.ts";
import { natsMissing, startNats } from "../servers/nats.ts";

const schema: StandardSchema<{ readonly n: number; readonly blob: string }> = z.object({
  n: z.number(),
  blob: z.string(),
});
const Slow = message("slow.report", { schema });
const Quick = message("quick.note", { schema });
const backlog = 40_000;
const blob = "x".repeat(2_000);
const quickOnes = 200;

describe("a consumer of one message a second with a long backlog", { skip: natsMissing }, () => {
  it("holds no other consumer up, and has its backlog wait at the broker and not in memory (C9)", async () => {
    const files = ownPath();
    const server = await startNats();
    const bus = nats({ servers: `nats://127.0.0.1:${server.port}`, stream: "SLOW", declare: true });
    const store = sqlite(files.path("slow.db"));
    const d = delivery({ store, brokers: { bus } });
    const begun = { slow: 0, quick: 0 };
    const prepare = (): Promise<void> => {
      begun.slow += 1;
      return sleep(1_000);
    };
    d.consume("slow", Slow, { prepare, handler: () => {} }, { concurrency: 1 });
    d.consume("quick", Quick, () => void begun.quick++);
    const stop = new AbortController();
    try {
      await d.migrate();
      const running = d.run({ signal: stop.signal });
      for (let n = 0; n < backlog; n += 1_000)
        await d.publishNow(Array.from({ length: 1_000 }, (_, at) => Slow({ n: n + at, blob })));
      const isEmpty = async (): Promise<boolean> => (await d.backlog()).outbox.messages === 0;
      await until("the broker has the backlog", isEmpty, 120_000);
      const before = { bytes: process.memoryUsage().rss, slow: begun.slow };
      const startedMs = performance.now();
      for (let n = 0; n < quickOnes; n++) await d.publishNow(Quick({ n, blob }));
      await until("the quick ones are handled", () => begun.quick === quickOnes, 60_000);
      const tookMs = performance.now() - startedMs;
      const slowOnes = begun.slow - before.slow;
      assert.ok(slowOnes <= tookMs / 1_000 + 1, `it is not slow: ${slowOnes} in ${tookMs} ms`);
      assert.ok(begun.slow < backlog / 100, `no backlog is left: ${begun.slow} of ${backlog}`);
      const grownBytes = process.memoryUsage().rss - before.bytes;
      assert.ok(grownBytes < (backlog * blob.length) / 2, `${grownBytes} bytes more in memory`);
      stop.abort();
      await running;
    } finally {
      stop.abort();
      await d.close();
      await store.close();
      await server.close();
      files.remove();
    }
  });
});
