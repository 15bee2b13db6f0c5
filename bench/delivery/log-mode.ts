/**
 * PostgreSQL's log against its queue, with a broker that confirms at once: how fast each is drained, what one message waits for after many
 * went through under a held snapshot, and how many dead rows are left. Both are measured in turn, round after round, since only their ratio
 * tells; processor time, of this process and of the relay's connections in the database, tells also on a machine that does other things. `node --conditions=@holdfast/source bench/delivery/log-mode.ts [messages] [rounds]`
 */
import { readFileSync } from "node:fs";
import { Pool } from "pg";
import { systemClock, systemRandom } from "../../packages/core/src/index.ts";
import { deadLetterMigrations } from "../../packages/delivery/src/dead-letters/migrations.ts";
import { logMigrations } from "../../packages/delivery/src/log/migrations.ts";
import { migrate } from "../../packages/delivery/src/migrations.ts";
import { appendRows } from "../../packages/delivery/src/outbox/append.ts";
import { outboxMigrations } from "../../packages/delivery/src/outbox/migrations.ts";
import type { OutboxRow } from "../../packages/delivery/src/outbox/row.ts";
import { createRelay } from "../../packages/delivery/src/relay/relay.ts";
import { scriptedBroker } from "../../packages/delivery/src/relay/testing/harness.ts";
import type { Store } from "../../packages/delivery/src/store.ts";
import { postgres } from "../../packages/delivery/src/stores/postgres.ts";
import { uuid7Maker } from "../../packages/delivery/src/uuid7.ts";
import { ownName, servers } from "../../packages/delivery/test/support/servers.ts";

const [count = "100000", rounds = "3"] = process.argv.slice(2);
const messages = Number(count);
const modes = ["queue", "log"] as const;
type Mode = (typeof modes)[number];

const freshId = uuid7Maker({ clock: systemClock, random: systemRandom });
const body = new TextEncoder().encode(JSON.stringify({ text: "x".repeat(400) }));
const pool = new Pool({ ...servers.postgres, max: 30 });
pool.on("error", () => {});

interface Side {
  readonly mode: Mode;
  readonly schema: string;
  readonly store: Store;
}

function rowsOf(many: number): readonly OutboxRow[] {
  const about = { type: "order.placed", source: "/bench", key: null, ordered: false, delayMs: 0 };
  return Array.from({ length: many }, () => ({
    ...about,
    id: freshId(),
    contentType: "application/json",
    headers: {},
    body,
  }));
}

async function write({ store, mode }: Side, many: number): Promise<number> {
  const startedMs = performance.now();
  for (let left = many; left > 0; left -= 1_000) {
    const rows = rowsOf(Math.min(left, 1_000));
    await store.transaction((tx) => appendRows(tx, store.tables, rows, { log: mode === "log" }));
  }
  return performance.now() - startedMs;
}

/** Runs `work` beside a relay. */
async function relaying<T>(
  side: Side,
  work: (relay: ReturnType<typeof createRelay>) => Promise<T>,
): Promise<T> {
  const broker = scriptedBroker();
  const relay = createRelay({
    store: side.store,
    routeOf: (type) => ({ broker, destination: type }),
    clock: systemClock,
    random: systemRandom,
    emit: (event) => {
      if (event.type === "relay.error") console.log(side.mode, event);
    },
    options: { order: "off" },
  });
  const stop = new AbortController();
  const run = relay.run(stop.signal);
  try {
    return await work(relay);
  } finally {
    stop.abort();
    await run;
  }
}

/** Processor time of the relay's connections so far, in milliseconds, where the database is on this machine. */
async function databaseMs({ schema }: Side): Promise<number> {
  const { rows } = await pool.query(
    "select pid from pg_stat_activity where application_name like 'holdfast relay%' and query like $1 and pid <> pg_backend_pid()",
    [`%${schema}%`],
  );
  return rows.reduce((sum, { pid }) => sum + processMs(pid), 0);
}

function processMs(pid: number): number {
  try {
    const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    const fields = rest.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

interface Drained {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly databaseMs: number;
}

async function drain(side: Side): Promise<Drained> {
  return relaying(side, async (relay) => {
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    while (relay.statistics().published < messages) await systemClock.sleep(2);
    const tookMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpu);
    return {
      perSecond: (messages / tookMs) * 1_000,
      cpuMs: (user + system) / 1_000,
      databaseMs: await databaseMs(side),
    };
  });
}

/** From the wake-up to the confirm, five messages at a time. */
async function waits(side: Side): Promise<readonly number[]> {
  return relaying(side, async (relay) => {
    await systemClock.sleep(500);
    const tookMs: number[] = [];
    for (let round = 1; round <= 60; round++) {
      await write(side, 5);
      const startedMs = performance.now();
      relay.wake();
      while (relay.statistics().published < round * 5) await systemClock.sleep(0.2);
      tookMs.push(performance.now() - startedMs);
      await systemClock.sleep(20);
    }
    return tookMs;
  });
}

async function dead({ schema }: Side): Promise<string> {
  await systemClock.sleep(1_500);
  const { rows } = await pool.query(
    "select relname, n_dead_tup as dead, pg_total_relation_size(relid) as bytes from pg_stat_user_tables where schemaname = $1 and relname like 'outbox%' and (n_dead_tup > 0 or n_tup_ins > 1000) order by relname",
    [schema],
  );
  return rows
    .map(
      ({ relname, dead: rowsDead, bytes }) => `${relname} ${rowsDead} dead, ${Math.round(bytes / 1024)} KiB`,
    )
    .join("; ");
}

function at(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
}

function about({ perSecond, cpuMs, databaseMs: theirsMs }: Drained): string {
  return `${Math.round(perSecond)}/s (cpu ${Math.round(cpuMs)} ms, database ${Math.round(theirsMs)} ms)`;
}

async function opened(mode: Mode): Promise<Side> {
  const schema = ownName();
  const store = postgres(pool, { schema, outbox: mode });
  await migrate(store, [...outboxMigrations, ...deadLetterMigrations, ...logMigrations]);
  return { mode, schema, store };
}

const sides = [await opened("queue"), await opened("log")];
try {
  for (let round = 1; round <= Number(rounds); round++)
    for (const side of sides) {
      const wroteMs = await write(side, messages);
      const drained = await drain(side);
      console.log(
        `${side.mode} round ${round}: written ${Math.round((messages / wroteMs) * 1_000)}/s, published ${about(drained)}`,
      );
    }
  for (const side of sides) console.log(`${side.mode}: ${await dead(side)}`);
  for (const side of sides) {
    const tookMs = await waits(side);
    console.log(`${side.mode}, no held snapshot: p50 ${at(tookMs, 0.5)} ms, p90 ${at(tookMs, 0.9)} ms`);
  }
  const holder = await pool.connect();
  await holder.query("begin isolation level repeatable read");
  await holder.query("select pg_current_xact_id()");
  for (const side of sides) {
    await write(side, messages);
    const first = await drain(side);
    await write(side, messages);
    const second = await drain(side);
    const tookMs = await waits(side);
    console.log(
      `${side.mode} under a held snapshot, ${2 * messages} messages: published ${about(first)}, then ${about(second)}; afterwards p50 ${at(tookMs, 0.5)} ms, p90 ${at(tookMs, 0.9)} ms`,
    );
    console.log(`${side.mode}: ${await dead(side)}`);
  }
  await holder.query("rollback");
  holder.release();
} finally {
  for (const { store, schema } of sides) {
    await store.close();
    await pool.query(`drop schema "${schema}" cascade`);
  }
  await pool.end();
}
