import type { CallError } from "../errors.ts";
import type { Waiter } from "../state/bulkhead.ts";
import type { DeadlineEntry } from "../state/deadline-list.ts";
import { Flight } from "../state/flight.ts";
import type { TimerEntry } from "../state/timer-queue.ts";
import type { AttemptContext, ContextHost } from "./attempt-context.ts";
import type { Bag, Bagged } from "./bag.ts";
import type { Origin } from "./origin.ts";
import type { PolicyState } from "./policy-state.ts";

/** What calls and attempts tell the pipeline that runs them. */
export interface CallHost extends ContextHost<Attempt> {
  /** The call has waited for its place and got it. */
  placed(call: Call): void;
  answered(attempt: Attempt, value: unknown): void;
  threw(attempt: Attempt, error: unknown): void;
  attemptTimedOut(attempt: Attempt): void;
  callTimedOut(call: Call): void;
  /** The call has waited as long as it had to or may: for a place, for its turn under the rate, for its next attempt. */
  waited(call: Call): void;
  aborted(call: Call, reason: unknown): void;
  disposed(call: Call): void;
  /** The turn in which the call began is over: it gets its times. */
  stamped(call: Call, nowMs: number): void;
}

/** Where a call is in its life. */
export type Phase = "idle" | "queued" | "rated" | "running" | "waiting" | "ended";

const noArguments: readonly unknown[] = [];
const nothing = (): void => {};

/** One call under way. Calls are pooled: they are reused once nothing refers to them any more. */
export class Call implements Bagged, Waiter, DeadlineEntry, TimerEntry {
  nextFree: Call | null = null;
  at = 0;
  bag: Bag<never> | null = null;
  waiterBefore: Waiter | null = null;
  waiterAfter: Waiter | null = null;
  waitsIn: object | null = null;
  deadlineMs = 0;
  deadlineBefore: DeadlineEntry | null = null;
  deadlineAfter: DeadlineEntry | null = null;
  deadlineIn: object | null = null;
  wakeMs = 0;
  wakeOrder = 0;
  wakeAt = -1;

  host: CallHost;
  phase: Phase = "idle";
  args: readonly unknown[] = noArguments;
  resolve: (value: unknown) => void = nothing;
  reject: (error: unknown) => void = nothing;
  /** Whether the caller wants an outcome in place of a throw. */
  asOutcome = false;
  signal: AbortSignal | null = null;
  idempotent = false;
  idempotencyKey: string | null = null;
  state: PolicyState;
  /** When it began, on the runtime's clock; `NaN` until it is stamped at the end of its first turn. */
  startedMs: number = Number.NaN;
  /** How long it may take in all. */
  allowedMs: number = Number.POSITIVE_INFINITY;
  /** Its deadline where it is sooner than the policy's. */
  own: OwnDeadline | null = null;
  attempts = 0;
  /** Attempts whose function has not settled, abandoned ones included. */
  running = 0;
  /** Its attempt; whether it runs is told by the phase. Only one that was abandoned is replaced. */
  attempt: Attempt;
  causes: unknown[] | null = null;
  /** What one wait leaves for the next; see `nextWait`. */
  memory: number | null = null;
  /** Whether it holds a place of the bulkhead. */
  placed = false;
  /** The call in whose function this one is made, as far as that is known. */
  outer: Call | null = null;
  /** The context of its caller, kept as soon as something may go on elsewhere. */
  origin: Origin | null = null;
  /** What `Around` keeps for it. */
  scope: unknown = null;
  /** Grows with each call that the object was; what comes later for an earlier one is told by it. */
  epoch = 0;

  constructor(host: CallHost, state: PolicyState) {
    this.host = host;
    this.state = state;
    this.attempt = new Attempt(this);
  }

  fire(): void {
    this.host.callTimedOut(this);
  }

  wake(): void {
    this.host.waited(this);
  }

  /** When it has to end, on the runtime's clock; before it is stamped, the span in which it has to, negative. */
  get endsAtMs(): number {
    if (this.allowedMs === Number.POSITIVE_INFINITY) return this.allowedMs;
    return Number.isNaN(this.startedMs) ? -this.allowedMs : this.startedMs + this.allowedMs;
  }

  /** Makes it as new, for the next call. */
  reset(): void {
    this.phase = "idle";
    this.args = noArguments;
    this.resolve = nothing;
    this.reject = nothing;
    this.signal = null;
    this.idempotencyKey = null;
    this.startedMs = Number.NaN;
    this.attempts = 0;
    this.causes = null;
    this.memory = null;
    this.placed = false;
    this.outer = null;
    this.origin = null;
    this.scope = null;
    this.epoch++;
  }
}

/** The deadline of one call alone. */
export class OwnDeadline implements TimerEntry {
  wakeMs = 0;
  wakeOrder = 0;
  wakeAt = -1;
  private readonly call: Call;

  constructor(call: Call) {
    this.call = call;
  }

  wake(): void {
    this.call.fire();
  }
}

/** One attempt under way, with the two functions that its promise calls. It is reused with its call. */
export class Attempt implements DeadlineEntry {
  deadlineMs = 0;
  deadlineBefore: DeadlineEntry | null = null;
  deadlineAfter: DeadlineEntry | null = null;
  deadlineIn: object | null = null;
  readonly call: Call;
  context: AttemptContext<Attempt> | null = null;
  /** Nobody waits for it any more; what comes of it is swallowed. */
  abandoned = false;
  /** Its answer goes on after it was handed over; see `CallContext.hold`. */
  held = false;
  handed = false;
  /** What it ends with once its function notices, where timeouts are cooperative. */
  verdict: CallError | null = null;
  /** Grows with each attempt that the object was. */
  epoch = 0;
  readonly flight: Flight = new Flight();
  readonly answered = (value: unknown): void => {
    this.call.host.answered(this, value);
  };
  readonly threw = (error: unknown): void => {
    this.call.host.threw(this, error);
  };

  constructor(call: Call) {
    this.call = call;
  }

  fire(): void {
    this.call.host.attemptTimedOut(this);
  }
}
