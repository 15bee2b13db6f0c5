import type { Exchange } from "./exchange.ts";
import type { OpaqueReason } from "./request-reader.ts";
import {
  opensTunnel,
  type ResponseHead,
  readResponseHead,
  responseFraming,
  responseStart,
} from "./wire/head.ts";
import { MessageScanner } from "./wire/scanner.ts";

/** What the reader of responses tells and asks. */
export interface ResponseEvents {
  /** The exchange that the next response belongs to. */
  current(): Exchange | null;
  /** Whether bytes of this response go through a fault, which gets heads in one piece. */
  faulted(exchange: Exchange): boolean;
  /** Bytes of an interim response (1xx). */
  interim(bytes: Buffer): void;
  /** The head of the final response. */
  head(exchange: Exchange, head: ResponseHead, startedMs: number): void;
  deliver(exchange: Exchange, bytes: Buffer): void;
  payload(exchange: Exchange, bytes: number): void;
  complete(exchange: Exchange, head: ResponseHead): void;
  opaque(reason: OpaqueReason, bytes: Buffer): void;
}

/** Watches the provider's bytes: which responses they are, and where each ends. */
export class ResponseReader {
  readonly #events: ResponseEvents;
  #scanner: MessageScanner<ResponseHead>;
  #exchange: Exchange | null = null;
  #head: ResponseHead | null = null;
  #startedMs = 0;

  constructor(events: ResponseEvents) {
    this.#events = events;
    this.#scanner = this.#newScanner();
  }

  /** Begins anew, for a new connection to the provider. */
  reset(): void {
    this.#scanner = this.#newScanner();
  }

  /** Takes the next bytes, which came at `nowMs`. */
  read(chunk: Buffer, nowMs: number): void {
    let at = 0;
    while (at < chunk.length) {
      this.#exchange = this.#events.current();
      if (this.#exchange === null) {
        this.#events.opaque("unsolicited", chunk.subarray(at));
        return;
      }
      if (this.#scanner.between) this.#startedMs = nowMs;
      at = this.#step(chunk, at, this.#exchange);
    }
  }

  /** The provider's side was closed: the end of a body that lasts until then. Answers whether it was that. */
  close(): boolean {
    if (!this.#scanner.untilClose || this.#exchange === null || this.#head === null) return false;
    this.#scanner.begin(0, true);
    this.#events.complete(this.#exchange, this.#head);
    return true;
  }

  #newScanner(): MessageScanner<ResponseHead> {
    return new MessageScanner(readResponseHead, responseStart, (data) => {
      if (this.#exchange !== null) this.#events.payload(this.#exchange, data.length);
    });
  }

  #step(chunk: Buffer, from: number, exchange: Exchange): number {
    const scanner = this.#scanner;
    const faulted = this.#events.faulted(exchange);
    const event = scanner.scan(chunk, from);
    if (event !== "head") return this.#deliver(chunk, from, { event, exchange, faulted });

    const head = scanner.head as ResponseHead;
    const after = scanner.next;
    const carried = faulted ? scanner.carried : null;
    if (head.status < 200 && head.status !== 101) {
      scanner.begin(0, false);
      this.#events.interim(carried ?? chunk.subarray(from, after));
      return after;
    }
    this.#head = head;
    this.#events.head(exchange, head, this.#startedMs);
    if (carried !== null) this.#events.deliver(exchange, carried);
    const { method } = exchange.head;
    const framing = opensTunnel(method, head.status) ? 0 : responseFraming(method, head);
    const next = scanner.begin(framing, head.close) ? "end" : scanner.scan(chunk, after);
    return this.#deliver(chunk, carried === null ? from : after, { event: next, exchange, faulted });
  }

  #deliver(
    chunk: Buffer,
    from: number,
    step: { readonly event: string; readonly exchange: Exchange; readonly faulted: boolean },
  ): number {
    const { next, inHead } = this.#scanner;
    if (step.event === "unsure") {
      // What passes unfaulted was passed on as it came, and a fault cannot go on with such an answer.
      this.#events.opaque("untrusted", chunk.subarray(from));
      return chunk.length;
    }
    const waits = inHead && step.faulted;
    if (next > from && !waits) {
      const whole = from === 0 && next === chunk.length;
      this.#events.deliver(step.exchange, whole ? chunk : chunk.subarray(from, next));
    }
    if (step.event === "end" && this.#head !== null) this.#events.complete(step.exchange, this.#head);
    return next;
  }
}
