import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffOf } from "@holdfast/core";
import type { RouteFacts } from "../guarantees/facts.ts";
import { guarantees } from "../guarantees.ts";
import { tablesOf } from "../tables.ts";
import { limitsOf } from "./check.ts";
import { checks } from "./checks/index.ts";
import { routeFindings } from "./routes.ts";

const context = {
  tables: tablesOf("postgres"),
  limits: limitsOf(),
  fileSystemOf: async () => null,
  another: null,
};
const minutes = (n: number): number => n * 60_000;

function judged(id: string, facts: unknown): readonly string[] {
  const check = checks.find((one) => one.id === id);
  assert.ok(check !== undefined, id);
  return check.judge(facts, context).map(({ code, severity }) => `${severity} ${code}`);
}

const pgSettings = { fsync: "on", full_page_writes: "on", synchronous_commit: "on" };
const mySettings = {
  innodb_flush_log_at_trx_commit: "1",
  innodb_doublewrite: "ON",
  log_bin: "ON",
  sync_binlog: "1",
  binlog_format: "ROW",
};
const mySession = {
  read_only: "OFF",
  innodb_read_only: "OFF",
  sql_mode: "STRICT_TRANS_TABLES",
  max_allowed_packet: "16777216",
  tx_isolation: "REPEATABLE-READ",
};
const table = { table: "holdfast.outbox", vacuumed: true, liveRows: 10, deadRows: 0, bytes: 0 };
const file = { path: "/var/lib/app.db", journal: "wal", synchronous: "2", fileSystem: 0xef53 };
const slot = { name: "s", active: true, lost: false, heldBytes: 0, holdsRows: false };
const noLetters = { letters: 0, oldestMs: null, groups: [], capped: false };
const calm = {
  outbox: { messages: 3, delayed: 0, failing: 0, oldestMs: 1_000, capped: false },
  parked: [{ consumer: "billing", messages: 9, gaps: 0, oldestMs: minutes(90) }],
  deadLetters: noLetters,
};
const group = {
  type: "a",
  origin: "consumer",
  consumer: "b",
  reason: "failed",
  letters: 1,
  oldestMs: 1,
  redrivesMost: 0,
};

/** Check, what the database answered, what that means. */
const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
  ["postgres-pooler", { shared: false }, []],
  ["postgres-pooler", { shared: true }, ["broken postgres-pooler-untold"]],
  ["postgres-durability", { settings: pgSettings, relaxedRoles: [] }, []],
  [
    "postgres-durability",
    { settings: { ...pgSettings, fsync: "off" }, relaxedRoles: [] },
    ["broken postgres-fsync-off"],
  ],
  [
    "postgres-durability",
    { settings: { ...pgSettings, full_page_writes: "off" }, relaxedRoles: [] },
    ["broken postgres-full-page-writes-off"],
  ],
  [
    "postgres-durability",
    { settings: { ...pgSettings, synchronous_commit: "off" }, relaxedRoles: ["app"] },
    ["weakened postgres-commit-asynchronous", "weakened postgres-commit-asynchronous-role"],
  ],
  [
    "postgres-durability",
    { settings: { ...pgSettings, synchronous_commit: "remote_apply" }, relaxedRoles: [] },
    [],
  ],
  ["postgres-writable", { standby: false, readOnly: false }, []],
  ["postgres-writable", { standby: true, readOnly: true }, ["broken postgres-standby"]],
  ["postgres-writable", { standby: false, readOnly: true }, ["broken postgres-read-only"]],
  ["postgres-transactions", [{ pid: 1, name: "a", application: "", idle: true, openMs: minutes(5) }], []],
  [
    "postgres-transactions",
    [
      { pid: 1, name: "a", application: "psql", idle: true, openMs: minutes(6) },
      { pid: 2, name: "a", application: "", idle: false, openMs: minutes(6) },
    ],
    ["weakened postgres-idle-in-transaction", "weakened postgres-long-transaction"],
  ],
  ["postgres-prepared", [{ gid: "g", openMs: minutes(4) }], []],
  ["postgres-prepared", [{ gid: "g", openMs: minutes(6) }], ["weakened postgres-prepared-transaction"]],
  ["postgres-slots", [slot, { ...slot, active: false }], []],
  ["postgres-slots", [{ ...slot, heldBytes: 2 ** 31 }], ["weakened postgres-slot-behind"]],
  ["postgres-slots", [{ ...slot, active: false, holdsRows: true }], ["weakened postgres-slot-behind"]],
  ["postgres-slots", [{ ...slot, lost: true, heldBytes: 2 ** 40 }], ["note postgres-slot-lost"]],
  ["postgres-vacuum", { autovacuum: true, tables: [table] }, []],
  [
    "postgres-vacuum",
    { autovacuum: false, tables: [{ ...table, vacuumed: false, deadRows: 200_000 }] },
    ["weakened postgres-autovacuum-off", "weakened postgres-autovacuum-off-table", "weakened postgres-bloat"],
  ],
  ["postgres-vacuum", { autovacuum: true, tables: [{ ...table, liveRows: 300_000, deadRows: 200_000 }] }, []],
  ["postgres-timeouts", { idle_in_transaction_session_timeout: "60000" }, []],
  ["postgres-timeouts", { idle_in_transaction_session_timeout: "0" }, ["note postgres-idle-timeout-none"]],
  ["mysql-durability", mySettings, []],
  [
    "mysql-durability",
    { ...mySettings, innodb_flush_log_at_trx_commit: "2" },
    ["weakened mysql-flush-relaxed"],
  ],
  ["mysql-durability", { ...mySettings, innodb_doublewrite: "OFF" }, ["broken mysql-doublewrite-off"]],
  [
    "mysql-durability",
    { ...mySettings, sync_binlog: "0", binlog_format: "STATEMENT" },
    ["weakened mysql-binlog-not-synced", "broken mysql-binlog-statement"],
  ],
  ["mysql-durability", { ...mySettings, log_bin: "OFF", sync_binlog: "0", binlog_format: "STATEMENT" }, []],
  ["mysql-session", mySession, []],
  ["mysql-session", { ...mySession, read_only: "ON" }, ["broken mysql-read-only"]],
  ["mysql-session", { ...mySession, sql_mode: "" }, ["weakened mysql-not-strict"]],
  ["mysql-session", { ...mySession, transaction_isolation: "SERIALIZABLE" }, ["weakened mysql-serializable"]],
  ["mysql-session", { ...mySession, max_allowed_packet: "1048576" }, ["weakened mysql-packet-small"]],
  ["mysql-session", { ...mySession, max_allowed_packet: "65536" }, ["broken mysql-packet-small"]],
  ["mysql-engine", [{ table: "holdfast_outbox", engine: "InnoDB" }], []],
  ["mysql-engine", [{ table: "holdfast_outbox", engine: "Aria" }], ["broken mysql-engine-not-innodb"]],
  ["mysql-transactions", [{ thread: 1, openMs: minutes(5) }], []],
  ["mysql-transactions", [{ thread: 1, openMs: minutes(6) }], ["weakened mysql-long-transaction"]],
  ["sqlite-file", file, []],
  ["sqlite-file", { ...file, fileSystem: null }, []],
  ["sqlite-file", { ...file, path: "", journal: "memory" }, ["weakened sqlite-memory"]],
  [
    "sqlite-file",
    { ...file, journal: "delete", synchronous: "1" },
    ["note sqlite-journal-not-wal", "weakened sqlite-synchronous-normal"],
  ],
  [
    "sqlite-file",
    { ...file, journal: "off", synchronous: "0" },
    ["broken sqlite-journal-none", "broken sqlite-synchronous-off"],
  ],
  ["sqlite-file", { ...file, fileSystem: 0x6969 }, ["broken sqlite-network-file"]],
  ["sqlite-file", { ...file, fileSystem: 0xff534d42 }, ["broken sqlite-network-file"]],
  ["backlog", calm, []],
  ["backlog", { ...calm, outbox: { ...calm.outbox, oldestMs: null } }, []],
  ["backlog", { ...calm, outbox: { ...calm.outbox, oldestMs: minutes(6) } }, ["weakened outbox-stuck"]],
  ["backlog", { ...calm, parked: [{ ...calm.parked[0], gaps: 1 }] }, ["weakened consumer-gap"]],
  [
    "backlog",
    { ...calm, deadLetters: { ...noLetters, letters: 1, oldestMs: 5, groups: [group] } },
    ["note dead-letters"],
  ],
  [
    "backlog",
    {
      ...calm,
      deadLetters: { ...noLetters, letters: 1, oldestMs: 5, groups: [{ ...group, redrivesMost: 4 }] },
    },
    ["note dead-letters", "weakened dead-letters-looping"],
  ],
];

describe("the doctor's checks", () => {
  for (const [id, facts, expected] of cases)
    it(`${id} finds ${expected.join(", ") || "nothing"} in ${JSON.stringify(facts)}`, () => {
      assert.deepEqual(judged(id, facts), expected);
    });

  it("are all judged here, good and bad", () => {
    for (const { id } of checks) {
      const outcomes = cases.filter(([of]) => of === id).map(([, , found]) => found.length > 0);
      assert.deepEqual(new Set(outcomes), new Set([true, false]), id);
    }
  });

  it("say what to do about each finding, in a sentence, and where", () => {
    for (const [id, facts] of cases)
      for (const { message, remedy, where } of checks.find((one) => one.id === id)?.judge(facts, context) ??
        []) {
        assert.match(message, /^[A-Z0-9a-z].*[.:]$/s);
        assert.match(remedy, /\.$|\)$/);
        assert.notEqual(where, "");
      }
  });
});

describe("what has to fit together along a route", () => {
  const retries = { attempts: 12, backoff: backoffOf({ baseMs: 1_000, capMs: 3_600_000 }) };
  const safe = {
    confirms: "stored" as const,
    survivesRestart: true,
    fsyncBeforeConfirm: true,
    dedupeMs: 0,
    ordered: true,
    redelivers: true,
    reportsUnroutable: true,
    bytesMax: 1 << 24,
  };
  const route = (broker: Partial<RouteFacts["guarantees"]>): RouteFacts => ({
    type: "a",
    ordered: false,
    broker: "bus",
    kind: "nats",
    relay: retries,
    guarantees: { ...safe, ...broker },
  });
  const found = (broker: Partial<RouteFacts["guarantees"]>, windowMs: number | null): readonly string[] => {
    const consumers =
      windowMs === null
        ? []
        : [{ name: "c", types: ["a"], dedupe: { kind: "window", windowMs }, retries } as const];
    const routes = [route(broker)];
    const store = {
      dialect: "postgres",
      guarantees: { durable: true, shared: true, writers: "many" },
    } as const;
    return routeFindings(guarantees({ store, routes, consumers }), routes, limitsOf()).map(
      ({ code, severity }) => `${severity} ${code}`,
    );
  };

  it("finds nothing where everything does", () => {
    assert.deepEqual(found({}, 7 * 86_400_000), []);
  });

  it("finds a broker's window that is shorter than an outage, graver where no consumer dedupes", () => {
    assert.deepEqual(found({ dedupeMs: 120_000 }, 7 * 86_400_000), ["note route-broker-dedupe-short"]);
    assert.deepEqual(found({ dedupeMs: 120_000 }, null), ["weakened route-broker-dedupe-short"]);
  });

  it("finds a consumer's window that is shorter than what may bring a message back", () => {
    assert.deepEqual(found({}, 86_400_000), ["weakened consumer-dedupe-short"]);
  });

  it("finds payloads that are accepted and cannot be sent, and what a broker loses", () => {
    assert.deepEqual(found({ bytesMax: 1_000 }, null), ["broken route-payload-too-large"]);
    assert.deepEqual(found({ fsyncBeforeConfirm: false }, null), ["weakened route-broker-power-cut"]);
    assert.deepEqual(found({ redelivers: false }, null), ["broken route-consumer-crash"]);
  });
});
