import type { PolicySettings } from "@holdfast/core";
import type { CallOptions } from "../context.ts";
import type { Failure } from "../failure.ts";
import { admit } from "./admission.ts";
import type { Around } from "./around.ts";
import { AttemptContext } from "./attempt-context.ts";
import type { Attempt, Call } from "./call.ts";
import { endWithValue, releaseAttempt } from "./ending.ts";
import { attemptFailed, isForNothing, passesCircuit } from "./failing.ts";
import { abortError } from "./interrupting.ts";
import type { PolicyState } from "./policy-state.ts";
import { prepare, refusedAtOnce, withoutKey } from "./preparing.ts";
import { Steps, type StepsParts } from "./steps.ts";

/** What a pipeline is compiled from. */
export interface PipelineParts extends StepsParts {
  readonly fn: (context: unknown, ...args: readonly unknown[]) => unknown;
  /** Whether an answer could be a failure, so that the classifier must see it; asked of every answer. */
  readonly judges: (answer: unknown) => boolean;
  /** The state of a call by its arguments; or the one state of all calls. */
  readonly stateOf: PolicyState | ((args: readonly unknown[]) => PolicyState);
}

/** What a classifier says nothing of: thrown all the same, but not held against the provider. */
const dismissed: Failure = { class: "final", counts: false };

let takenResolve: (value: unknown) => void;
let takenReject: (error: unknown) => void;
/** Hands out the two functions of a new promise without a closure per call. */
const take = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  takenResolve = resolve;
  takenReject = reject;
};

/**
 * A policy and a function as one machine. The way of a call that succeeds stands here, in one piece and without an allocation that
 * can be avoided; the ways of those that wait, fail or are interrupted stand beside it in files of their own.
 */
export class Pipeline extends Steps {
  private readonly fn: PipelineParts["fn"];
  private readonly judges: PipelineParts["judges"];
  private readonly admits: boolean;
  private readonly single: PolicyState | null;
  private readonly stateOf: (args: readonly unknown[]) => PolicyState;
  /** After a timeout of its own a call may go on: with a further attempt, or with its fallback. */
  private readonly goesOnElsewhere: boolean;
  /** The policy declares nothing: the function is called and what it does is passed on. */
  private readonly bare: boolean;

  constructor(parts: PipelineParts) {
    super(parts);
    const { settings, stateOf } = parts;
    this.fn = parts.fn;
    this.judges = parts.judges;
    this.admits = settings.limit !== null || settings.rate !== null;
    this.single = typeof stateOf === "function" ? null : stateOf;
    this.stateOf = typeof stateOf === "function" ? stateOf : () => stateOf;
    this.bare = declaresNothing(settings);
    this.goesOnElsewhere = goesOnAtTimers(this);
  }

  /** Makes a call. With `asOutcome` the promise never rejects. */
  start(args: readonly unknown[], options: CallOptions | null, asOutcome: boolean): Promise<unknown> {
    const { runtime } = this;
    const plain = options === null && runtime.ambient.current === null && !runtime.disposed;
    if (this.bare && plain) return this.passOn(args);
    let state = this.single;
    if (state === null) {
      try {
        state = this.stateOf(args);
      } catch (error) {
        return withoutKey(this, error, asOutcome);
      }
    }
    const refused = state.refusal === null ? null : refusedAtOnce(this, state, asOutcome);
    if (refused !== null) return refused;
    const promise = new Promise(take);
    const call = runtime.takeCall(this, state);
    call.args = args;
    call.resolve = takenResolve;
    call.reject = takenReject;
    call.asOutcome = asOutcome;
    call.idempotent = this.settings.idempotent;
    call.allowedMs = this.deadlineMs;
    call.outer = runtime.inside;
    if (runtime.around !== null) runtime.around.enter(call);
    state.counters.called();
    if (this.mayBegin(call, options, plain)) this.begin(call);
    return promise;
  }

  /** Whether the call may go at once; if not, it waits or has ended. */
  private mayBegin(call: Call, options: CallOptions | null, plain: boolean): boolean {
    return (plain || prepare(this, call, options)) && (!this.admits || admit(this, call));
  }

  private passOn(args: readonly unknown[]): Promise<unknown> {
    try {
      const result = this.invokeWith(new AttemptContext<Attempt>(this, null, 1), args);
      return result instanceof Promise ? result : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  begin(call: Call): void {
    const { budget } = call.state;
    if (budget !== null) budget.deposit(this.runtime.turn.now());
    this.attempt(call);
  }

  /** Makes the next attempt of a call. */
  attempt(call: Call): void {
    const { runtime } = this;
    const { breaker, counters } = call.state;
    const { attempt } = call;
    if (breaker !== null && !passesCircuit(this, call, breaker)) return;
    counters.attempted();
    call.attempts++;
    call.running++;
    call.phase = "running";
    const context = new AttemptContext<Attempt>(this, attempt, call.attempts);
    attempt.context = context;
    if (runtime.events.active && isForNothing(this, attempt, call, context)) return;
    this.invoke(attempt, call, context);
  }

  private invoke(attempt: Attempt, call: Call, context: AttemptContext<Attempt>): void {
    const { runtime } = this;
    const outer = runtime.inside;
    runtime.inside = call;
    let result: unknown;
    try {
      const { around } = runtime;
      const answer =
        around === null ? this.invokeWith(context, call.args) : this.invokeInside(around, call, context);
      result = isPlainPromise(answer) || !isThenable(answer) ? answer : kept(answer);
    } catch (error) {
      runtime.inside = outer;
      this.threw(attempt, error);
      return;
    }
    runtime.inside = outer;
    if (result instanceof Promise) {
      result.then(attempt.answered, attempt.threw);
    } else {
      // An answer that goes on needs its timers, though it came at once.
      if (attempt.held) this.pend(attempt, call);
      this.answered(attempt, result);
      return;
    }
    this.pend(attempt, call);
  }

  /** Apart, because a closure in the way of every call would cost each one its scope. */
  private invokeInside(around: Around, call: Call, context: AttemptContext<Attempt>): unknown {
    return around.run(call, context, () => this.invokeWith(context, call.args));
  }

  /** Spreading costs more than most calls have arguments. */
  private invokeWith(context: AttemptContext<Attempt>, args: readonly unknown[]): unknown {
    if (args.length === 0) return this.fn(context);
    if (args.length === 1) return this.fn(context, args[0]);
    return this.fn(context, ...args);
  }

  /** The function goes on beyond its first step: the call is stamped at the end of this turn, a later attempt at once. */
  private pend(attempt: Attempt, call: Call): void {
    const { runtime, settings } = this;
    // In its first step a function can abort the signal of its own call.
    if (attempt.abandoned) return;
    if (call.bag === null) {
      // Whoever listens is told in the context of the caller, also at a deadline and at the end of a body.
      if (this.goesOnElsewhere || runtime.events.active) call.origin = runtime.capture();
      runtime.fresh.put(call);
      runtime.turn.schedule();
    } else if (call.bag === runtime.pending && settings.attemptTimeoutMs !== null) {
      runtime.deadlineList(settings.attemptTimeoutMs).add(attempt, runtime.turn.exact());
    }
  }

  answered(attempt: Attempt, value: unknown): void {
    const { call } = attempt;
    if (attempt.abandoned) {
      releaseAttempt(this, attempt, call);
      return;
    }
    if (this.judges(value)) {
      const failure = this.classify({ threw: false, value, wallMs: this.runtime.wallMs });
      if (failure !== null) {
        attemptFailed(this, attempt, call, failure, value);
        return;
      }
    }
    endWithValue(this, attempt, call, value);
  }

  threw(attempt: Attempt, error: unknown): void {
    const { call } = attempt;
    if (attempt.abandoned) {
      releaseAttempt(this, attempt, call);
      return;
    }
    const { signal } = call;
    // Whatever the function throws once its caller has given up: the caller is why.
    if (signal?.aborted === true && attempt.verdict === null) attempt.verdict = abortError(this, call);
    const failure = this.classify({ threw: true, error, wallMs: this.runtime.wallMs });
    attemptFailed(this, attempt, call, failure ?? dismissed, error);
  }
}

function goesOnAtTimers({ settings, waits, fallback }: Steps): boolean {
  const { attemptTimeoutMs, deadlineMs } = settings;
  const isTimed = attemptTimeoutMs !== null || deadlineMs !== null;
  return (attemptTimeoutMs !== null && waits.attempts > 1) || (fallback !== null && isTimed);
}

function declaresNothing(settings: PolicySettings): boolean {
  const { deadlineMs, attemptTimeoutMs, retry, budget, breaker, limit, rate, fallback } = settings;
  return [deadlineMs, attemptTimeoutMs, retry, budget, breaker, limit, rate, fallback].every(
    (part) => part === null,
  );
}

/** Whether a promise keeps the rules: it may be of a class that has a `then` of its own. */
function isPlainPromise(value: unknown): boolean {
  return value instanceof Promise && value.then === Promise.prototype.then;
}

/** A foreign thenable may settle twice, at once or never: a promise around it keeps the rules. */
function kept(thenable: PromiseLike<unknown>): Promise<unknown> {
  return new Promise((resolve) => resolve(thenable));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as Partial<PromiseLike<unknown>>).then === "function"
  );
}
