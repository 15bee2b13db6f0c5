import type { Exchange } from "./exchange.ts";
import { type RequestHead, readRequestHead, requestStart } from "./wire/head.ts";
import { headBytesMax, MessageScanner } from "./wire/scanner.ts";

/** Why a connection is relayed without being read. */
export type OpaqueReason = "tunnel" | "untrusted" | "head-too-large" | "unsolicited";

/** What the reader of requests tells and asks. */
export interface RequestEvents {
  /** Whether the next bytes may be read now; otherwise they are given back to `hold`. */
  ready(): boolean;
  hold(bytes: Buffer): void;
  begin(head: RequestHead, headBytes: Buffer, arrivedMs: number): Exchange;
  /** The head as it is to be sent on, when it is not as it came. */
  rewrite(headBytes: Buffer): Buffer | null;
  /** Bytes of this request, in order. */
  forward(exchange: Exchange, bytes: Buffer): void;
  complete(exchange: Exchange): void;
  /** From these bytes on nothing is claimed. */
  opaque(reason: OpaqueReason, bytes: Buffer): void;
}

/** Watches the consumer's bytes: where requests begin and end. */
export class RequestReader {
  /** The request whose bytes are coming in. */
  current: Exchange | null = null;
  readonly #events: RequestEvents;
  readonly #scanner: MessageScanner<RequestHead>;
  #startedMs = 0;

  constructor(events: RequestEvents) {
    this.#events = events;
    this.#scanner = new MessageScanner(readRequestHead, requestStart, (data) => this.current?.body.add(data));
  }

  /** True between requests. */
  get between(): boolean {
    return this.#scanner.between;
  }

  /** Bytes of a head that was never completed. */
  takeHeld(): Buffer {
    return this.#scanner.takeHeld();
  }

  /** Takes the next bytes, which came at `nowMs`. */
  read(chunk: Buffer, nowMs: number): void {
    let at = 0;
    while (at < chunk.length) {
      if (!this.#events.ready()) return this.#events.hold(chunk.subarray(at));
      if (this.#scanner.between) this.#startedMs = nowMs;
      at = this.#step(chunk, at);
    }
  }

  /** Reads one event on, two when a body follows its head at once: one request in one chunk leaves in one piece. */
  #step(chunk: Buffer, from: number): number {
    const scanner = this.#scanner;
    let event = scanner.scan(chunk, from);
    let unsent = from;
    if (event === "head") {
      const after = scanner.next;
      const head = scanner.head as RequestHead;
      const headBytes = scanner.carried ?? part(chunk, from, after);
      const exchange = this.#events.begin(head, headBytes, this.#startedMs);
      this.current = exchange;
      const replaced = this.#events.rewrite(headBytes) ?? scanner.carried;
      if (replaced !== null) {
        this.#events.forward(exchange, replaced);
        unsent = after;
      }
      if (scanner.begin(head.framing)) event = "end";
      else if (this.#events.ready()) event = scanner.scan(chunk, after);
    }
    const { next } = scanner;
    if (this.current !== null && next > unsent) this.#events.forward(this.current, part(chunk, unsent, next));
    if (event === "unsure") return this.#giveUp(chunk);
    if (event === "end" && this.current !== null) {
      const exchange = this.current;
      this.current = null;
      this.#events.complete(exchange);
    }
    return next;
  }

  #giveUp(chunk: Buffer): number {
    const held = this.#scanner.takeHeld();
    const reason = held.length > headBytesMax ? "head-too-large" : "untrusted";
    const rest = chunk.subarray(this.#scanner.next);
    this.#events.opaque(reason, held.length === 0 ? rest : Buffer.concat([held, rest]));
    return chunk.length;
  }
}

function part(chunk: Buffer, from: number, to: number): Buffer {
  return from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to);
}
