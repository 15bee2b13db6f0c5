import { crashPoint } from "../crash-points.ts";
import type { Publisher } from "../publisher.ts";
import { numberOf, textOf } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Surroundings } from "../surroundings.ts";
import { advance } from "./advance.ts";
import type { SagaDefinition } from "./definition.ts";
import { type HeldSaga, heldSaga } from "./held.ts";
import type { SagaRegistry } from "./registry.ts";
import type { SagaWorkerOptions } from "./settings.ts";
import { claimDue, list, run, stepsOf } from "./statements.ts";
import type { Waker } from "./waker.ts";

/** What a worker works with. */
export interface Working extends Surroundings {
  readonly store: Store;
  readonly publisher: Publisher;
  readonly registry: SagaRegistry;
  readonly settings: Required<SagaWorkerOptions>;
  readonly waker: Waker;
}

const firstPollMs = 20;
const failedWaitMs = 100;
const failedWaitMsMax = 5_000;
const unknownEveryMs = 300_000;

/**
 * Claims sagas that are due and leads them on, until the signal aborts; then begins nothing new, lets calls under way come to an end
 * for a while, and gives their sagas back. Resolves when nothing is under way.
 */
export async function runSagaWorker(working: Working, signal: AbortSignal): Promise<void> {
  const { clock, random, settings, waker } = working;
  const stop = new AbortController();
  const active = new Set<Promise<void>>();
  const watching = watchUnknown(working, signal);
  const shortestMs = Math.min(firstPollMs, settings.pollMsMax);
  let pollMs = shortestMs;
  let failures = 0;
  const lead = (held: HeldSaga): void => {
    const { store, publisher, emit, tracing = null } = working;
    const led = advance(
      { ...settings, store, publisher, emit, clock, random, tracing, stopping: signal, stop: stop.signal },
      held,
    ).finally(() => {
      active.delete(led);
      waker.wake();
    });
    active.add(led);
  };
  while (!signal.aborted) {
    const free = settings.concurrency - active.size;
    try {
      const claimed = free > 0 ? await claim(working, free) : [];
      for (const held of claimed) lead(held);
      failures = 0;
      pollMs = claimed.length > 0 ? shortestMs : Math.min(2 * pollMs, settings.pollMsMax);
      if (claimed.length < free || free === 0) await waker.wait(pollMs * random.between(0.8, 1.2), signal);
    } catch (error) {
      working.emit({ type: "saga.error", saga: null, error });
      const waitMs = Math.min(failedWaitMs * 2 ** failures++, failedWaitMsMax);
      await waker.wait(random.between(waitMs / 2, waitMs), signal);
    }
  }
  await drain(working, active, stop);
  await watching;
}

async function claim({ store, registry, settings }: Working, limit: number): Promise<readonly HeldSaga[]> {
  const { hashes } = registry;
  if (hashes.length === 0) return [];
  const held = await store.transaction(async (tx) => {
    const rows = await claimDue(tx, store.tables, { hashes, limit, leaseMs: settings.leaseMs });
    if (rows.length === 0) return [];
    const steps = await stepsOf(
      tx,
      store.tables,
      rows.map(({ id }) => id),
    );
    return rows.map((row) =>
      heldSaga(row, steps.get(row.id) ?? [], registry.get(row.definition) as SagaDefinition),
    );
  });
  if (held.length > 0) crashPoint("saga:after-claim");
  return held;
}

async function drain(
  { clock, settings }: Working,
  active: ReadonlySet<Promise<void>>,
  stop: AbortController,
): Promise<void> {
  const drained = new AbortController();
  const limit = clock
    .sleep(settings.drainMs, drained.signal)
    .then(() => stop.abort(new DOMException("The worker ends.", "AbortError")))
    .catch(() => {});
  await Promise.all(active);
  drained.abort();
  await limit;
}

/** Says every five minutes which sagas wait for a definition that this process was not given; another one may have it. */
async function watchUnknown(working: Working, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await reportUnknown(working).catch((error: unknown) =>
      working.emit({ type: "saga.error", saga: null, error }),
    );
    await working.clock.sleep(unknownEveryMs, signal).catch(() => {});
  }
}

async function reportUnknown({ store, registry, emit }: Working): Promise<void> {
  const { hashes } = registry;
  const other = hashes.length === 0 ? "" : ` and definition not in (${list(hashes)})`;
  const { rows } = await store.transaction((tx) =>
    run(
      tx,
      `select name, definition, count(*) as sagas from ${store.tables.of("saga")} where due_ms is not null${other} group by name, definition`,
      hashes,
    ),
  );
  for (const row of rows)
    emit({
      type: "saga.unknown-definition",
      name: textOf(row, "name"),
      definition: textOf(row, "definition"),
      sagas: numberOf(row, "sagas"),
    });
}
