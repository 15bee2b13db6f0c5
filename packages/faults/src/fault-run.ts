import { invariant } from "@holdfast/core";
import { ChunkQueue } from "./chunk-queue.ts";
import type { Exchange } from "./exchange.ts";
import type { Chunk, Ending, ExchangeAct, FaultedExchange } from "./fault.ts";
import type { RelayHost } from "./relay.ts";
import {
  opensTunnel,
  type ResponseHead,
  readResponseHead,
  responseFraming,
  responseStart,
} from "./wire/head.ts";
import { MessageScanner } from "./wire/scanner.ts";

/** What a fault under way asks of its connection. */
export interface FaultPort {
  toProvider(bytes: Buffer): void;
  /** Resolves once the bytes are handed to the network. */
  write(bytes: Uint8Array): Promise<void>;
  pauseConsumer(): void;
  resumeConsumer(): void;
  pauseProvider(): void;
  resumeProvider(): void;
  ended(exchange: Exchange, how: Ending): void;
}

const answerAheadBytesMax = 1024 * 1024;
const continueBytes = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/** One exchange in the hands of its fault, from its turn to its end. */
export class FaultRun {
  readonly exchange: Exchange;
  readonly #act: ExchangeAct;
  readonly #host: RelayHost;
  readonly #port: FaultPort;
  readonly #abort = new AbortController();
  readonly #requestRead = Promise.withResolvers<void>();
  readonly #answer: ChunkQueue;
  readonly #sent: MessageScanner<ResponseHead>;
  #early: Buffer[] | null = [];
  #late = false;
  /** Where the request is read a piece at a time: who waits for the next one. */
  #piece: PromiseWithResolvers<void> | null = null;
  #started = false;
  #consumerLost = false;
  #ended = false;

  constructor(exchange: Exchange, act: ExchangeAct, host: RelayHost, port: FaultPort) {
    this.exchange = exchange;
    this.#act = act;
    this.#host = host;
    this.#port = port;
    this.#answer = new ChunkQueue({
      bytesMax: answerAheadBytesMax,
      onFull: () => port.pauseProvider(),
      onSpace: () => port.resumeProvider(),
    });
    this.#sent = new MessageScanner(readResponseHead, responseStart, (data) => {
      if (exchange.response !== null) exchange.response.bodyBytes += data.length;
    });
    this.#requestRead.promise.catch(() => {}); // A fault that does not wait for the request must not crash the process.
  }

  get started(): boolean {
    return this.#started;
  }

  /** It is this exchange's turn to be answered. */
  start(): void {
    this.#started = true;
    const done = this.#act(this.#faulted());
    if (!this.exchange.forwarded) {
      if (!this.#late) this.#early = null;
      if (this.exchange.head.expectsContinue) this.#port.write(continueBytes).catch(() => {});
    }
    if (this.exchange.requestCompleteMs !== null) this.requestComplete();
    done.then(
      () => this.#end("keep"),
      (failure: unknown) => this.#failed(failure),
    );
  }

  /** Bytes of the request, as they come. */
  request(bytes: Buffer): void {
    if (this.exchange.forwarded) this.#port.toProvider(bytes);
    else this.#early?.push(bytes);
    if (this.#piece === null || this.#ended) return;
    this.#port.pauseConsumer();
    this.#piece.resolve();
  }

  requestComplete(): void {
    this.#requestRead.resolve();
    this.#readOn();
    if (!this.#late || this.#early === null) return;
    this.#host.deliverLate(this.exchange, Buffer.concat(this.#early));
    this.#early = null;
  }

  /** Bytes of the provider's final answer. */
  answer(bytes: Buffer): void {
    if (!this.#ended) this.#answer.push({ bytes, arrivedAt: this.#host.clock.monotonic() });
  }

  /** The provider's answer is complete. */
  answerComplete(): void {
    this.#answer.close();
  }

  /** The provider broke off; that matters to a fault that waits for its answer only. */
  providerFailed(failure: Error): void {
    if (!this.exchange.forwarded) return;
    this.#answer.fail(failure);
    this.#requestRead.reject(failure);
  }

  /** The consumer went away or the proxy closes: whatever the fault waits for ends. */
  abort(reason: Error): void {
    this.#ended = true;
    this.#answer.fail(reason);
    this.#requestRead.reject(reason);
    this.#readOn();
    this.#abort.abort(reason);
  }

  #faulted(): FaultedExchange {
    const { exchange } = this;
    return {
      clock: this.#host.clock,
      random: this.#host.random,
      signal: this.#abort.signal,
      method: exchange.head.method,
      declared: exchange.operation,
      requestRead: () => this.#requestRead.promise,
      readPiece: () => this.#readPiece(),
      provider: () => this.#forward(),
      deliverLate: () => {
        invariant(this.#early !== null, "a fault keeps its request from the start or not at all");
        this.#late = true;
      },
      send: (bytes) => this.#send(bytes),
      fired: () => {
        exchange.firedMs ??= this.#host.clock.monotonic();
      },
      end: (how) => this.#end(how),
    };
  }

  #readPiece(): Promise<void> {
    if (this.exchange.requestCompleteMs !== null) return Promise.resolve();
    this.#piece = Promise.withResolvers<void>();
    this.#port.resumeConsumer();
    return this.#piece.promise;
  }

  /** The request is whole or of no interest any more: what the consumer does next is seen again. */
  #readOn(): void {
    if (this.#piece === null) return;
    this.#piece.resolve();
    this.#piece = null;
    this.#port.resumeConsumer();
  }

  #forward(): AsyncIterable<Chunk> {
    invariant(this.#early !== null, "a fault lets its request pass at once or not at all");
    this.exchange.forwarded = true;
    for (const bytes of this.#early) this.#port.toProvider(bytes);
    this.#early = null;
    return this.#answer;
  }

  async #send(bytes: Uint8Array): Promise<void> {
    this.#abort.signal.throwIfAborted();
    const beganMs = this.#host.clock.monotonic();
    await this.#port.write(bytes).catch((failure: unknown) => {
      this.#consumerLost = true;
      throw failure;
    });
    this.#scanSent(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), beganMs);
  }

  /** Reads what the consumer is sent, to record it as it was: a truncated answer is never complete. */
  #scanSent(bytes: Buffer, beganMs: number): void {
    const { exchange } = this;
    let at = 0;
    while (at < bytes.length && exchange.response?.completeMs == null) {
      const event = this.#sent.scan(bytes, at);
      at = this.#sent.next;
      if (event === "unsure") return;
      if (event === "end") this.#responseComplete();
      if (event !== "head") continue;
      const head = this.#sent.head as ResponseHead;
      const { method } = exchange.head;
      const framing = opensTunnel(method, head.status) ? 0 : responseFraming(method, head);
      const over = this.#sent.begin(framing, head.close);
      exchange.response = { head, firstByteMs: beganMs, bodyBytes: 0, completeMs: null };
      if (over) this.#responseComplete();
    }
  }

  #responseComplete(): void {
    if (this.exchange.response !== null) this.exchange.response.completeMs = this.#host.clock.monotonic();
  }

  #failed(failure: unknown): void {
    if (this.#ended || this.#consumerLost) return;
    const told = failure instanceof Error ? failure.message : String(failure);
    this.#host.recorder.problem("FAULT_BROKE_OFF", `The fault could not be carried out: ${told}`);
    this.exchange.firedMs = null;
    this.exchange.end = "provider-closed";
    this.#end("rst");
  }

  #end(how: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#readOn();
    // A body that lasts until the connection closes is complete only by closing.
    const ending = how === "keep" && this.#sent.untilClose ? "fin" : how;
    if (this.#sent.untilClose && ending === "fin") this.#responseComplete();
    this.exchange.faultCompleteMs = this.#host.clock.monotonic();
    const whole = this.exchange.response?.completeMs != null;
    if (this.exchange.end === "open") this.exchange.end = whole ? "complete" : "fault-closed";
    this.#port.ended(this.exchange, ending);
  }
}
