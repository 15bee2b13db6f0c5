import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type DeliveryEvent, delivery, message, type StandardSchema } from "@holdfast/delivery";
import { nats } from "@holdfast/delivery/nats";
import { sqlite } from "@holdfast/delivery/sqlite";
import { z } from "zod";
import { ownPath } from "./load/folder.ts";
import { until } from "./load/until.ts";
import { natsMissing, startNats } from "./servers/nats.ts";

const schema: StandardSchema<{ readonly n: number }> = z.object({ n: z.number() });
const Loose = message("cut.loose", { schema });
const Bound = message("cut.bound", { schema, key: () => "k", ordered: true });

describe("a power cut that takes what NATS had confirmed and not yet synced", { skip: natsMissing }, () => {
  it("loses that and nothing else, as the guarantees say; in an order it is told as a gap, and nothing behind it is handled (B10)", async () => {
    const files = ownPath();
    const server = await startNats();
    const store = sqlite(files.path("cut.db"));
    const bus = nats({
      servers: `nats://127.0.0.1:${server.port}`,
      stream: "CUT",
      declare: true,
      backoff: { baseMs: 50, capMs: 200 },
    });
    const events: DeliveryEvent[] = [];
    const handled = { loose: [] as number[], bound: [] as number[] };
    const sender = delivery({ store, brokers: { bus } });
    for (const type of [Loose, Bound]) sender.route(type, "bus");
    const stop = new AbortController();
    try {
      await sender.migrate();
      const sending = sender.run({ signal: stop.signal });
      const confirmed = async (from: number, to: number): Promise<void> => {
        for (let n = from; n <= to; n++) await sender.publishNow([Loose({ n }), Bound({ n })]);
        await until("all is confirmed", async () => (await sender.backlog()).outbox.messages === 0);
      };
      // What is in the files by now counts as synced. The server syncs every two minutes, so that what follows is not.
      await confirmed(1, 5);
      const disk = join(server.folder, "store");
      cpSync(disk, files.path("synced"), { recursive: true });
      await confirmed(6, 8);
      await server.kill();
      rmSync(disk, { recursive: true });
      cpSync(files.path("synced"), disk, { recursive: true });
      await server.start();
      await confirmed(9, 10);
      const receiver = delivery({ store, brokers: { bus }, onEvent: (event) => events.push(event) });
      receiver.consume("loose", Loose, ({ n }) => void handled.loose.push(n), { pollMs: 50 });
      receiver.consume("bound", Bound, ({ n }) => void handled.bound.push(n), {
        pollMs: 50,
        dedupe: "sequence",
        sequence: { reportGapAfterMs: 200 },
      });
      const receiving = receiver.run({ signal: stop.signal });
      const gap = () => events.find((event) => event.type === "consume.gap");
      await until("the gap is told", () => gap() !== undefined && handled.loose.length === 7);
      assert.deepEqual(handled.loose.toSorted(), [1, 10, 2, 3, 4, 5, 9]);
      assert.deepEqual(handled.bound, [1, 2, 3, 4, 5]);
      assert.equal((gap() as { missingSeq?: number }).missingSeq, 6);
      for (const { delivery: kind, losses } of receiver.guarantees())
        assert.deepEqual([kind, losses.map(({ code }) => code)], ["may-lose", ["broker-power-cut"]]);
      stop.abort();
      await Promise.all([sending, receiving]);
    } finally {
      stop.abort();
      await sender.close();
      await store.close();
      await server.close();
      files.remove();
    }
  });
});
