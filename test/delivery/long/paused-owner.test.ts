import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { CrashPoint } from "@holdfast/delivery/testing";
import { type DatabasePlace, placeOn } from "../load/databases.ts";
import { ownPath } from "../load/folder.ts";
import { startLoad } from "../load/load.ts";
import { startWorker, type WorkerProcess } from "../load/processes.ts";
import { until } from "../load/until.ts";
import { leaseDefaultMs } from "../load/workers.ts";
import { mariadbMissing, startMariadb } from "../servers/mariadb.ts";
import { natsMissing, startNats } from "../servers/nats.ts";
import { postgresMissing, startPostgres } from "../servers/postgres.ts";
import type { OwnServer } from "../servers/server.ts";

/** Holding claimed messages; holding confirmed ones that are not settled. */
const relayStops = ["relay:after-claim", "relay:after-ack"] as const;
/** In the middle of a consumer's transaction. */
const inTransaction = "consume:after-handler";
const stops = [...relayStops, inTransaction] as const;

const stores = [
  { kind: "sqlite", skip: false, start: async () => null, takenOver: relayStops },
  { kind: "postgres", skip: postgresMissing, start: startPostgres, takenOver: stops },
  { kind: "mariadb", skip: mariadbMissing, start: startMariadb, takenOver: stops },
] as const;

for (const { kind, skip, start, takenOver } of stores)
  describe(`a process that is stopped for twice its leases, on ${kind}`, {
    skip: skip || natsMissing,
  }, () => {
    const files = ownPath();
    let nats: OwnServer;
    let server: OwnServer | null = null;
    let database: DatabasePlace;
    before(async () => {
      nats = await startNats();
      server = await start();
      database = await placeOn(kind, server, files.path("paused.db"));
    });
    after(async () => {
      await server?.close();
      await nats?.close();
      files.remove();
    });

    it("has its work taken over, changes nothing when it goes on, and reports what it lost (R5, R10, T2)", async () => {
      const broker = { kind: "nats", port: nats.port, name: "paused" } as const;
      const load = await startLoad({ database, broker, works: false, paceMs: 60 });
      const zombie = startWorker({
        database,
        broker,
        journal: files.path("zombie.ndjson"),
        stops: takenOver,
      });
      const points = (at: string): readonly string[] =>
        zombie.lines().flatMap((line) => (line.at === at && "point" in line ? [line.point] : []));
      await until("it works", () => points("stopping").length > 0);
      const other = startWorker({ database, broker, journal: files.path("other.ndjson"), stops: [] });
      try {
        for (const [at, point] of takenOver.entries()) {
          await until(`it stops ${point}`, () => points("stopping").includes(point));
          const handled = other.lines().length;
          await sleep(2 * leaseDefaultMs);
          await until("the other one goes on", () => other.lines().length > handled);
          zombie.thaw();
          await until("it goes on", () => points("going").length > at);
        }
        await load.finish();
        assert.ok(
          zombie.lines().some((line) => line.at === "event" && line.type === "relay.lease-lost"),
          "it did not report that it lost its leases",
        );
        assert.deepEqual([await zombie.end(), await other.end()], [0, 0]);
      } finally {
        await zombie.kill();
        await other.kill();
        await load.close();
      }
    });
  });

describe("a process that is stopped in the middle of a transaction, on sqlite", () => {
  it("has every writer of the file wait for the lock that it alone can give back, and costs nothing when it goes on or is killed (R5)", async () => {
    const files = ownPath();
    const database = { kind: "sqlite", path: files.path("held.db") } as const;
    const broker = { kind: "in-process" } as const;
    const load = await startLoad({ database, broker, works: false, paceMs: 60 });
    const start = (name: string, stops: readonly CrashPoint[]) =>
      startWorker({ database, broker, journal: files.path(`${name}.ndjson`), stops });
    const [resumed, killed] = [start("resumed", [inTransaction]), start("killed", [inTransaction])];
    const stopped = (worker: WorkerProcess): boolean => worker.lines().some(({ at }) => at === "stopping");
    const other = start("other", []);
    try {
      await until("one of them holds the file", () => stopped(resumed) || stopped(killed));
      const [first, second] = stopped(resumed) ? [resumed, killed] : [killed, resumed];
      for (const worker of [first, second]) {
        await until("it holds the file", () => stopped(worker));
        // What has begun before it is over by then.
        await sleep(200);
        const before = [load.facts.length, other.lines().length];
        await sleep(leaseDefaultMs);
        assert.deepEqual([load.facts.length, other.lines().length], before, "somebody wrote");
        if (worker === resumed) worker.thaw();
        else await worker.kill();
        await until("the others go on", () => load.facts.length > (before[0] ?? 0));
      }
      await load.finish();
      assert.deepEqual([...load.failures], [], "nobody waited for longer than the limit");
      assert.deepEqual([await resumed.end(), await other.end()], [0, 0]);
    } finally {
      for (const worker of [resumed, killed, other]) await worker.kill();
      await load.close();
      files.remove();
    }
  });
});
