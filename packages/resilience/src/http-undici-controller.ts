import type { DispatchController } from "./http-undici-types.ts";

/**
 * The one controller that a handler is given for all attempts: what it says goes to the attempt that is under way. Undici's own change
 * with each attempt, and a handler that paused the first would never be heard by the second.
 */
export class CallController implements DispatchController {
  rawHeaders: unknown = null;
  rawTrailers: unknown = null;
  paused = false;
  #target: DispatchController | null = null;
  readonly #aborter = new AbortController();

  /** Aborts as soon as the handler does. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  get aborted(): boolean {
    return this.#aborter.signal.aborted;
  }

  get reason(): Error | null {
    return (this.#aborter.signal.reason as Error | undefined) ?? null;
  }

  /** From now on the handler speaks to the request of this controller, whose response it is given. */
  attach(target: DispatchController): void {
    this.#target = target;
    this.rawHeaders = target.rawHeaders;
  }

  abort(reason: Error): void {
    this.#aborter.abort(reason);
  }

  pause(): void {
    this.paused = true;
    this.#target?.pause();
  }

  resume(): void {
    this.paused = false;
    this.#target?.resume();
  }
}
