import { callError } from "./errors.ts";
import { systemTimers } from "./system-timers.ts";

/** Of an answer that nobody wants so much is read and for so long, so that its connection can be used again; then it is cut off. */
export const discardBytesMax: number = 64 * 1024;
export const discardMs: number = 1_000;

/** The end that an answer has although its call has ended: with its caller's signal, or at the call's deadline. */
export interface Tail {
  readonly policy: string;
  readonly attempts: number;
  readonly remainingMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Watches over the body of an answer with which a call has failed, and which is handed over all the same. Returns what stops it.
 */
export function watchTail(tail: Tail, cut: (reason: unknown) => void): () => void {
  const { signal, remainingMs } = tail;
  const abort = (): void => cut(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  const timer = systemTimers.set(remainingMs, () => cut(pastDeadline(tail)));
  return () => {
    signal?.removeEventListener("abort", abort);
    systemTimers.clear(timer);
  };
}

function pastDeadline({ policy, attempts }: Tail): unknown {
  const message = `${policy}: the answer had no end before the deadline`;
  return callError("TIMEOUT_TOTAL", message, { policy, attempts, elapsedMs: 0 });
}

/** Calls `work` after the time in which an answer may be read to its end, unless what is returned is called before. */
export function afterDiscard(work: () => void): () => void {
  const timer = setTimeout(work, discardMs).unref();
  return () => clearTimeout(timer);
}
