import { type CallError, callError, type ErrorCode, type ErrorFacts } from "../errors.ts";
import type { Failure } from "../failure.ts";
import { type Outcome, outcomeFailure, outcomeSuccess } from "../state/breaker-settings.ts";
import type { DeadlineList } from "../state/deadline-list.ts";
import type { Bag } from "./bag.ts";
import type { Attempt, Call } from "./call.ts";
import type { Pipe } from "./pipe.ts";
import { leavePlace } from "./places.ts";
import { unlisten } from "./signal-hub.ts";
import { tellAttemptEnded, tellEnded, tellSucceeded } from "./telling.ts";

const handedOver = (): void => {};

/** How an attempt ends that its caller gave up. */
export const givenUp: Failure = { class: "aborted", counts: false };

/** Ends a call with the answer of its attempt. */
export function endWithValue(pipe: Pipe, attempt: Attempt, call: Call, value: unknown): void {
  const { resolve, asOutcome } = call;
  call.running--;
  if (attempt.held) {
    attempt.handed = true;
    // The call lives on without its promise, which would keep the answer from being forgotten.
    call.resolve = handedOver;
    call.reject = handedOver;
  } else succeed(pipe, attempt, call);
  resolve(asOutcome ? { ok: true, value } : value);
}

/** Ends a call whose answer is complete. Listeners hear of it when nothing can end it once more, and before its place is given on. */
export function succeed(pipe: Pipe, attempt: Attempt, call: Call): void {
  const { runtime } = pipe;
  const { breaker, counters } = call.state;
  const nowMs = runtime.turn.now();
  // What ends in the turn in which it began took no time that anybody could wait for.
  const elapsedMs = call.bag === runtime.pending ? nowMs - call.startedMs : 0;
  closeCall(pipe, call);
  if (breaker !== null) breaker.settle(attempt.flight, nowMs, outcomeSuccess);
  counters.succeeded(elapsedMs);
  if (runtime.stopwatches.length > 0) runtime.timed(pipe.name, call.state.key, elapsedMs);
  if (runtime.events.active) tellSucceeded(pipe, call, attempt, elapsedMs);
  detach(attempt);
  if (call.running === 0) recycle(pipe, call);
}

/** Ends a call whose answer was handed over and then broke off; `outcome` is what that says of the provider. */
export function failHeld(pipe: Pipe, attempt: Attempt, call: Call, error: CallError, outcome: Outcome): void {
  const { state } = call;
  closeCall(pipe, call);
  state.breaker?.settle(attempt.flight, pipe.runtime.turn.now(), outcome);
  if (outcome === outcomeFailure) state.counters.attemptFailed();
  state.counters.ended(error.code);
  if (pipe.runtime.events.hearsFailures) {
    tellAttemptEnded(pipe, call, attempt, error.failure ?? givenUp, error);
    tellEnded(pipe, call, error, false);
  }
  detach(attempt);
  if (call.running === 0) recycle(pipe, call);
}

/** The attempt is over: its timer stops, its context lets go, and it can be used again. */
export function detach(attempt: Attempt): void {
  if (attempt.deadlineIn !== null) (attempt.deadlineIn as DeadlineList).remove(attempt);
  if (attempt.context !== null) attempt.context.live = null;
  attempt.context = null;
  attempt.verdict = null;
  attempt.epoch++;
  if (attempt.held) {
    attempt.held = false;
    attempt.handed = false;
  }
}

/** The function of an attempt has ended: what it held on to is free now. True where that is all, because its call has ended before. */
export function releaseAttempt(pipe: Pipe, attempt: Attempt, call: Call): boolean {
  call.running--;
  detach(attempt);
  if (call.phase !== "ended") return false;
  if (call.running === 0) recycle(pipe, call);
  return true;
}

/** The call is over: from now on nothing that comes from outside can end it, be it a timer, a signal or a listener. */
export function closeCall(pipe: Pipe, call: Call): void {
  const { runtime } = pipe;
  call.phase = "ended";
  if (call.bag !== null) (call.bag as Bag<Call>).take(call);
  if (call.deadlineIn !== null) (call.deadlineIn as DeadlineList).remove(call);
  if (call.own !== null) runtime.waiting.remove(call.own);
  if (call.signal !== null) unlisten(call.signal, call);
  if (call.wakeAt >= 0) runtime.waiting.remove(call);
}

/** Gives a call that is over back, and its place with it: none of its functions runs any more. */
function recycle(pipe: Pipe, call: Call): void {
  const { state, placed } = call;
  pipe.runtime.giveCall(call);
  if (placed) leavePlace(pipe.runtime, state);
}

/** What an error knows of the call that it ends. */
export function factsOf(pipe: Pipe, call: Call, more: Partial<ErrorFacts> = {}): ErrorFacts {
  const { runtime } = pipe;
  const { causes } = call;
  const began = Number.isNaN(call.startedMs) ? null : call.startedMs;
  return {
    policy: pipe.name,
    attempts: call.attempts,
    elapsedMs: began === null ? 0 : runtime.turn.exact() - began,
    ...(causes === null ? {} : { cause: causes.at(-1), causes: [...causes] }),
    ...more,
  };
}

/** Makes the error with which a call ends. */
export function errorOf<Code extends ErrorCode>(
  pipe: Pipe,
  call: Call,
  code: Code,
  message: string,
  more: Partial<ErrorFacts> = {},
): CallError {
  return callError(
    code,
    `${pipe.name}: ${message}`,
    factsOf(pipe, call, more),
    pipe.runtime.stacks,
  ) as CallError;
}

/** Ends a call with an error, or with what its fallback makes of it. */
export function endWithError(pipe: Pipe, call: Call, error: CallError): void {
  const { state, args, asOutcome, resolve, reject, origin } = call;
  const { fallback } = pipe;
  const fail = (end: CallError): void => {
    state.counters.ended(end.code);
    if (pipe.runtime.events.hearsFailures) tellEnded(pipe, { state, origin }, end, false);
    if (asOutcome) resolve({ ok: false, error: end });
    else reject(end);
  };
  closeCall(pipe, call);
  // Who gave up the call waits for no answer in its place.
  const isFinal = fallback === null || error.code === "ABORTED" || error.code === "DISPOSED";
  if (isFinal) fail(error);
  if (call.running === 0) recycle(pipe, call);
  if (isFinal) return;
  const succeed = (value: unknown): void => {
    state.counters.fellBack();
    if (pipe.runtime.events.hearsFailures) tellEnded(pipe, { state, origin }, error, true);
    resolve(asOutcome ? { ok: true, value } : value);
  };
  const failTwice = (cause: unknown): void => {
    const { policy, attempts, elapsedMs, causes } = error;
    const message = `${pipe.name}: the fallback failed after ${error.code}`;
    const facts = {
      policy,
      attempts,
      elapsedMs,
      cause,
      causes: [...causes, cause],
      details: { call: error },
    };
    fail(callError("FALLBACK_FAILED", message, facts, pipe.runtime.stacks));
  };
  // Beginning with a promise takes a fallback that throws at once like one that rejects later.
  Promise.resolve(error)
    .then((end) =>
      origin === null ? fallback(end, ...args) : origin.runInAsyncScope(fallback, undefined, end, ...args),
    )
    .then(succeed, failTwice);
}
