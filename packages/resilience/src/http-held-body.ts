import type { ReadableStreamReadResult } from "node:stream/web";
import type { CallContext } from "./context.ts";
import { afterDiscard, discardBytesMax, type Tail, watchTail } from "./http-tail.ts";

/** Bodies that nobody holds any more give back what they hold on to; the last resort, for answers that were never read. */
const forgotten = new FinalizationRegistry<HeldBody>((body) =>
  body.cut(new Error("The response was forgotten.")),
);

/**
 * The body of a response, passed on as it comes. It keeps the place, the deadline and the signal of its call until it has ended or is
 * cancelled, and ends with them if they end first.
 */
export class HeldBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #release: (failure?: unknown) => void;
  readonly #signal: AbortSignal;
  readonly #aborted = (): void => this.cut(this.#signal.reason);
  #unwatch: () => void = () => {};
  #cut: { readonly reason: unknown } | null = null;
  #ended = false;

  constructor(body: ReadableStream<Uint8Array>, context: CallContext) {
    this.#reader = body.getReader();
    this.#release = context.hold();
    this.#signal = context.signal;
    this.#signal.addEventListener("abort", this.#aborted, { once: true });
  }

  /** What the caller reads, to be opened once. Nothing here refers to it, so that it can be forgotten. */
  open(): ReadableStream<Uint8Array> {
    const stream = new ReadableStream({
      type: "bytes",
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => this.#cancel(reason),
    });
    forgotten.register(stream, this, this);
    return stream;
  }

  /** The call has ended with this answer as its failure; what it held on to holds on until the body has ended. */
  outlive(tail: Tail): void {
    if (!this.#ended) this.#unwatch = watchTail(tail, (reason) => this.cut(reason));
  }

  /** Ends the body now, for whoever reads it with this reason. */
  cut(reason: unknown): void {
    this.#cut ??= { reason };
    void this.#cancel(reason).catch(() => {});
  }

  /** Reads the body to its end, or leaves it off where it is too long or takes too long. */
  async discard(): Promise<void> {
    const stop = afterDiscard(() => this.cut(undefined));
    try {
      for (let left = discardBytesMax; left >= 0; ) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        left -= value.byteLength;
      }
    } catch {
      // It ended badly, which is an end.
    }
    stop();
    this.cut(undefined);
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    try {
      const { done, value } = await this.#read();
      if (this.#cut !== null) throw this.#cut.reason;
      if (!done) {
        controller.enqueue(value as Uint8Array<ArrayBuffer>);
        return;
      }
    } catch (error) {
      this.#end(error);
      throw this.#cut === null ? error : this.#cut.reason;
    }
    this.#end();
    controller.close();
    // A reader that brought its own buffer waits for an answer in it.
    controller.byobRequest?.respond(0);
  }

  /** The next chunk that has something in it: streams of bytes take no empty ones. */
  async #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    for (;;) {
      const next = await this.#reader.read();
      if (next.done || next.value.byteLength > 0) return next;
    }
  }

  #cancel(reason: unknown): Promise<void> {
    this.#end();
    return this.#reader.cancel(reason);
  }

  #end(failure?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unwatch();
    this.#signal.removeEventListener("abort", this.#aborted);
    forgotten.unregister(this);
    this.#release(failure);
  }
}
