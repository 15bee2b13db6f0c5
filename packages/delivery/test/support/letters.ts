import { type Clock, systemRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { consumeMigrations } from "../../src/consume/migrations.ts";
import { bury, type NewDeadLetter } from "../../src/dead-letters/dead-letter.ts";
import { type DeadLetters, deadLetters } from "../../src/dead-letters/dead-letters.ts";
import { deadLetterMigrations } from "../../src/dead-letters/migrations.ts";
import type { DeliveryEvent } from "../../src/events.ts";
import type { Migration } from "../../src/migrations.ts";
import { outboxMigrations } from "../../src/outbox/migrations.ts";
import type { Store } from "../../src/store.ts";
import type { Row } from "../../src/tx.ts";
import { uuid7Maker } from "../../src/uuid7.ts";

/** The tables that dead letters come from and go to. */
export const letterMigrations: readonly Migration[] = [
  ...outboxMigrations,
  ...deadLetterMigrations,
  ...consumeMigrations,
];

/** A fresh id. */
export const newId: () => string = uuid7Maker({ clock: virtualClock(), random: systemRandom });

/** What a test says of a letter. */
export type LetterPart = Partial<Omit<NewDeadLetter, "envelope">> & {
  readonly envelope?: Partial<NewDeadLetter["envelope"]>;
};

/** A letter of a consumer unless told otherwise. */
export function letter(part: LetterPart = {}): NewDeadLetter {
  const origin = part.origin ?? "consumer";
  return {
    id: newId(),
    origin,
    consumer: origin === "consumer" ? "billing" : null,
    reason: "failed",
    error: "Error: no such customer",
    history: [{ atMs: 1, error: "no" }],
    redrives: 0,
    ...part,
    envelope: {
      id: newId(),
      source: "/orders",
      type: "order.placed",
      timeMs: 1_700_000_000_000,
      key: "k1",
      seq: null,
      contentType: "application/json",
      headers: { correlationid: "c1" },
      body: Buffer.from('{"orderId":"o1"}'),
      ...part.envelope,
    },
  };
}

/** Buries letters, each in a transaction of its own. */
export async function buryAll(store: Store, letters: readonly NewDeadLetter[]): Promise<void> {
  for (const one of letters) await store.transaction((tx) => bury(tx, store.tables, one));
}

/** A clock whose sleepers wake at once, at their own time: waits are counted, and databases answer in between. */
export function instantClock(): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  let nowMs = 0;
  return {
    slept,
    monotonic: () => nowMs,
    wall: () => 1_767_225_600_000 + nowMs,
    async sleep(waitMs, signal) {
      signal?.throwIfAborted();
      if (!(waitMs > 0)) return;
      slept.push(waitMs);
      nowMs += waitMs;
    },
  };
}

/** Dead letters over a store in a time that passes at once, with what they report. */
export function lettersOf(store: Store): {
  readonly clock: Clock;
  readonly events: readonly DeliveryEvent[];
  readonly letters: DeadLetters;
  types(): readonly string[];
} {
  const clock = instantClock();
  const events: DeliveryEvent[] = [];
  const made = deadLetters({
    store,
    clock,
    random: systemRandom,
    emit: (event) => void events.push(event),
  });
  return { clock, events, letters: made, types: () => events.map(({ type }) => type) };
}

/** Runs one statement on a connection of its own. */
export async function ask(store: Store, sql: string): Promise<readonly Row[]> {
  const session = await store.connect({ purpose: "test" });
  try {
    return (await session.query(sql)).rows;
  } finally {
    await session.close();
  }
}

/** How many rows a table has. */
export async function rowsIn(store: Store, table: string): Promise<number> {
  const [row] = await ask(store, `select count(*) as n from ${store.tables.of(table)}`);
  return Number(row?.["n"]);
}

/** Everything that an async iterable gives. */
export async function allOf<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of list) all.push(one);
  return all;
}
