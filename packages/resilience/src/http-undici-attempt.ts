import type { CallContext } from "./context.ts";
import { afterDiscard, discardBytesMax, type Tail, watchTail } from "./http-tail.ts";
import type { CallController } from "./http-undici-controller.ts";
import type { DispatchController, DispatchHandler, ResponseHeaders } from "./http-undici-types.ts";
import { reasonError } from "./outbound/reason-error.ts";

/** What an attempt does with its response: it waits to hear whether it is wanted, hands it on, or gets rid of it. */
type Mode = "undecided" | "handing" | "discarding";

/**
 * One attempt of a call, for undici a handler, for the policy a response with a status. It stops the response at its head until the
 * policy has decided about it: nothing of one that is made again must reach the handler of the call.
 */
export class DispatchAttempt implements DispatchHandler {
  statusCode = 0;
  headers: ResponseHeaders = {};
  #statusMessage: string | undefined;
  #mode: Mode = "undecided";
  #controller: DispatchController | null = null;
  /** What came in spite of the pause, as all does where undici's mocks or caches answer at once. */
  #late: (() => void)[] = [];
  #over = false;
  #discardable = discardBytesMax;
  #release: (failure?: unknown) => void = () => {};
  #unwatch: () => void = () => {};
  readonly #context: CallContext;
  readonly #signal: AbortSignal;
  readonly #call: CallController;
  readonly #handler: DispatchHandler;
  readonly #settle: { resolve(attempt: DispatchAttempt): void; reject(error: unknown): void };
  readonly #aborted = (): void => this.#abort(this.#signal.reason);

  constructor(
    context: CallContext,
    call: CallController,
    handler: DispatchHandler,
    settle: { resolve(attempt: DispatchAttempt): void; reject(error: unknown): void },
  ) {
    this.#context = context;
    this.#signal = context.signal;
    this.#call = call;
    this.#handler = handler;
    this.#settle = settle;
    this.#signal.addEventListener("abort", this.#aborted, { once: true });
  }

  onRequestStart(controller: DispatchController): void {
    // Aborting here would cost the connection; throwing only takes the request off it.
    if (this.#signal.aborted) throw reasonError(this.#signal.reason);
    this.#controller = controller;
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onBodySent(chunk: Uint8Array): void {
    this.#handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.();
  }

  onResponseStart(
    controller: DispatchController,
    statusCode: number,
    headers: ResponseHeaders,
    statusMessage?: string,
  ): void {
    if (statusCode < 200) {
      this.#handler.onResponseStart?.(this.#call, statusCode, headers, statusMessage);
      return;
    }
    this.statusCode = statusCode;
    this.headers = headers;
    this.#statusMessage = statusMessage;
    this.#release = this.#context.hold();
    controller.pause();
    this.#settle.resolve(this);
  }

  onResponseData(controller: DispatchController, chunk: Uint8Array): void {
    this.#then(() => {
      if (this.#mode === "handing") {
        this.#handler.onResponseData?.(this.#call, chunk);
        return;
      }
      this.#discardable -= chunk.byteLength;
      if (this.#discardable < 0) controller.abort(new Error("The response is not wanted."));
    });
  }

  onResponseEnd(controller: DispatchController, trailers: ResponseHeaders): void {
    this.#end();
    this.#then(() => {
      if (this.#mode !== "handing") return;
      this.#call.rawTrailers = controller.rawTrailers;
      this.#release();
      this.#handler.onResponseEnd?.(this.#call, trailers);
    });
  }

  onResponseError(_controller: DispatchController, error: Error): void {
    this.#end();
    this.#settle.reject(error);
    this.#then(() => {
      if (this.#mode !== "handing") return;
      this.#release(error);
      this.#handler.onResponseError?.(this.#call, error);
    });
  }

  /** The response is the answer of the call: its handler has it from here on. */
  handOver(): void {
    const controller = this.#controller as DispatchController;
    this.#mode = "handing";
    this.#call.attach(controller);
    try {
      this.#handler.onResponseStart?.(this.#call, this.statusCode, this.headers, this.#statusMessage);
    } catch (error) {
      controller.abort(reasonError(error));
    }
    this.#flush();
    if (!this.#call.paused) controller.resume();
  }

  /** The call has ended with this response as its failure; its deadline holds on until the response has ended. */
  outlive(tail: Tail): void {
    if (!this.#over) this.#unwatch = watchTail(tail, (reason) => this.#abort(reason));
  }

  /** Reads the response to its end, or leaves it off where it is too long or takes too long. */
  discard(): void {
    this.#mode = "discarding";
    this.#flush();
    if (this.#over) return;
    this.#unwatch = afterDiscard(() => this.cut());
    this.#controller?.resume();
  }

  /** Leaves the response off now. */
  cut(): void {
    this.#mode = "discarding";
    this.#late = [];
    if (!this.#over) this.#controller?.abort(new Error("The response is not wanted."));
  }

  #then(work: () => void): void {
    if (this.#mode === "undecided" && this.statusCode !== 0) this.#late.push(work);
    else work();
  }

  #flush(): void {
    const late = this.#late;
    this.#late = [];
    for (const work of late) work();
  }

  #end(): void {
    this.#over = true;
    this.#signal.removeEventListener("abort", this.#aborted);
    this.#unwatch();
  }

  #abort(reason: unknown): void {
    this.#settle.reject(reason);
    if (!this.#over) this.#controller?.abort(reasonError(reason));
  }
}
