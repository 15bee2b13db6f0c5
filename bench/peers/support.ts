/** Waits in real time, which is what all of the libraries run on. */
export function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A promise that stays pending. */
export function forever(): Promise<never> {
  return new Promise(() => {});
}

/** A failure of a provider, as Node reports it. */
export function reset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

/** Rejects as a provider does that is down. */
export function fails(): Promise<never> {
  return Promise.reject(reset());
}

/** The error of an operation that was aborted, which says nothing about the provider. */
export function abortError(cause?: unknown): Error {
  return Object.assign(new Error("This operation was aborted", { cause }), { name: "AbortError" });
}

/** How a promise has ended up to now. */
export interface Watched {
  readonly ended: boolean;
  readonly value: unknown;
  readonly error: unknown;
  /** Ends when the promise does, however it does. */
  readonly end: Promise<void>;
}

/** Looks at a promise without waiting for it, and handles its rejection. */
export function watch(promise: Promise<unknown>): Watched {
  const state: { ended: boolean; value: unknown; error: unknown } = {
    ended: false,
    value: undefined,
    error: undefined,
  };
  const end = promise.then(
    (value) => void Object.assign(state, { ended: true, value }),
    (error: unknown) => void Object.assign(state, { ended: true, error }),
  );
  return Object.assign(state, { end });
}

/** Waits for a promise to end, however it does. */
export async function ended(promise: Promise<unknown>): Promise<Watched> {
  const watched = watch(promise);
  await watched.end;
  return watched;
}

/** What there is of something, in words. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
