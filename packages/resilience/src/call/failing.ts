import { type CallError, isCallError } from "../errors.ts";
import type { Failure } from "../failure.ts";
import type { Breaker } from "../state/breaker.ts";
import {
  type BreakerState,
  type Outcome,
  outcomeFailure,
  outcomeNeutral,
  outcomeSuccess,
} from "../state/breaker-settings.ts";
import type { Attempt, Call } from "./call.ts";
import { endWithError, errorOf, givenUp, releaseAttempt } from "./ending.ts";
import type { Pipe } from "./pipe.ts";
import { rememberRefusal } from "./preparing.ts";
import { retryStep } from "./retry-step.ts";
import { tellAttemptEnded, tellRetry, tellStarted } from "./telling.ts";
import { isGone, remainingMs, wait } from "./waiting.ts";

/** What a failure means to a breaker: a provider that answers is well, whatever it answers, unless the failure counts. */
export function outcomeOf(failure: Failure): Outcome {
  if (failure.counts) return outcomeFailure;
  return failure.status === undefined ? outcomeNeutral : outcomeSuccess;
}

/** How an attempt fails that took too long. */
export const timedOut: Failure = { class: "ambiguous", counts: true, word: "timeout" };

/** The function of an attempt ended badly. */
export function attemptFailed(
  pipe: Pipe,
  attempt: Attempt,
  call: Call,
  failure: Failure,
  cause: unknown,
): void {
  const { verdict } = attempt;
  const judged = verdict === null ? failure : failureOfVerdict(verdict, failure);
  // Listeners hear of this before it is decided what comes next, and what they do may end the call.
  call.phase = "waiting";
  noteFailure(pipe, attempt, call, judged, verdict ?? cause);
  // A part of the function may go on, and must then use the key of the next attempt.
  if (pipe.waits.attempts > 1) attempt.context?.leave();
  if (releaseAttempt(pipe, attempt, call)) return;
  if (verdict !== null && verdict.code !== "TIMEOUT_ATTEMPT") endWithError(pipe, call, verdict);
  else decide(pipe, call, judged, verdict ?? cause);
}

/** What a failure means for the state that calls share, and for those who listen. */
function noteFailure(pipe: Pipe, attempt: Attempt, call: Call, failure: Failure, error: unknown): void {
  const { breaker, counters } = call.state;
  if (breaker !== null) {
    breaker.settle(attempt.flight, pipe.runtime.turn.now(), outcomeOf(failure), failure.retryAfterMs ?? 0);
  }
  if (attempt.verdict === null || failure.counts) counters.attemptFailed();
  if (pipe.runtime.events.hearsFailures) tellAttemptEnded(pipe, call, attempt, failure, error);
}

function failureOfVerdict(verdict: CallError, failure: Failure): Failure {
  return verdict.code === "ABORTED" ? givenUp : (verdict.failure ?? failure);
}

/** After a failed attempt: another one, or the end. */
export function decide(pipe: Pipe, call: Call, failure: Failure, cause: unknown): void {
  const { runtime, waits } = pipe;
  const { budget, counters } = call.state;
  call.causes ??= [];
  call.causes.push(cause);
  const facts = {
    attempts: call.attempts,
    failure,
    retriable: pipe.allows(failure, call.idempotent),
    remainingMs: remainingMs(pipe, call),
    memory: call.memory,
  };
  const step = retryStep(waits, facts, runtime.random);
  if (!step.again) {
    if (failure.word === "timeout" && facts.remainingMs <= 0) overdue(pipe, call, failure);
    else giveUp(pipe, call, failure, step.because);
    return;
  }
  if (budget !== null && !budget.tryWithdraw(runtime.turn.now())) {
    const message = "the retry budget is spent, so the failed attempt is not made again";
    endWithError(pipe, call, errorOf(pipe, call, "BUDGET", message, { failure }));
    return;
  }
  call.memory = step.memory;
  counters.retried();
  const { epoch } = call;
  if (runtime.events.hearsFailures) tellRetry(pipe, call, step.waitMs, failure);
  // Whoever heard of it may have ended the call, which may even be another one by now.
  if (call.epoch === epoch && call.phase !== "ended") wait(pipe, call, "waiting", step.waitMs);
}

/** What is made inside a call inherits its deadline, and may tell of it first. */
function overdue(pipe: Pipe, call: Call, failure: Failure): void {
  const message = `no end within ${Math.round(call.allowedMs)} ms`;
  endWithError(pipe, call, errorOf(pipe, call, "TIMEOUT_TOTAL", message, { failure }));
}

const because: Readonly<Record<"attempts" | "final" | "retry-after" | "deadline", string>> = {
  attempts: "there is only one attempt",
  final: "another attempt would not help, or could do harm",
  "retry-after": "the provider asks to come back later than the policy waits",
  deadline: "another attempt would not fit before the deadline",
};

function giveUp(pipe: Pipe, call: Call, failure: Failure, why: keyof typeof because): void {
  const last: unknown = call.causes?.at(-1);
  const asked = failure.retryAfterMs ?? null;
  const more = { failure, details: { because: why }, ...(asked === null ? {} : { retryAfterMs: asked }) };
  if (why === "attempts" && pipe.waits.attempts > 1) {
    const message = `${call.attempts} of ${pipe.waits.attempts} attempts failed, the last with ${describe(last, failure)}`;
    endWithError(pipe, call, errorOf(pipe, call, "EXHAUSTED", message, more));
    return;
  }
  if (failure === timedOut && isCallError(last)) {
    endWithError(pipe, call, last);
    return;
  }
  const message = `failed with ${describe(last, failure)}; ${because[why]}`;
  endWithError(pipe, call, errorOf(pipe, call, "FAILED", message, more));
}

/** A failure in a few words: a status, a code, or the first line of a message. */
function describe(cause: unknown, { status, code }: Failure): string {
  if (status !== undefined) return `status ${status}`;
  if (code !== undefined) return code;
  return (textOf(cause).split("\n", 1)[0] ?? "").slice(0, 200);
}

function textOf(cause: unknown): string {
  try {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : `what is no error (${typeof cause})`;
  } catch {
    return "what cannot be read";
  }
}

/** Tells that an attempt begins; true where whoever heard of it has ended the call, so that its function must not be called any more. */
export function isForNothing(pipe: Pipe, attempt: Attempt, call: Call, context: object): boolean {
  tellStarted(pipe, call, context);
  const gone = isGone(pipe, call);
  if (attempt.abandoned) releaseAttempt(pipe, attempt, call);
  else if (gone) attemptFailed(pipe, attempt, call, givenUp, call.signal?.reason);
  return gone || attempt.abandoned;
}

/** Whether the breaker lets the next attempt of a call pass; where it does not, the call has ended. */
export function passesCircuit(pipe: Pipe, call: Call, breaker: Breaker): boolean {
  const { attempt } = call;
  // A circuit that becomes half-open tells so, and whoever hears of it may end the call: until then it must stay itself.
  call.running++;
  const passes = breaker.admit(attempt.flight, pipe.runtime.turn.now());
  if (call.phase === "ended") {
    if (passes) breaker.settle(attempt.flight, pipe.runtime.turn.now(), outcomeNeutral);
    releaseAttempt(pipe, attempt, call);
    return false;
  }
  call.running--;
  if (!passes) circuitRefused(pipe, call);
  return passes;
}

/** Whether a circuit refuses every call until a time that is known, or until somebody says otherwise. */
function isShut(state: BreakerState | undefined): boolean {
  return state === "open" || state === "forced-open";
}

/** The breaker does not let the next attempt through. */
function circuitRefused(pipe: Pipe, call: Call): void {
  const { breaker } = call.state;
  const retryAfterMs = breaker?.retryAfterMs(pipe.runtime.turn.now()) ?? 0;
  if (call.attempts === 0 && isShut(breaker?.state(pipe.runtime.turn.now()))) {
    rememberRefusal(pipe, call.state, retryAfterMs);
  }
  const message = `the circuit is open for another ${Math.ceil(retryAfterMs)} ms`;
  endWithError(pipe, call, errorOf(pipe, call, "OPEN", message, { retryAfterMs }));
}
