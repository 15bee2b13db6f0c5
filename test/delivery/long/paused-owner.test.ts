import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type DatabasePlace, placeOn } from "../load/databases.ts";
import { ownPath } from "../load/folder.ts";
import { startLoad } from "../load/load.ts";
import { startWorker } from "../load/processes.ts";
import { until } from "../load/until.ts";
import { leaseDefaultMs } from "../load/workers.ts";
import { mariadbMissing, startMariadb } from "../servers/mariadb.ts";
import { natsMissing, startNats } from "../servers/nats.ts";
import { postgresMissing, startPostgres } from "../servers/postgres.ts";
import type { OwnServer } from "../servers/server.ts";

const stores = [
  { kind: "postgres", skip: postgresMissing, start: startPostgres },
  { kind: "mariadb", skip: mariadbMissing, start: startMariadb },
] as const;

/** Holding claimed messages; holding confirmed ones that are not settled; in the middle of a consumer's transaction. */
const stops = ["relay:after-claim", "relay:after-ack", "consume:after-handler"] as const;

for (const { kind, skip, start } of stores)
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
      const zombie = startWorker({ database, broker, journal: files.path("zombie.ndjson"), stops });
      const points = (at: string): readonly string[] =>
        zombie.lines().flatMap((line) => (line.at === at && "point" in line ? [line.point] : []));
      await until("it works", () => points("stopping").length > 0);
      const other = startWorker({ database, broker, journal: files.path("other.ndjson"), stops: [] });
      try {
        for (const [at, point] of stops.entries()) {
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
