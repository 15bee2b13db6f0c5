import { DatabaseSync } from "node:sqlite";
import { systemClock, systemRandom } from "@holdfast/core";
import type { VirtualClock } from "@holdfast/core/testing";
import type { Broker, Outgoing, PublishEnd } from "../../broker.ts";
import { deadLetterMigrations } from "../../dead-letters/migrations.ts";
import type { DeliveryEvent } from "../../events.ts";
import { type Migration, migrate } from "../../migrations.ts";
import { outboxMigrations } from "../../outbox/migrations.ts";
import { shardOf } from "../../outbox/row.ts";
import { nowMs } from "../../sql.ts";
import type { Store } from "../../store.ts";
import { sqlite } from "../../stores/sqlite.ts";
import type { Row } from "../../tx.ts";
import { uuid7Maker } from "../../uuid7.ts";

/** What a relay's tables are made by. */
export const relayMigrations: readonly Migration[] = [...outboxMigrations, ...deadLetterMigrations];

/** A store in memory whose database reads the time off a virtual clock. */
export interface VirtualStore {
  readonly store: Store;
  readonly database: DatabaseSync;
  /** Whether transactions are under way: each takes a turn of the event loop, and time is to stand still meanwhile. */
  busy(): boolean;
}

/** Makes one, with the relay's tables. */
export async function virtualStore(clock: VirtualClock): Promise<VirtualStore> {
  const database = new DatabaseSync(":memory:");
  database.function("unixepoch", { varargs: true }, () => clock.wall() / 1_000);
  const plain = sqlite(database);
  await migrate(plain, relayMigrations);
  let underWay = 0;
  const counted = <T>(transaction: () => Promise<T>): Promise<T> => {
    underWay += 1;
    return transaction().finally(() => {
      underWay -= 1;
    });
  };
  const store: Store = {
    ...plain,
    transaction: (work, options) => counted(() => plain.transaction(work, options)),
    async connect(options) {
      const session = await plain.connect(options);
      return {
        ...session,
        query: (sql, params) => counted(() => session.query(sql, params)),
        transaction: (work, settings) => counted(() => session.transaction(work, settings)),
      };
    },
  };
  return { store, database, busy: () => underWay > 0 };
}

/** A broker that does what a test says. */
export interface ScriptedBroker extends Broker {
  /** What it confirmed, in order. */
  readonly confirmed: Outgoing[];
  /** What it was handed, in order. */
  readonly handed: Outgoing[];
  /** The most that were under way at once. */
  most(): number;
}

/** A broker whose answer to each message is `answer`; confirms everything when none is given. */
export function scriptedBroker(
  answer: (message: Outgoing, nth: number) => PublishEnd | Promise<PublishEnd> = () => ({ ok: true }),
): ScriptedBroker {
  const confirmed: Outgoing[] = [];
  const handed: Outgoing[] = [];
  const nths = new Map<string, number>();
  let underWay = 0;
  let most = 0;
  return {
    kind: "scripted",
    guarantees: {
      confirms: "stored",
      survivesRestart: false,
      fsyncBeforeConfirm: false,
      dedupeMs: 0,
      ordered: true,
      redelivers: false,
      reportsUnroutable: true,
      bytesMax: 1_000_000,
    },
    confirmed,
    handed,
    most: () => most,
    destination: (type) => type,
    async publish(message) {
      handed.push(message);
      most = Math.max(most, ++underWay);
      const nth = (nths.get(message.envelope.id) ?? 0) + 1;
      nths.set(message.envelope.id, nth);
      try {
        const end = await answer(message, nth);
        if (end.ok) confirmed.push(message);
        return end;
      } finally {
        underWay -= 1;
      }
    },
    subscribe: () => Promise.reject(new Error("a relay subscribes to nothing")),
    inspect: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}

/** A message to write into the outbox. */
export interface Sample {
  readonly type?: string;
  readonly key?: string;
  readonly seq?: number;
  readonly body?: string;
  readonly id?: string;
  readonly delayMs?: number;
}

const freshId = uuid7Maker({ clock: systemClock, random: systemRandom });

/** Writes messages into the outbox as publishing does; those with a number are ordered. Resolves to their ids. */
export async function insertSamples(store: Store, samples: readonly Sample[]): Promise<readonly string[]> {
  const ids: string[] = [];
  const mark = (at: number): string => (store.dialect === "postgres" ? `$${at}` : "?");
  const now = nowMs[store.dialect];
  const key = store.dialect === "mysql" ? "`key`" : "key";
  await store.transaction(async (tx) => {
    for (let from = 0; from < samples.length; from += 500) {
      const params: (string | number | null | Uint8Array)[] = [];
      const rows = samples.slice(from, from + 500).map((sample) => {
        const id = sample.id ?? freshId();
        ids.push(id);
        const at = params.length;
        params.push(id, ...valuesOf(sample));
        const delayMs = Math.trunc(sample.delayMs ?? 0);
        const due = delayMs > 0 ? `1, ${now} + ${delayMs}` : "0, 0";
        return `(${mark(at + 1)}, ${mark(at + 2)}, '/test', ${mark(at + 3)}, ${mark(at + 4)}, ${mark(at + 5)}, 'application/json', '{}', ${mark(at + 6)}, ${now}, ${due})`;
      });
      await tx.query(
        `insert into ${store.tables.of("outbox")} (id, type, source, ${key}, seq, shard, content_type, headers, body, created_ms, state, due_ms) values ${rows.join(", ")}`,
        params,
      );
    }
  });
  return ids;
}

function valuesOf({ type, key, seq, body }: Sample): readonly (string | number | null | Uint8Array)[] {
  const shard = seq === undefined ? null : shardOf(key ?? "");
  return [type ?? "order.placed", key ?? null, seq ?? null, shard, new TextEncoder().encode(body ?? "{}")];
}

/** Rows of a statement, for looking at what is there. */
export async function rowsOf(store: Store, sql: string): Promise<readonly Row[]> {
  const session = await store.connect({ purpose: "test" });
  try {
    return (await session.query(sql)).rows;
  } finally {
    await session.close();
  }
}

/** How many rows a table of the store has. */
export async function countOf(store: Store, table: string): Promise<number> {
  const [row] = await rowsOf(store, `select count(*) as n from ${store.tables.of(table)}`);
  return Number(row?.["n"]);
}

/** Takes events, and keeps them. */
export function recorder(): { readonly events: DeliveryEvent[]; emit(event: DeliveryEvent): void } {
  const events: DeliveryEvent[] = [];
  return { events, emit: (event) => void events.push(event) };
}
