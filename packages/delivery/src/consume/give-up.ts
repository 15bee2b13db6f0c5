import { crashPoint } from "../crash-points.ts";
import { bury, type DeadReason, type FailedAttempt } from "../dead-letters/dead-letter.ts";
import { DeliveryError } from "../errors.ts";
import type { Tx } from "../tx.ts";
import { attemptOf, type Consuming, isRedriven, type Job, named } from "./consuming.ts";
import { lookUp, note } from "./inbox.ts";
import { unpark } from "./leases.ts";
import { holdWatermark, raise, wake } from "./watermark.ts";

/** Why a message is given up. */
export interface LastWord {
  readonly reason: DeadReason;
  /** The failure as text. */
  readonly error: string;
  readonly history: readonly FailedAttempt[];
}

/**
 * Makes a dead letter of a message: takes it from where it was, notes that it is dead, so that its duplicates stay away, and buries it, all in
 * this transaction. Resolves to false where it was handled or buried by another delivery meanwhile. Throws LEASE_LOST.
 */
export async function buryIn(
  tx: Tx,
  { settings, store, newId }: Consuming,
  job: Job,
  word: LastWord,
): Promise<boolean> {
  const { envelope, held } = job;
  const { name } = settings;
  crashPoint("consume:before-dead-letter");
  // The watermark first: whoever applies the message before takes it in the same order.
  const passed = settings.windowMs === null && (await passBy(tx, { settings, store }, job));
  if (held !== null && !(await unpark(tx, store.tables, held))) throw leaseLost();
  if (passed || !(await noteDead(tx, { settings, store }, job))) return false;
  await bury(tx, store.tables, {
    id: newId(),
    origin: "consumer",
    consumer: name,
    envelope,
    reason: word.reason,
    error: word.error,
    history: word.history,
    redrives: held?.redrives ?? 0,
  });
  return true;
}

/** Reports a message that was given up, after the transaction that did it. */
export async function tellGivenUp({ settings, emit }: Consuming, job: Job, word: LastWord): Promise<void> {
  crashPoint("consume:after-dead-letter");
  const { envelope } = job;
  const { reason, error } = word;
  emit({
    type: "consume.dead-lettered",
    ...named(settings.name, envelope),
    attempt: attemptOf(job),
    reason,
    error,
  });
  if (settings.onDeadLetter === null) return;
  try {
    await settings.onDeadLetter({ consumer: settings.name, envelope, reason, error });
  } catch (failure) {
    emit({ type: "consume.error", consumer: settings.name, doing: "on-dead-letter", error: failure });
  }
}

/** What was done under a lease that is somebody else's by now. */
export function leaseLost(): DeliveryError {
  return new DeliveryError("LEASE_LOST", "Another worker has taken this message over.");
}

/** Lets the key of an ordered message go on without it where it may. Resolves to whether the message has been passed already. */
async function passBy(
  tx: Tx,
  { settings, store }: Pick<Consuming, "settings" | "store">,
  job: Job,
): Promise<boolean> {
  const { source, type, key, seq } = job.envelope;
  if (key === null || seq === null) return false;
  const place = { consumer: settings.name, source, type, key };
  const { first, last } = await holdWatermark(tx, store.tables, place, settings.beginAt === "one" ? 1 : seq);
  if (seq <= last) return !isRedriven(job) && seq >= first;
  if (settings.afterDeadLetter === "hold" || seq > last + 1) return false;
  await raise(tx, store.tables, place, seq, "anywhere below");
  await wake(tx, store.tables, place, seq + 1);
  return false;
}

async function noteDead(
  tx: Tx,
  { settings, store }: Pick<Consuming, "settings" | "store">,
  job: Job,
): Promise<boolean> {
  const row = { consumer: settings.name, id: job.envelope.id };
  if (await note(tx, store.tables, { ...row, as: "dead" })) return true;
  // A redriven message was dead before, and is again.
  return isRedriven(job) && (await lookUp(tx, store.tables, row)) === "dead";
}
