import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { systemClock, systemRandom } from "@holdfast/core";
import { Pool, type PoolClient } from "pg";
import { deadLetterMigrations } from "../../src/dead-letters/migrations.ts";
import { logMigrations } from "../../src/log/migrations.ts";
import { migrate } from "../../src/migrations.ts";
import { appendRows } from "../../src/outbox/append.ts";
import { outboxMigrations } from "../../src/outbox/migrations.ts";
import type { OutboxRow } from "../../src/outbox/row.ts";
import { createRelay, type RelayParts, type RelayStatistics } from "../../src/relay/relay.ts";
import type { Store } from "../../src/store.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { uuid7Maker } from "../../src/uuid7.ts";
import { absent, ownName, servers } from "../support/servers.ts";

/** Why tests of the log are left out, if they are. */
export const skip: string | false = await absent("postgres");

/** A log of a test's own. */
export interface Rig {
  readonly store: Store;
  readonly pool: Pool;
  readonly schema: string;
  again(): Store;
  count(table: string): Promise<number>;
  /** A relay that runs until it is stopped, or the test ends. */
  start(parts: Partial<RelayParts> & Pick<RelayParts, "routeOf">): RunningRelay;
}

/** A relay that runs. */
export interface RunningRelay {
  statistics(): RelayStatistics;
  stop(): Promise<void>;
}

/** Fresh tables; gone when the test is over, however it ends. */
export async function openLog(test: Pick<TestContext, "after">): Promise<Rig> {
  const schema = ownName();
  const stops: (() => Promise<void>)[] = [];
  const pool = new Pool({ ...servers.postgres, max: 40 });
  pool.on("error", () => {});
  const again = (): Store => postgres(pool, { schema, outbox: "log" });
  const store = again();
  test.after(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await store.close();
    await pool.query(`drop schema if exists "${schema}" cascade`);
    await pool.end();
  });
  await migrate(store, [...outboxMigrations, ...deadLetterMigrations, ...logMigrations]);
  return {
    store,
    pool,
    schema,
    again,
    async count(table) {
      const { rows } = await pool.query(`select count(*) as n from ${store.tables.of(table)}`);
      return Number(rows[0].n);
    },
    start(parts) {
      const relay = createRelay({
        store,
        clock: systemClock,
        random: systemRandom,
        emit: () => {},
        ...parts,
      });
      const ended = new AbortController();
      const run = relay.run(ended.signal);
      const stop = (): Promise<void> => {
        ended.abort();
        return run;
      };
      stops.push(stop);
      return { statistics: relay.statistics, stop };
    },
  };
}

const freshId = uuid7Maker({ clock: systemClock, random: systemRandom });

/** A message as it is written. */
export function rowOf(about: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: freshId(),
    type: "order.placed",
    source: "/test",
    key: null,
    ordered: false,
    contentType: "application/json",
    headers: {},
    body: new TextEncoder().encode("{}"),
    delayMs: 0,
    ...about,
  };
}

/** Publishes within an open transaction of the caller's. */
export async function publish(rig: Rig, client: PoolClient, rows: readonly OutboxRow[]): Promise<void> {
  await appendRows(rig.store.adopt(client), rig.store.tables, rows, { log: true });
}

/** Publishes so many messages, a thousand to a transaction; resolves to their ids. */
export async function publishMany(
  rig: Rig,
  count: number,
  about: Partial<OutboxRow> = {},
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 1_000) {
    const rows = Array.from({ length: Math.min(left, 1_000) }, () => rowOf(about));
    await rig.store.transaction((tx) => appendRows(tx, rig.store.tables, rows, { log: true }));
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

/** Each id that was confirmed, and how often. */
export function times(
  confirmed: readonly { readonly envelope: { readonly id: string } }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { envelope } of confirmed) counts.set(envelope.id, (counts.get(envelope.id) ?? 0) + 1);
  return counts;
}

/** Fails unless exactly these ids were confirmed, each of them once. */
export function assertOnce(
  confirmed: readonly { readonly envelope: { readonly id: string } }[],
  ids: Iterable<string>,
): void {
  const counts = times(confirmed);
  const wanted = new Set(ids);
  const missing = [...wanted].filter((id) => !counts.has(id));
  const ghosts = [...counts.keys()].filter((id) => !wanted.has(id));
  const twice = [...counts].filter(([, count]) => count > 1);
  assert.deepEqual(
    { missing: missing.length, ghosts: ghosts.length, twice: twice.length },
    {
      missing: 0,
      ghosts: 0,
      twice: 0,
    },
  );
}
