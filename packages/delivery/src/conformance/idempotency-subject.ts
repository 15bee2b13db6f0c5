import { type Clock, systemClock, systemRandom } from "@holdfast/core";
import type { DeliveryEvent } from "../events.ts";
import { type IdempotentHandler, type IdempotentRoute, idempotency } from "../idempotency/idempotent.ts";
import type { ContextOf, IdempotencyMode, IdempotentOptions } from "../idempotency/options.ts";
import type { IdempotencyStore } from "../idempotency/record.ts";
import type { Tx } from "../tx.ts";

/** A store of keys under test. */
export interface IdempotencySubject {
  readonly store: IdempotencyStore;
  /** The same keys through a second store, as another process has it. */
  again(): IdempotencyStore;
  /** Removes what the tests made. */
  close(): Promise<void>;
}

/** Which routes a test makes: the mode and its scope are needed, all else has its standard. */
export type RouteOptions<Mode extends IdempotencyMode> = Partial<IdempotentOptions<Mode, string>> & {
  readonly mode: Mode;
};

/** A route on a store, on the clock of the system unless told otherwise. */
export function routeOn<const Mode extends IdempotencyMode>(
  store: IdempotencyStore,
  options: RouteOptions<Mode>,
  handler: IdempotentHandler<Mode, string>,
  { clock = systemClock, events = [] }: { readonly clock?: Clock; readonly events?: DeliveryEvent[] } = {},
): IdempotentRoute<string> {
  const surroundings = {
    clock,
    random: systemRandom,
    emit: (event: DeliveryEvent) => void events.push(event),
  };
  const { idempotent } = idempotency({ surroundings, store, publisher: null });
  return idempotent<Mode, string>(
    { scope: () => "tenant", ...options } as IdempotentOptions<Mode, string>,
    handler as IdempotentHandler<Mode, string>,
  );
}

/** A POST with a key. */
export function post(
  key: string | null,
  body = '{"amount":1}',
  headers: Readonly<Record<string, string>> = {},
): Request {
  return new Request("http://service.test/charges", {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      ...(key === null ? {} : { "idempotency-key": key }),
      ...headers,
    },
  });
}

/** Declares a test for each mode of the store, with two stores on the same keys. */
export type Each = (
  title: string,
  run: (mode: "tx" | "lease", store: IdempotencyStore, again: IdempotencyStore) => Promise<void>,
) => void;

/** Counts what was done: in the table of the transaction where there is one, otherwise at a foreign service that is a counter. */
export interface Effects {
  /** Does it, once per call. */
  run(context: ContextOf<"tx"> | ContextOf<"lease">, key: string): Promise<void>;
  count(key: string): Promise<number>;
}

/** Effects for a store. Makes the table that it needs. */
export async function effectsOn({ database }: IdempotencyStore): Promise<Effects> {
  const foreign = new Map<string, number>();
  const table = database?.store.tables.of("idempotency_effect") ?? "";
  const mark = database?.store.dialect === "postgres" ? "$1" : "?";
  if (database !== null)
    await database.store.transaction((tx) =>
      tx.query(`create table if not exists ${table} (name varchar(99) not null)`),
    );
  const insert = (tx: Tx, key: string): Promise<unknown> =>
    tx.query(`insert into ${table} (name) values (${mark})`, [key]);
  return {
    async run(context, key) {
      if ("tx" in context) await insert(context.tx, key);
      else foreign.set(key, (foreign.get(key) ?? 0) + 1);
    },
    async count(key) {
      if (database === null) return foreign.get(key) ?? 0;
      const { rows } = await database.store.transaction((tx) =>
        tx.query(`select name from ${table} where name = ${mark}`, [key]),
      );
      return rows.length + (foreign.get(key) ?? 0);
    },
  };
}

/** A clock on which nothing is ever due: the process that has it stands still between two statements. */
export const stoppedClock: Clock = {
  ...systemClock,
  sleep: (_waitMs, signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    }),
};

/** Waits for a gate, but not for ever: a run that nobody lets go would keep the process of a failed test alive. */
export async function within(gate: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([gate, systemClock.sleep(10_000, over.signal).catch(() => {})]);
  over.abort();
}

/** Asks until the answer is no longer "busy", for ten seconds at most. */
export async function answered<Answer extends { readonly status: number }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const endMs = systemClock.monotonic() + 10_000;
  let answer = await ask();
  while (answer.status === 409 && systemClock.monotonic() < endMs) {
    await systemClock.sleep(20);
    answer = await ask();
  }
  return answer;
}

/** Waits until something is so, for ten seconds at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = systemClock.monotonic() + 10_000;
  while (!(await isSo()) && systemClock.monotonic() < endMs) await systemClock.sleep(2);
}
