import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { inProcess } from "../../src/brokers/in-process.ts";
import { delivery } from "../../src/delivery.ts";
import type { DeliveryEvent } from "../../src/events.ts";
import { message } from "../../src/message.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { numbered } from "../consume/rig.ts";
import { absent, ownName, servers } from "../support/servers.ts";

const Loose = message("test.loose", { schema: numbered });
const Bound = message("test.bound", { schema: numbered, key: () => "k", ordered: true });
const idleMs = 300;

describe("a relay where PostgreSQL ends what stands idle in a transaction", {
  skip: await absent("postgres"),
}, () => {
  it("has no transaction open while a broker takes its time (D11)", async () => {
    const schema = ownName();
    const limits = `-c statement_timeout=5s -c idle_in_transaction_session_timeout=${idleMs}`;
    const pool = new Pool({ ...servers.postgres, max: 12, options: limits });
    pool.on("error", () => {});
    // Other tests' relays are at work on the same server.
    const own: unknown[] = [];
    pool.on("connect", (client) => own.push((client as { processID?: number }).processID));
    const events: DeliveryEvent[] = [];
    const d = delivery({
      store: postgres(pool, { schema }),
      brokers: { bus: inProcess() },
      onEvent: (event) => events.push(event),
    });
    const held = Promise.withResolvers<void>();
    const begun: number[] = [];
    const prepare = async ({ n }: { n: number }): Promise<void> => {
      begun.push(n);
      await held.promise;
    };
    d.consume("slow-loose", Loose, { prepare, handler: () => {} });
    d.consume("slow-bound", Bound, { prepare, handler: () => {} });
    const stop = new AbortController();
    try {
      await d.migrate();
      const running = d.run({ signal: stop.signal });
      await d.publishNow([Loose({ n: 1 }), Bound({ n: 2 })]);
      while (begun.length < 2) await sleep(10);
      const seen: unknown[] = [];
      for (const endMs = performance.now() + 2 * idleMs; performance.now() < endMs; await sleep(20))
        seen.push(
          ...(
            await pool.query(
              "select application_name as name, state from pg_stat_activity where application_name like 'holdfast relay%' and pid = any($1)",
              [own],
            )
          ).rows,
        );
      held.resolve();
      while ((await d.backlog()).outbox.messages > 0) await sleep(10);
      stop.abort();
      await running;
      const names = new Set(seen.map((row) => (row as { name: string }).name));
      assert.ok(names.has("holdfast relay claim"), [...names].join());
      assert.deepEqual(
        seen.filter((row) => /in transaction/.test((row as { state: string }).state)),
        [],
      );
      assert.deepEqual(
        events.filter(({ type }) => /error|failed|lost|waits/.test(type)),
        [],
      );
    } finally {
      held.resolve();
      stop.abort();
      await d.close();
      await pool.query(`drop schema if exists "${schema}" cascade`);
      await pool.end();
    }
  });
});
