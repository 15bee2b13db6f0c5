import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Clock, systemClock } from "@holdfast/core";
import { Client } from "pg";
import { freshDatabase } from "./load/databases.ts";
import { ownPath } from "./load/folder.ts";
import { type Load, startLoad } from "./load/load.ts";
import { postgresAddress, postgresMissing, startPostgres } from "./servers/postgres.ts";
import type { OwnServer } from "./servers/server.ts";

const dayMs = 86_400_000;

/** The system's clock, some time off. */
function shifted(byMs: number): Clock {
  return {
    wall: () => systemClock.wall() + byMs,
    monotonic: () => systemClock.monotonic(),
    sleep: (waitMs, signal) => systemClock.sleep(waitMs, signal),
  };
}

function leasesLostIn({ events }: Load): number {
  return events.filter(({ type }) => type === "relay.lease-lost" || type === "consume.lease-lost").length;
}

describe("clocks that are wrong", () => {
  it("of processes, by a day either way, touch no lease: nothing is taken early, late or twice (T1)", async () => {
    const files = ownPath();
    const database = { kind: "sqlite", path: files.path("clocks.db") } as const;
    const broker = { kind: "in-process" } as const;
    const late = await startLoad({ database, broker, clock: shifted(-dayMs), paceMs: 60, leaseMs: 20_000 });
    const early = await startLoad({ database, broker, clock: shifted(dayMs), paceMs: 60, leaseMs: 20_000 });
    try {
      await Promise.all([late.committed(80), early.committed(80)]);
      await late.stopProducing();
      await early.stopProducing();
      await early.finish([late]);
      assert.equal(leasesLostIn(late) + leasesLostIn(early), 0);
      assert.ok(early.events.length > 0 && late.events.length > 0, "both worked");
    } finally {
      await late.close();
      await early.close();
      files.remove();
    }
  });

  describe("of the database", { skip: postgresMissing }, () => {
    let server: OwnServer;
    before(async () => {
      server = await startPostgres();
    });
    after(() => server?.close());

    it("that jump an hour ahead and back cost leases at most, and stop nothing (T1)", async () => {
      const place = await freshDatabase("postgres", server.port);
      const clock = new Client(postgresAddress(server.port, place.database));
      await clock.connect();
      // Found before PostgreSQL's own by the sessions of the load: the clock that the library's statements read.
      await clock.query(
        "create schema off; create table off.step (by interval not null); insert into off.step values ('0 s')",
      );
      await clock.query(
        "create function off.clock_timestamp() returns timestamptz language sql volatile as 'select pg_catalog.clock_timestamp() + (select by from off.step)'",
      );
      const database = { ...place, options: "-c search_path=off,pg_catalog,public" } as const;
      const load = await startLoad({ database, judgeAt: place, broker: { kind: "in-process" } });
      try {
        await load.committed(60);
        for (const step of ["1 hour", "0 s", "-1 hour", "0 s"]) {
          await clock.query("update off.step set by = $1::interval", [step]);
          await load.committed(80);
        }
        await load.finish();
        const { rows } = await clock.query("select count(*) as n from off.step where by = '0 s'");
        assert.equal(Number(rows[0].n), 1);
      } finally {
        await load.close();
        await clock.end();
      }
    });
  });
});
