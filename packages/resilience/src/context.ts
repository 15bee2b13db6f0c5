/** What the function of a protected call is given, anew for each attempt. */
export interface CallContext {
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** The name of the policy. */
  readonly policy: string;
  /** Aborts when this attempt is no longer waited for; the reason says why. Made when it is first read. */
  readonly signal: AbortSignal;
  /** The same for every attempt of the call: what `.with({ idempotencyKey })` or the inbound request gave, or a fresh one. */
  readonly idempotencyKey: string;
  /** Milliseconds that are left before the call's deadline; `Infinity` without one. */
  remainingMs(): number;
  /**
   * Keeps the call's place, deadline and signal alive after the function has answered, until the function that is returned is
   * called: with nothing, or with what went wrong meanwhile. For answers that go on, such as the body of a response.
   */
  hold(): (failure?: unknown) => void;
}

/** What a single call may say beside its arguments. */
export interface CallOptions {
  /** Ends the call with its reason; the reason is the `cause` of the error. */
  readonly signal?: AbortSignal;
  /** The deadline of this call where it is sooner than the policy's, in ms. */
  readonly deadlineMs?: number;
  /** Whether executing this call twice does no harm; wins over the policy. */
  readonly idempotent?: boolean;
  readonly idempotencyKey?: string;
  /** The context of the call inside which this one is made: its deadline and its signal hold here too. */
  readonly parent?: CallContext;
}
