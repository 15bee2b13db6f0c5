import type { DatabaseSync } from "node:sqlite";
import { seededRandom } from "@holdfast/core";
import { type VirtualClock, virtualClock } from "@holdfast/core/testing";
import type { Broker } from "../../broker.ts";
import type { DeliveryEvent } from "../../events.ts";
import type { Store } from "../../store.ts";
import { createRelay, type Relay, type RelayParts } from "../relay.ts";
import { recorder, virtualStore } from "./harness.ts";

/** A relay in virtual time on a database in memory. */
export interface VirtualRelay {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly database: DatabaseSync;
  readonly relay: Relay;
  readonly events: readonly DeliveryEvent[];
  /** Lets so much time pass while the relay works. */
  advance(ms: number): Promise<void>;
  /** Stops it; resolves when `run` has. */
  stop(): Promise<void>;
  /** Starts another one on the same database. */
  another(parts?: Partial<RelayParts>): { readonly relay: Relay; stop(): Promise<void> };
  /** The rows that are left. */
  left(): readonly Record<string, unknown>[];
  /** The dead letters. */
  dead(): readonly Record<string, unknown>[];
}

/** Makes one that runs already. Every message goes to `broker` unless `routeOf` says otherwise. */
export async function virtualRelay(
  broker: Broker | ((clock: VirtualClock) => Broker),
  parts: Partial<RelayParts> & { readonly seed?: number } = {},
): Promise<VirtualRelay> {
  let busy = (): boolean => false;
  const clock = virtualClock({ busy: () => busy() });
  const { store, database, ...made } = await virtualStore(clock);
  busy = made.busy;
  const { events, emit } = recorder();
  const to = typeof broker === "function" ? broker(clock) : broker;
  const another = (more: Partial<RelayParts> = {}): { readonly relay: Relay; stop(): Promise<void> } => {
    const relay = createRelay({
      store,
      routeOf: (type) => ({ broker: to, destination: type }),
      clock,
      random: seededRandom(parts.seed ?? 7),
      emit,
      ...parts,
      ...more,
      // Looking after shards costs most of the time of a test that lasts for hours.
      options: { order: "off", ...parts.options, ...more.options },
    });
    const ended = new AbortController();
    const run = relay.run(ended.signal);
    const stop = async (): Promise<void> => {
      ended.abort();
      await clock.run(() => run);
    };
    return { relay, stop };
  };
  const { relay, stop } = another();
  const all = (table: string): readonly Record<string, unknown>[] =>
    database
      .prepare(`select * from ${store.tables.of(table)} order by 1`)
      .all()
      .map((row) => ({ ...row }));
  return {
    clock,
    store,
    database,
    relay,
    events,
    stop,
    another,
    advance: (ms) => clock.advance(ms),
    left: () => all("outbox"),
    dead: () => all("dead_letter"),
  };
}

/** Events of one type. */
export function eventsOf<Type extends DeliveryEvent["type"]>(
  events: readonly DeliveryEvent[],
  type: Type,
): readonly Extract<DeliveryEvent, { readonly type: Type }>[] {
  return events.filter((event) => event.type === type) as never;
}
