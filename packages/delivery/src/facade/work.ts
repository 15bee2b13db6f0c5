import { type Clock, nextWait, type Random } from "@holdfast/core";
import type { Consumer } from "../consume/consumer.ts";
import type { Emit } from "../events.ts";
import { sweepIdempotency } from "../idempotency/index.ts";
import { checkSchema } from "../migrations.ts";
import type { Relay } from "../relay/relay.ts";
import type { Sagas } from "../saga/sagas.ts";
import { migrations } from "../schema.ts";
import { isPassing } from "../sql-failure.ts";
import type { Store } from "../store.ts";
import type { Role } from "./options.ts";

/** What `run` sees to. */
export interface Work {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly relay: Relay;
  readonly sagas: Sagas;
  readonly consumers: readonly Consumer[];
}

/** Waits while the store cannot be reached at the start. */
const startBackoff = { baseMs: 250, factor: 2, capMs: 10_000, jitter: "equal" } as const;
/** How often idempotency keys that are over are deleted, in milliseconds. */
const sweepEveryMs = 600_000;

/**
 * Runs the roles until the signal aborts. A schema that is missing or old ends it at once; a store that cannot be reached is waited for.
 * When one part fails for good, the others are stopped and its failure is thrown.
 */
export async function runWork(work: Work, roles: ReadonlySet<Role>, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  await schemaInOrder(work, all);
  if (all.aborted) return;
  const parts: Promise<void>[] = [sweeping(work, all)];
  if (roles.has("relay")) parts.push(work.relay.run(all));
  if (roles.has("consumers")) for (const consumer of work.consumers) parts.push(consumer.run(all));
  if (roles.has("sagas") && work.sagas.any) parts.push(work.sagas.run(all));
  try {
    await Promise.all(parts);
  } finally {
    stop.abort();
    await Promise.allSettled(parts);
  }
}

async function schemaInOrder({ store, clock, random, emit }: Work, signal: AbortSignal): Promise<void> {
  for (let retry = 0; !signal.aborted; retry++) {
    try {
      await checkSchema(store, migrations);
      return;
    } catch (error) {
      if (!isPassing(error)) throw error;
      const waitMs = nextWait(startBackoff, Math.min(retry, 20), null, random).waitMs;
      emit({ type: "relay.error", doing: "looking at the schema before the start", error, waitMs });
      await clock.sleep(waitMs, signal).catch(() => {});
    }
  }
}

/** Deletes what is over. A failure costs space only, and the next time comes. */
async function sweeping({ store, clock, random }: Work, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(sweepEveryMs * random.between(0.5, 1), signal).catch(() => {});
    if (!signal.aborted) await sweepIdempotency(store, signal).catch(() => {});
  }
}
