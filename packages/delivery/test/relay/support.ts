import assert from "node:assert/strict";
import { systemClock, systemRandom } from "@holdfast/core";
import type { DeliveryEvent } from "../../src/events.ts";
import { createRelay, type Relay, type RelayParts } from "../../src/relay/relay.ts";
import { countOf, type Sample, type ScriptedBroker } from "../../src/relay/testing/harness.ts";
import type { Store } from "../../src/store.ts";

/** A relay on a real store, in real time. */
export function relayOn(store: Store, parts: Partial<RelayParts> & Pick<RelayParts, "routeOf">): Relay {
  return createRelay({ store, clock: systemClock, random: systemRandom, emit: () => {}, ...parts });
}

/** Starts a relay; `stop` resolves when its run has ended. */
export function started(relay: Relay): { stop(): Promise<void> } {
  const ended = new AbortController();
  const run = relay.run(ended.signal);
  return {
    stop() {
      ended.abort();
      return run;
    },
  };
}

/** Waits until something holds; fails when it does not in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const endMs = systemClock.monotonic() + limitMs;
  while (!(await holds())) {
    assert.ok(systemClock.monotonic() < endMs, `in time: ${what}`);
    await systemClock.sleep(10);
  }
}

/** Whether the outbox is empty. */
export function emptied(store: Store): () => Promise<boolean> {
  return async () => (await countOf(store, "outbox")) === 0;
}

/** How many verdicts came too late. */
export const lost = (events: readonly DeliveryEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === "relay.lease-lost" ? event.messages : 0), 0);
/** `each` messages of so many keys, written turn by turn. */
export const keyed = (keys: number, each: number): Sample[] =>
  Array.from({ length: keys * each }, (_, at) => ({ key: `k${at % keys}`, seq: Math.floor(at / keys) + 1 }));

/** Each key's numbers in the order of their first confirms. */
export function firsts(broker: ScriptedBroker): ReadonlyMap<string, readonly number[]> {
  const ordered = broker.confirmed.filter(({ envelope }) => envelope.seq !== null);
  const byKey = Map.groupBy(ordered, ({ envelope }) => envelope.key ?? "");
  return new Map(
    [...byKey].map(([key, list]) => [key, [...new Set(list.map(({ envelope }) => envelope.seq ?? 0))]]),
  );
}

/** A store whose relay's statements fail where `fails` says so. */
export function wrapped(store: Store, fails: (sql: string) => boolean): Store {
  const guard = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    if (fails(sql)) throw new Error("the database does not answer");
    return run();
  };
  // Each listener takes a connection, and those that are cut off would keep theirs.
  const { hints: _, ...quiet } = store;
  return {
    ...quiet,
    async connect(options) {
      const session = await guard("connect", () => store.connect(options));
      return {
        ...session,
        query: (sql, params, name) => guard(sql, () => session.query(sql, params, name)),
        transaction: (work, given) =>
          session.transaction(
            (tx) =>
              work({ ...tx, query: (sql, params, name) => guard(sql, () => tx.query(sql, params, name)) }),
            given,
          ),
      };
    },
  };
}
