/**
 * The async context in which a call was made: what its caller keeps in `AsyncLocalStorage`. Timers and places are shared by calls, so
 * whatever begins at a timer, or at the end of another call, would otherwise run in the context of somebody else.
 */
export interface Origin {
  runInAsyncScope<This, Args extends unknown[], T>(
    work: (this: This, ...args: Args) => T,
    thisArg: This,
    ...args: Args
  ): T;
}

/** Does the next step of a call in the context of its caller. */
export function inOrigin<Own extends { readonly origin: Origin | null }>(
  call: Own,
  step: (call: Own) => void,
): void {
  if (call.origin === null) step(call);
  else call.origin.runInAsyncScope(step, undefined, call);
}
