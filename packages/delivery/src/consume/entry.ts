import type { Tx } from "../tx.ts";
import { type Consuming, isRedriven, type Job } from "./consuming.ts";
import type { Ending } from "./ending.ts";
import { buryIn, type LastWord, leaseLost } from "./give-up.ts";
import { enterFresh, enterParked, type Known } from "./inbox.ts";
import { giveBack, unpark } from "./leases.ts";
import { park } from "./parked.ts";
import { judgeGap } from "./sequence.ts";
import { enterSequence, lowestWaiting, type Place, placeOf, wake } from "./watermark.ts";

/** A message that is now noted as handled, if the transaction commits. */
export interface Entered {
  /** The place whose watermark was raised to it; null where none was. */
  readonly place: (Place & { readonly seq: number }) | null;
}

/** Notes the message as handled, or says, with all that follows from it, why there is nothing to handle. */
export async function enter(
  tx: Tx,
  consuming: Consuming,
  job: Job,
): Promise<Entered | { readonly ending: Ending }> {
  return consuming.settings.windowMs === null
    ? enterBySequence(tx, consuming, job)
    : enterByWindow(tx, consuming, job, consuming.settings.windowMs);
}

/** What the message's effect means for others: the one behind it may go on. Resolves to whether one was waiting. */
export function leaveBehind(tx: Tx, { store }: Consuming, { place }: Entered): Promise<boolean> {
  return place === null ? Promise.resolve(false) : wake(tx, store.tables, place, place.seq + 1);
}

async function enterByWindow(
  tx: Tx,
  consuming: Consuming,
  job: Job,
  windowMs: number,
): Promise<Entered | { readonly ending: Ending }> {
  const { settings, store } = consuming;
  const { envelope, held } = job;
  const consumer = settings.name;
  if (held !== null) {
    const redriven = isRedriven(job);
    if (await enterParked(tx, store.tables, { consumer, id: envelope.id, redriven })) return { place: null };
    return duplicate(tx, consuming, job, "done");
  }
  const entry = await enterFresh(tx, store.tables, { consumer, envelope, windowMs });
  if (entry === "new") return { place: null };
  if (entry === "too-old") return giveUp(tx, consuming, job, tooOld(consumer, job, windowMs));
  return { ending: { kind: "duplicate", known: entry.known } };
}

async function enterBySequence(
  tx: Tx,
  consuming: Consuming,
  job: Job,
): Promise<Entered | { readonly ending: Ending }> {
  const { settings, store } = consuming;
  const { envelope } = job;
  const consumer = settings.name;
  const place = placeOf(consumer, envelope);
  const redriven = isRedriven(job);
  const message = { id: envelope.id, redriven, beginAt: settings.beginAt };
  const { verdict, last, known } = await enterSequence(tx, store.tables, place, message);
  switch (verdict) {
    case "apply":
      return { place };
    case "late":
      await enterParked(tx, store.tables, { consumer, id: envelope.id, redriven });
      return { place: null };
    case "duplicate":
      return duplicate(tx, consuming, job, known ?? "done");
    case "gap":
      return wait(tx, consuming, job, { place, missingSeq: last + 1 });
    case "before-start":
      return giveUp(tx, consuming, job, beforeStart(consumer, job));
  }
}

async function duplicate(
  tx: Tx,
  { store }: Consuming,
  { held }: Job,
  known: Known,
): Promise<{ readonly ending: Ending }> {
  if (held !== null && !(await unpark(tx, store.tables, held))) throw leaseLost();
  return { ending: { kind: "duplicate", known } };
}

async function giveUp(
  tx: Tx,
  consuming: Consuming,
  job: Job,
  word: LastWord,
): Promise<{ readonly ending: Ending }> {
  const buried = await buryIn(tx, consuming, job, word);
  return { ending: buried ? { kind: "given-up", word } : { kind: "duplicate", known: "dead" } };
}

/** Parks a message behind a gap, while the watermark is held: whoever fills the gap takes it next, and finds this one. */
async function wait(
  tx: Tx,
  consuming: Consuming,
  job: Job,
  { place, missingSeq }: { readonly place: Place & { readonly seq: number }; readonly missingSeq: number },
): Promise<{ readonly ending: Ending }> {
  const { settings, store } = consuming;
  const { envelope, held } = job;
  const consumer = settings.name;
  if (held === null) {
    const parked = { consumer, envelope, state: "gap", waitMs: settings.gap.reportAfterMs } as const;
    if (!(await park(tx, store.tables, parked))) return { ending: { kind: "duplicate", known: "parked" } };
    return { ending: { kind: "waiting", missingSeq, isNew: true, waitedMs: null } };
  }
  const waitedMs = held.parkedForMs;
  const next = judgeGap(waitedMs, settings.gap);
  if (next.do === "give-up") return giveUp(tx, consuming, job, gapTooLong(consumer, job, missingSeq));
  if (!(await giveBack(tx, store.tables, held, { waitMs: next.waitMs, gap: true }))) throw leaseLost();
  // One report per gap, not one for each message behind it.
  const isFirst = next.report && (await lowestWaiting(tx, store.tables, place)) === place.seq;
  const isNew = held.state === "due";
  return { ending: { kind: "waiting", missingSeq, isNew, waitedMs: isFirst ? waitedMs : null } };
}

function tooOld(consumer: string, { envelope }: Job, windowMs: number): LastWord {
  return {
    reason: "too-old",
    error: `The message is from ${envelope.timeMs} (ms since 1970), before the ${windowMs} ms for which ${consumer} recognises what it has handled: whether it was handled cannot be told. Redrive it if it was not.`,
    history: [],
  };
}

function beforeStart(consumer: string, { envelope, held }: Job): LastWord {
  return {
    reason: "gap",
    error: `Message ${envelope.seq} of its key arrived after ${consumer} had begun with a later one.`,
    history: held?.history ?? [],
  };
}

function gapTooLong(consumer: string, { envelope, held }: Job, missingSeq: number): LastWord {
  return {
    reason: "gap",
    error: `${consumer} waited with message ${envelope.seq} of its key for message ${missingSeq}, which did not come. Redrive or skip ${missingSeq}, then redrive this one.`,
    history: held?.history ?? [],
  };
}
