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
      if (!this.#events.ready()) {
        this.#events.hold(chunk.subarray(at));
        return;
      }
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
      if (this.#begin(head, scanner.carried ?? part(chunk, from, after), scanner.carried)) unsent = after;
      if (scanner.begin(head.framing, head.close)) event = "end";
      else if (this.#events.ready()) event = scanner.scan(chunk, after);
    }
    if (this.current !== null) this.#pass(this.current, part(chunk, unsent, scanner.next));
    if (event === "unsure") return this.#giveUp(chunk);
    if (event === "end") this.#complete();
    return scanner.next;
  }

  /** Answers whether the head is sent on already, being other than these bytes of the chunk. */
  #begin(head: RequestHead, headBytes: Buffer, carried: Buffer | null): boolean {
    this.current = this.#events.begin(head, headBytes, this.#startedMs);
    const replaced = this.#events.rewrite(headBytes) ?? carried;
    if (replaced !== null) this.#pass(this.current, replaced);
    return replaced !== null;
  }

  #pass(exchange: Exchange, bytes: Buffer): void {
    if (bytes.length > 0) this.#events.forward(exchange, bytes);
  }

  #complete(): void {
    const exchange = this.current;
    this.current = null;
    if (exchange !== null) this.#events.complete(exchange);
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
