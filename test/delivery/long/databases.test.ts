import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "@holdfast/core";
import { isDeliveryError } from "@holdfast/delivery";
import { startTcpProxy } from "../../../packages/delivery/src/conformance/tcp-proxy.ts";
import { startCommitProxy } from "../load/commit-proxy.ts";
import { createTables, freshDatabase, type LoadDatabase, openDatabase } from "../load/databases.ts";
import { startLoad } from "../load/load.ts";
import { found } from "../load/oracle.ts";
import { Note, openBroker, openDelivery } from "../load/workers.ts";
import { mariadbMissing, startMariadb } from "../servers/mariadb.ts";
import { postgresMissing, startPostgres } from "../servers/postgres.ts";
import type { OwnServer } from "../servers/server.ts";

const databases = [
  { kind: "postgres", skip: postgresMissing, start: startPostgres },
  { kind: "mariadb", skip: mariadbMissing, start: startMariadb },
] as const;

for (const { kind, skip, start } of databases)
  describe(`a load and its own ${kind}`, { skip }, () => {
    let server: OwnServer;
    before(async () => {
      server = await start();
    });
    after(() => server?.close());

    it("loses nothing, makes nothing up and does nothing twice, whether the server is stopped, crashed or killed (D1)", async () => {
      const database = await freshDatabase(kind, server.port);
      const load = await startLoad({ database, broker: { kind: "in-process" } });
      const random = seededRandom(5);
      const ends = ["stop", "crash", "kill", "kill"] as const;
      try {
        for (const end of ends) {
          await load.committed(60);
          await sleep(random.between(0, 150));
          await server[end]();
          await sleep(random.between(50, 400));
          await server.start();
        }
        await load.committed(60);
        await load.finish();
        assert.ok(failuresOf(load) > ends.length, "producers saw nothing of it");
        assert.ok(
          load.events.some(({ type }) => type === "relay.error"),
          "the relay saw nothing of it",
        );
      } finally {
        await load.close();
      }
    });

    it("gets over half-open connections, resets and a port that refuses, in workers and producers alike (D4)", async () => {
      const judgeAt = await freshDatabase(kind, server.port);
      const proxy = await startTcpProxy({ host: "127.0.0.1", port: server.port });
      const load = await startLoad({
        database: { ...judgeAt, port: proxy.port },
        judgeAt,
        broker: { kind: "in-process" },
      });
      try {
        for (const fault of ["blackHole", "cut", "refuse", "cut", "blackHole"] as const) {
          await load.committed(40);
          const before = failuresOf(load);
          await proxy[fault]();
          await sleep(fault === "blackHole" ? 2_500 : 300);
          assert.ok(failuresOf(load) > before, `producers saw nothing of ${fault}`);
          await proxy.restore();
        }
        await load.committed(40);
        await load.finish();
      } finally {
        await load.close();
        await proxy.close();
      }
    });

    it("says that it does not know when the connection breaks at COMMIT, and is right whatever it says (P2)", async () => {
      const judgeAt = await freshDatabase(kind, server.port);
      const proxy = await startCommitProxy(server.port);
      const database = openDatabase({ ...judgeAt, port: proxy.port }, judgeAt);
      const d = openDelivery(database, openBroker({ kind: "in-process" }), () => {});
      await createTables(database);
      await d.migrate();
      const cases = [
        [null, "committed, kept"],
        ["before", "unknown, gone"],
        ["half", "unknown, gone"],
        ["answered", "unknown, kept"],
      ] as const;
      try {
        for (const [at, [fault, expected]] of [...cases, ...cases, ...cases].entries()) {
          const id = `00000000-0000-7000-8000-${String(at).padStart(12, "0")}`;
          proxy.arm(fault);
          const end = await d
            .transaction(async ({ tx, publish }) => {
              await tx.query(`insert into app_sale (id) values (${database.mark(1)})`, [id]);
              publish(Note({ id, key: "k" }, { id }));
            })
            .then(
              () => "committed",
              (error) => (isDeliveryError(error) && error.code === "TX_COMMIT_UNKNOWN" ? "unknown" : error),
            );
          assert.equal(`${end}, ${await keptOf(database, id)}`, expected, `broken ${fault}`);
        }
      } finally {
        await d.close();
        await database.close();
        await proxy.close();
      }
    });
  });

function failuresOf({ failures }: { readonly failures: ReadonlyMap<string, number> }): number {
  return [...failures.values()].reduce((sum, count) => sum + count, 0);
}

/** Whether row and message of a transaction are there: both or neither. */
async function keptOf(database: LoadDatabase, id: string): Promise<"kept" | "gone"> {
  // A server may take a moment to see that its client is gone.
  await sleep(50);
  const isKept = (await found(database)).sales.has(id);
  const rows = await database.query(
    `select count(*) as n from ${database.store.tables.of("outbox")} where id = '${id}'`,
  );
  assert.equal(Number(rows[0]?.["n"]) > 0, isKept, "the row and its message go together");
  return isKept ? "kept" : "gone";
}
