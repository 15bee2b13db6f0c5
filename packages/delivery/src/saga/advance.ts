import type { Clock } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import { isDeliveryError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { isPassing } from "../sql-failure.ts";
import type { Tracing } from "../tracing.ts";
import { type CallEnd, callStep } from "./call.ts";
import { failureText } from "./failure-text.ts";
import type { HeldSaga } from "./held.ts";
import { readInput } from "./input.ts";
import { type Happened, type Keeping, keep } from "./keep.ts";
import { holdLease, type Lease } from "./lease.ts";
import { reportChange } from "./report.ts";
import { directionOf, isCalling, isOver } from "./saga-state.ts";

/** What leading a saga on needs. */
export interface Leading extends Keeping {
  readonly clock: Clock;
  readonly tracing: Tracing | null;
  readonly emit: Emit;
  /** Aborts when the worker is to begin nothing new. */
  readonly stopping: AbortSignal;
  /** Aborts when calls under way are to end. */
  readonly stop: AbortSignal;
}

/**
 * Leads a claimed saga on for as long as there is something to do at once, and gives it back. What another worker has taken over is
 * dropped where it is; what fails otherwise too, and is taken up when its lease ends.
 */
export async function advance(leading: Leading, claimed: HeldSaga): Promise<void> {
  const lease = holdLease(leading, claimed.row);
  try {
    let held = await keepChange(leading, lease, claimed, { ...pickUp(claimed), goOn: true });
    while (isCalling(held.state) && held.state.calling) held = await callAndKeep(leading, lease, held);
  } catch (error) {
    const lost = lease.lost.aborted || (isDeliveryError(error) && error.code === "LEASE_LOST");
    const { id, definition } = claimed;
    leading.emit(
      lost
        ? { type: "saga.lease-lost", saga: id, name: definition.name }
        : { type: "saga.error", saga: id, error },
    );
  } finally {
    lease.end();
  }
}

/** What a claim found. */
function pickUp({ state }: HeldSaga): Pick<Happened, "event" | "facts"> {
  if (!isCalling(state)) return { event: { type: "expired", at: "at" in state ? state.at : 0 } };
  if (state.calling)
    return {
      event: { type: "crashed" },
      facts: { error: "The worker that made the call is gone; whether it happened is not known." },
    };
  return { event: { type: "called" } };
}

async function callAndKeep(leading: Leading, lease: Lease, held: HeldSaga): Promise<HeldSaga> {
  const undoing = isCalling(held.state) && directionOf(held.state) === "undo";
  crashPoint(undoing ? "saga:before-undo" : "saga:before-do");
  const end = await call(leading, lease, held);
  lease.lost.throwIfAborted();
  crashPoint(undoing ? "saga:after-undo" : "saga:after-do");
  const now = await keepEnd(leading, lease, held, end);
  crashPoint(isOver(now.state) ? "saga:after-end" : "saga:after-step");
  return now;
}

async function call(leading: Leading, lease: Lease, held: HeldSaga): Promise<CallEnd> {
  let input: object;
  try {
    input = await readInput(held.definition, held.row.input);
  } catch (error) {
    return {
      event: { type: "failed", permanent: false },
      facts: { error: failureText(error) },
      messages: [],
      error,
    };
  }
  return callStep(held, input, { ...leading, stop: AbortSignal.any([leading.stop, lease.lost]) });
}

/** Keeps how a call ended; messages that cannot be published make it a failed one. */
async function keepEnd(leading: Leading, lease: Lease, held: HeldSaga, end: CallEnd): Promise<HeldSaga> {
  const goOn = !leading.stopping.aborted && end.event.type !== "interrupted";
  try {
    return await keepChange(leading, lease, held, { ...end, goOn }, end.error);
  } catch (error) {
    if (!isDeliveryError(error) || !error.code.startsWith("MESSAGE_")) throw error;
    const facts = { error: failureText(error) };
    return keepChange(
      leading,
      lease,
      held,
      { event: { type: "failed", permanent: false }, facts, goOn },
      error,
    );
  }
}

const firstWaitMs = 50;
const longestWaitMs = 2_000;

/** Keeps a change, again while the database is away, as long as the lease may hold: the result of a call is worth waiting for. */
async function keepChange(
  leading: Leading,
  lease: Lease,
  held: HeldSaga,
  happened: Happened,
  error?: unknown,
): Promise<HeldSaga> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
    try {
      const now = await keep(leading, held, happened);
      reportChange(leading.emit, held, now, happened.event, error);
      return now;
    } catch (failure) {
      // A COMMIT of unknown fate is safe to repeat: if it went through, the version has moved on and the second one changes nothing.
      const again = isPassing(failure) || (isDeliveryError(failure) && failure.code === "TX_COMMIT_UNKNOWN");
      const noMore = AbortSignal.any([lease.lost, leading.stop]);
      if (!again || noMore.aborted) throw failure;
      await leading.clock.sleep(leading.random.between(waitMs / 2, waitMs), noMore);
    }
  }
}
