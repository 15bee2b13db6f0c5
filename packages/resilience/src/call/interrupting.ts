import type { CallError } from "../errors.ts";
import { type Outcome, outcomeFailure, outcomeNeutral } from "../state/breaker-settings.ts";
import type { DeadlineList } from "../state/deadline-list.ts";
import { Attempt, type Call } from "./call.ts";
import { closeCall, endWithError, errorOf, failHeld, givenUp } from "./ending.ts";
import { decide, timedOut } from "./failing.ts";
import { inOrigin } from "./origin.ts";
import type { Pipe } from "./pipe.ts";
import { tellAttemptEnded } from "./telling.ts";
import { isGone, remainingMs } from "./waiting.ts";

/** The call's deadline has come. */
export function callTimeout(pipe: Pipe, call: Call): void {
  const { epoch } = call;
  pipe.runtime.turn.afterArrivals(() => {
    if (call.epoch !== epoch || call.phase === "ended") return;
    const message = `no end within ${Math.round(call.allowedMs)} ms`;
    const failure = call.phase === "running" ? { failure: timedOut } : {};
    const error = errorOf(pipe, call, "TIMEOUT_TOTAL", message, failure);
    interrupt(pipe, call, error, error, outcomeFailure);
  });
}

/** The time of one attempt is up. */
export function attemptTimeout(pipe: Pipe, attempt: Attempt): void {
  const { epoch } = attempt;
  pipe.runtime.turn.afterArrivals(() => {
    const { call } = attempt;
    if (attempt.epoch !== epoch || attempt.abandoned) return;
    const message = `attempt ${call.attempts} had no answer within ${pipe.settings.attemptTimeoutMs} ms`;
    const error = errorOf(pipe, call, "TIMEOUT_ATTEMPT", message, { failure: timedOut });
    const { context, handed } = attempt;
    if (handed) failHeld(pipe, attempt, call, error, outcomeFailure);
    else if (pipe.settings.timeouts === "cooperative") attempt.verdict ??= error;
    else {
      // A listener that hears of the attempt's end may end the call.
      call.phase = "waiting";
      abandon(pipe, attempt, error, outcomeFailure);
      if (!isOver(call)) decide(pipe, call, timedOut, error);
    }
    context?.abort(error);
  });
}

/** The caller gave up. */
export function abortCall(pipe: Pipe, call: Call, reason: unknown): void {
  interrupt(pipe, call, abortError(pipe, call), reason, outcomeNeutral);
}

/** The error of a call whose caller gave up; the reason of the caller's signal is its cause, untouched. */
export function abortError(pipe: Pipe, call: Call): CallError {
  return errorOf(pipe, call, "ABORTED", "the caller gave up", { cause: call.signal?.reason });
}

/** The runtime is disposed. */
export function disposeCall(pipe: Pipe, call: Call): void {
  const error = errorOf(pipe, call, "DISPOSED", "its runtime was disposed");
  interrupt(pipe, call, error, error, outcomeNeutral);
}

/** A wait is over. */
export function waitOver(pipe: Pipe, call: Call): void {
  if (isGone(pipe, call)) return;
  switch (call.phase) {
    case "queued": {
      call.state.bulkhead?.remove(call);
      const message = `no place became free within ${pipe.settings.limit?.maxWaitMs} ms`;
      endWithError(pipe, call, errorOf(pipe, call, "TIMEOUT_QUEUE", message));
      return;
    }
    case "rated":
      if (remainingMs(pipe, call) > 0) inOrigin(call, (own) => pipe.begin(own));
      return;
    case "waiting":
      if (remainingMs(pipe, call) > 0) inOrigin(call, (own) => pipe.attempt(own));
      return;
    default:
  }
}

function interrupt(pipe: Pipe, call: Call, error: CallError, reason: unknown, outcome: Outcome): void {
  const { phase, state, attempt } = call;
  if (phase === "ended" || phase === "idle") return;
  if (phase === "queued") state.bulkhead?.remove(call);
  if (phase === "rated") state.rate?.giveBack();
  if (phase !== "running") {
    endWithError(pipe, call, error);
    return;
  }
  const { context, handed } = attempt;
  if (handed) failHeld(pipe, attempt, call, error, outcome);
  else if (pipe.settings.timeouts === "cooperative" && error.code !== "DISPOSED") condemn(attempt, error);
  else {
    closeCall(pipe, call);
    abandon(pipe, attempt, error, outcome);
    endWithError(pipe, call, error);
  }
  // Last, because whoever listens to the signal may do anything.
  context?.abort(reason);
}

/** Where timeouts are cooperative the function has to notice first. What ends the call outweighs what ends only its attempt. */
function condemn(attempt: Attempt, error: CallError): void {
  if (attempt.verdict === null || attempt.verdict.code === "TIMEOUT_ATTEMPT") attempt.verdict = error;
}

/** Stops waiting for an attempt; it counts as ended. */
function abandon(pipe: Pipe, attempt: Attempt, error: CallError, outcome: Outcome): void {
  const { call } = attempt;
  const { breaker, counters } = call.state;
  attempt.abandoned = true;
  if (attempt.deadlineIn !== null) (attempt.deadlineIn as DeadlineList).remove(attempt);
  attempt.context?.leave();
  // The object belongs to its promise until that settles; a further attempt gets one of its own.
  call.attempt = new Attempt(call);
  if (breaker !== null) breaker.settle(attempt.flight, pipe.runtime.turn.now(), outcome, 0);
  if (outcome === outcomeFailure) counters.attemptFailed();
  if (pipe.runtime.events.hearsFailures)
    tellAttemptEnded(pipe, call, attempt, error.failure ?? givenUp, error);
}

function isOver(call: Call): boolean {
  return call.phase === "ended";
}
