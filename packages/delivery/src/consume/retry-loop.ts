import type { Consuming } from "./consuming.ts";
import type { Keeper } from "./keeper.ts";
import { type Claim, claimParked, hasSuspect } from "./leases.ts";
import type { Parked } from "./parked.ts";
import type { Slots } from "./slots.ts";
import { work } from "./work.ts";

/** Parked messages that one claim takes at most. */
const claimMax = 16;

/** What the search for parked messages works with. */
export interface RetryLoop {
  readonly consuming: Consuming;
  readonly slots: Slots;
  readonly keeper: Keeper;
  /** Notes work that is under way, for a stop to wait for. */
  readonly track: (work: Promise<void>) => void;
}

/** Claims parked messages that are due and works on them, until the signal aborts. Never rejects. */
export async function retryParked(loop: RetryLoop, signal: AbortSignal): Promise<void> {
  const { consuming, slots } = loop;
  const { settings, random, wakeup, emit, outage } = consuming;
  let aloneLoop: Promise<void> | null = null;
  // A slot first: a lease must not run while its message waits for one.
  while (await slots.acquire(signal)) {
    try {
      const { taken, suspect } = await claimSome(loop);
      if (suspect && aloneLoop === null) {
        aloneLoop = workOnSuspects(loop, signal).finally(() => {
          aloneLoop = null;
        });
        loop.track(aloneLoop);
      }
      if (taken === 0) await wakeup.wait(settings.pollMs * random.between(0.8, 1.2), signal);
    } catch (error) {
      emit({ type: "consume.error", consumer: settings.name, doing: "claim", error });
      await wakeup.wait(outage.nextWaitMs(), signal);
    }
  }
}

/** Claims as many as there are slots for, and sets to work on them. The slot that the caller holds is used or given back. */
async function claimSome(loop: RetryLoop): Promise<{ readonly taken: number; readonly suspect: boolean }> {
  const { consuming, slots } = loop;
  const { settings, store, lane } = consuming;
  let free = 1;
  while (free < claimMax && slots.tryAcquire()) free++;
  let used = 0;
  try {
    const claim = claimOf(consuming, "ordinary", free);
    const takenMs = consuming.clock.monotonic();
    const { parked, suspect } = await store.transaction(async (tx) => ({
      parked: await claimParked(tx, store.tables, claim),
      suspect: await hasSuspect(tx, store.tables, settings.name),
    }));
    used = parked.length;
    for (const one of parked) {
      const working = lane.beside(() => workOn(loop, one, takenMs)).finally(() => slots.release());
      loop.track(working);
    }
    return { taken: used, suspect };
  } finally {
    for (let at = used; at < free; at++) slots.release();
  }
}

/** Works on suspects one by one, each claimed when nothing else runs: a crash is then nobody else's start. */
async function workOnSuspects(loop: RetryLoop, signal: AbortSignal): Promise<void> {
  const { consuming } = loop;
  const { store, settings, emit } = consuming;
  try {
    for (let found = true; found && !signal.aborted; )
      found = await consuming.lane.alone(async () => {
        if (signal.aborted) return false;
        const takenMs = consuming.clock.monotonic();
        const [parked] = await store.transaction((tx) =>
          claimParked(tx, store.tables, claimOf(consuming, "suspect", 1)),
        );
        if (parked === undefined) return false;
        await workOn(loop, parked, takenMs);
        return true;
      });
  } catch (error) {
    emit({ type: "consume.error", consumer: settings.name, doing: "claim", error });
  }
}

function claimOf({ settings }: Consuming, kind: Claim["kind"], limit: number): Claim {
  return { consumer: settings.name, kind, limit, leaseMs: settings.leaseMs };
}

/** Works on one parked message under its lease. Never rejects. */
export async function workOn(
  { consuming, keeper }: Pick<RetryLoop, "consuming" | "keeper">,
  parked: Parked,
  takenMs: number,
): Promise<void> {
  const held = { ...parked, consumer: consuming.settings.name, id: parked.envelope.id };
  const kept = keeper.keep(held, takenMs);
  try {
    await work(consuming, {
      envelope: parked.envelope,
      held,
      signal: kept.signal,
      done() {},
      release() {},
    });
  } finally {
    kept.end();
  }
}
