import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import { checks } from "../src/doctor/checks/index.ts";
import { doctor } from "../src/doctor/index.ts";
import { fileSystemOf } from "../src/doctor/system-file-system.ts";
import { DeliveryError } from "../src/errors.ts";
import { appendRows } from "../src/outbox/append.ts";
import type { Store } from "../src/store.ts";
import { mysql } from "../src/stores/mysql.ts";
import { postgres } from "../src/stores/postgres.ts";
import { ask, buryAll, letter, letterMigrations, newId } from "./support/letters.ts";
import { absent, servers } from "./support/servers.ts";
import { testStores } from "./support/stores.ts";

const migrations = letterMigrations;
const codesOf = async (store: Store, limits = {}) =>
  (await doctor({ store, migrations, limits })).findings.map(({ code }) => code);

for (const { name, skip, open } of testStores) {
  describe(`the doctor: ${name}`, { skip }, () => {
    it("asks every question of the database, gets an answer to each, and finds nothing broken in a sound one", async () => {
      const { store, close } = await open(migrations);
      const report = await doctor({ store, migrations });
      const expected = checks.filter(({ dialects }) => dialects.includes(store.dialect)).map(({ id }) => id);
      assert.deepEqual(report.asked, ["schema", ...expected]);
      assert.deepEqual(
        report.findings.filter(({ severity, code }) => severity === "broken" || code === "check-unanswered"),
        [],
      );
      await close();
    });

    it("finds migrations that were not run", async () => {
      const { store, close } = await open([]);
      const old = [...migrations, { id: "later-1", statements: () => [] }];
      const [finding] = (await doctor({ store, migrations: old })).findings;
      assert.match(finding?.code ?? "", /^store-schema-(missing|old)$/);
      assert.match(finding?.message ?? "", /later-1/);
      await close();
    });

    it("finds messages that nobody sends, and dead letters", async () => {
      const { store, close } = await open(migrations);
      const { envelope } = letter();
      const row = { ...envelope, ordered: false, delayMs: 0, seq: undefined as never };
      await store.transaction((tx) =>
        appendRows(tx, store.tables, [row, { ...row, id: newId(), delayMs: 99_000_000 }]),
      );
      await buryAll(store, [letter({ redrives: 4 })]);
      assert.equal((await codesOf(store)).includes("outbox-stuck"), false);

      await ask(store, `update ${store.tables.of("outbox")} set created_ms = created_ms - 400000`);
      const { findings } = await doctor({ store, migrations });
      const found = findings.filter(({ code }) => /^(outbox|dead)/.test(code));
      assert.deepEqual(found.map(({ code }) => code).toSorted(), [
        "dead-letters",
        "dead-letters-looping",
        "outbox-stuck",
      ]);
      assert.match(
        found.find(({ code }) => code === "outbox-stuck")?.message ?? "",
        /^2 messages wait, the oldest for 6\.\d min/,
      );
      await close();
    });
  });
}

describe("the doctor on PostgreSQL", { skip: await absent("postgres") }, () => {
  const openPostgres = testStores.find(({ name }) => name === "postgres by pg")!.open;

  it("finds a transaction that stays open and does nothing, and not its own", async () => {
    const { store, inUserTransaction, close } = await openPostgres(migrations);
    await inUserTransaction(async (_, query) => {
      await query("select pg_current_xact_id()");
      const [row] = (await query("select pg_backend_pid() as pid")) as { pid: number }[];
      const { findings } = await doctor({ store, migrations, limits: { transactionMs: -1 } });
      const found = findings.find(
        ({ where }) =>
          where.startsWith(`process ${row?.pid},`) ||
          where.startsWith(`process ${row?.pid} `) ||
          where === `process ${row?.pid}`,
      );
      assert.equal(found?.code, "postgres-idle-in-transaction");
    });
    await close();
  });

  it("finds a session that relaxes its commits or may not write, and a table that is not vacuumed", async () => {
    const { store, close } = await openPostgres(migrations);
    await ask(store, `alter table ${store.tables.of("outbox")} set (autovacuum_enabled = false)`);
    const schema = store.tables.of("outbox").split(".")[0]?.replaceAll('"', "") ?? "";
    const options =
      "-c synchronous_commit=off -c default_transaction_read_only=on -c idle_in_transaction_session_timeout=9000";
    const pool = new Pool({ ...servers.postgres, options });
    const codes = await codesOf(postgres(pool, { schema, notify: false }));
    await pool.end();
    assert.deepEqual(
      codes.filter((code) => /read-only|asynchronous$|off-table|idle-timeout/.test(code)).toSorted(),
      ["postgres-autovacuum-off-table", "postgres-commit-asynchronous", "postgres-read-only"],
    );
    await close();
  });

  it("finds a slot that holds back log", async () => {
    const { store, inUserTransaction, close } = await openPostgres(migrations);
    const slot = `hf_doctor_${process.pid}`;
    const pool = new Pool({ ...servers.postgres, max: 1 });
    const client = await pool.connect();
    await client.query("select pg_create_physical_replication_slot($1, true, true)", [slot]);
    const { findings } = await doctor({ store, migrations, limits: { slotBytesMax: -1 } });
    client.release(true);
    await pool.end();
    assert.equal(
      findings.find(({ where }) => where === `replication slot ${slot}`)?.code,
      "postgres-slot-behind",
    );
    assert.equal(typeof inUserTransaction, "function");
    await close();
  });

  it("says that the database cannot be reached, and asks nothing more", async () => {
    const pool = new Pool({ host: "127.0.0.1", port: 1, connectionTimeoutMillis: 2_000 });
    const report = await doctor({ store: postgres(pool, { notify: false }), migrations });
    await pool.end();
    assert.deepEqual(
      report.findings.map(({ code, severity }) => [code, severity]),
      [["store-unreachable", "broken"]],
    );
    assert.deepEqual(report.asked, []);
  });
});

describe("the doctor on MariaDB", { skip: await absent("mariadb") }, () => {
  const openMariadb = testStores.find(({ name }) => name === "mariadb by mysql2")!.open;

  it("finds tables outside of InnoDB, packets below the payload, and sessions that are not strict", async () => {
    const { store, close } = await openMariadb(migrations);
    await ask(store, `alter table ${store.tables.of("dead_letter_audit")} engine = aria`);
    const prefix = store.tables.bare("");
    const pool = createPool({ ...servers.mariadb });
    pool.pool.on("connection", (connection) => connection.query("set session sql_mode = ''"));
    const codes = await codesOf(mysql(pool, { prefix }), { payloadBytesMax: 2 ** 31 });
    await pool.end();
    assert.deepEqual(codes.filter((code) => !/durab|flush|binlog|long-trans/.test(code)).toSorted(), [
      "mysql-engine-not-innodb",
      "mysql-not-strict",
      "mysql-packet-small",
    ]);
    await close();
  });

  it("finds a transaction that stays open", async () => {
    const { store, inUserTransaction, close } = await openMariadb(migrations);
    await inUserTransaction(async (_, query) => {
      await query(`select count(*) from ${store.tables.of("outbox")}`);
      const [row] = (await query("select connection_id() as id")) as { id: number }[];
      // InnoDB refreshes what information_schema shows of transactions every 100 ms at most.
      await new Promise((resolve) => setTimeout(resolve, 150));
      const { findings } = await doctor({ store, migrations, limits: { transactionMs: 1 } });
      assert.equal(
        findings.find(({ where }) => where === `thread ${row?.id}`)?.code,
        "mysql-long-transaction",
      );
    });
    await close();
  });
});

describe("the doctor on brokers", () => {
  const open = testStores[0]!.open;
  const finding = { code: "queue-missing", severity: "broken", message: "m", remedy: "r" } as const;

  it("passes on what a broker finds, and that it cannot be asked", async () => {
    const { store, close } = await open(migrations);
    const brokers = [
      {
        name: "bus",
        destinations: ["a"],
        broker: { inspect: async (asked: readonly unknown[]) => (asked[0] === "a" ? [finding] : []) },
      },
      {
        name: "far",
        destinations: [],
        broker: { inspect: () => Promise.reject(new DeliveryError("BROKER_UNREACHABLE", "no")) },
      },
    ];
    const { findings, asked } = await doctor({ store, migrations, brokers });
    assert.deepEqual(
      findings.filter(({ severity }) => severity === "broken").map(({ code, where }) => [code, where]),
      [
        ["queue-missing", "broker bus"],
        ["broker-unreachable", "broker far"],
      ],
    );
    assert.equal(asked.includes("broker bus") && !asked.includes("broker far"), true);
    await close();
  });

  it("tells the kind of a file system", async () => {
    assert.equal(typeof (await fileSystemOf("/")), "number");
    assert.equal(await fileSystemOf("/no/such/path"), null);
  });
});
