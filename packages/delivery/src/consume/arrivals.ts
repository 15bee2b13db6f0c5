import type { Delivery } from "../broker.ts";
import { crashPoint } from "../crash-points.ts";
import { nowMs, numberOf } from "../sql.ts";
import type { Tx } from "../tx.ts";
import { type Consuming, type Job, named } from "./consuming.ts";
import { type Known, lookUp } from "./inbox.ts";
import { type Parked, park } from "./parked.ts";
import { type RetryLoop, workOn } from "./retry-loop.ts";
import { giveUp, work } from "./work.ts";

/** Takes what the broker delivers. */
export interface Arrivals {
  take(delivery: Delivery): void;
}

/** Deliveries wait here for a slot; those that still wait when the signal aborts go back at once. */
export function arrivalsOf(loop: RetryLoop, stopping: AbortSignal): Arrivals {
  const { consuming, slots, track } = loop;
  const inTurn = consuming.settings.windowMs === null ? turnsByKey() : null;

  const handle = async (delivery: Delivery): Promise<void> => {
    if (!(await slots.acquire(stopping))) return delivery.release();
    try {
      await consuming.lane.beside(() => handleNow(loop, delivery));
    } finally {
      slots.release();
    }
  };
  return {
    take(delivery) {
      const { type, key } = delivery.envelope;
      track(inTurn === null ? handle(delivery) : inTurn(`${type}\n${key}`, () => handle(delivery)));
    },
  };
}

/** Lets the messages of one key pass one after the other, as they came: they would wait for each other's transactions otherwise. */
function turnsByKey(): (key: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    const done = mine.finally(() => {
      if (last.get(key) === done) last.delete(key);
    });
    last.set(key, done);
    return done;
  };
}

/** Never rejects. */
async function handleNow(loop: RetryLoop, delivery: Delivery): Promise<void> {
  const { consuming } = loop;
  const job = freshJob(consuming, delivery);
  if (delivery.problem !== undefined)
    return giveUp(consuming, job, "invalid", { text: `${delivery.problem.message}` });
  if (!delivery.redelivered) return work(consuming, job);
  let takenMs: number;
  let over: TakenOver;
  try {
    takenMs = consuming.clock.monotonic();
    over = await takeOver(consuming, delivery);
  } catch (error) {
    const waitMs = consuming.outage.nextWaitMs();
    const message = named(consuming.settings.name, job.envelope);
    consuming.emit({ type: "consume.released", ...message, because: "outage", waitMs, error });
    return job.release(waitMs);
  }
  if (over.parked === "too-old") return work(consuming, job);
  job.done();
  if (over.parked !== null) return workOn(loop, over.parked, takenMs);
  consuming.emit({
    type: "consume.duplicate",
    ...named(consuming.settings.name, job.envelope),
    known: over.known,
  });
}

function freshJob(consuming: Consuming, delivery: Delivery): Job {
  return {
    envelope: delivery.envelope,
    held: null,
    signal: consuming.giveUp,
    done() {
      crashPoint("consume:before-ack");
      delivery.ack();
    },
    release: (waitMs) => delivery.release(waitMs),
  };
}

type TakenOver =
  | { readonly parked: Parked | "too-old" }
  | { readonly parked: null; readonly known: Known | "parked" };

/**
 * A message that comes again may be one that brought the process down before anything was written. It is parked before it is tried, in
 * a transaction of its own, with two starts on its record, the earlier one and this one: after a third one it is given up. The broker
 * has no more part in it.
 */
async function takeOver(consuming: Consuming, { envelope }: Delivery): Promise<TakenOver> {
  const { store, settings } = consuming;
  const consumer = settings.name;
  return store.transaction(
    async (tx): Promise<TakenOver> => {
      const known = await lookUp(tx, store.tables, { consumer, id: envelope.id });
      if (known !== null) return { parked: null, known };
      if (await isTooOld(tx, envelope.timeMs, settings.windowMs)) return { parked: "too-old" };
      const start = { consumer, envelope, started: 2, leaseMs: settings.leaseMs };
      if (!(await park(tx, store.tables, start))) return { parked: null, known: "parked" };
      return {
        parked: {
          envelope,
          state: "due",
          lease: 1,
          parkedForMs: 0,
          started: 2,
          failed: 0,
          history: [],
          redrives: 0,
        },
      };
    },
    { lockTimeoutMs: settings.lockTimeoutMs },
  );
}

async function isTooOld(tx: Tx, timeMs: number, windowMs: number | null): Promise<boolean> {
  if (windowMs === null) return false;
  const { rows } = await tx.query(`select ${nowMs[tx.dialect]} as now_ms`);
  return timeMs < numberOf(rows[0] ?? {}, "now_ms") - windowMs;
}
