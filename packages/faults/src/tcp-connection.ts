import type { Socket } from "node:net";
import { Exchange } from "./exchange.ts";
import type { Ending } from "./fault.ts";
import type { RelayHost } from "./relay.ts";
import { type OpaqueReason, RequestReader } from "./request-reader.ts";
import { ResponseReader } from "./response-reader.ts";
import { type FaultPort, FaultRun } from "./tcp-fault-run.ts";
import { type Dialler, ProviderLink } from "./tcp-provider-link.ts";
import { opensTunnel, type RequestHead, type ResponseHead } from "./wire/head.ts";
import { withHost } from "./wire/host.ts";

const heldBytesMax = 1024 * 1024;

/**
 * One consumer connection and the provider connection that belongs to it. Bytes pass as they come; the two readers watch
 * where exchanges begin and end; an exchange whose turn a fault has is handed to a `FaultRun`.
 */
export class Connection {
  readonly number: number;
  readonly closed: Promise<void>;
  readonly #resolveClosed: () => void;
  readonly #host: RelayHost;
  readonly #consumer: Socket;
  readonly #provider: ProviderLink;
  readonly #acceptedMs: number;
  readonly #requests: RequestReader;
  readonly #responses: ResponseReader;
  readonly #faultPort: FaultPort;
  /** Exchanges without a complete response, in order of arrival, and the faults of those that have one. */
  readonly #queue: Exchange[] = [];
  readonly #runs = new Map<Exchange, FaultRun>();
  #held: Buffer[] = [];
  #heldBytes = 0;
  #last: Exchange | null = null;
  #exchanges = 0;
  #opaque: OpaqueReason | null = null;
  #finSent = false;
  #finished = false;
  #consumerEnded = false;
  #consumerBroke = false;
  #toldOpaque = false;
  /** The last answer on this connection was ours, so the provider's idle close is none of the consumer's business. */
  #answeredHere = false;

  constructor(number: number, consumer: Socket, host: RelayHost, dialler: Dialler) {
    const closed = Promise.withResolvers<void>();
    this.number = number;
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#consumer = consumer;
    this.#host = host;
    this.#acceptedMs = host.clock.monotonic();
    this.#provider = new ProviderLink(dialler, {
      data: (chunk) => this.#fromProvider(chunk),
      fin: () => this.#providerFin(),
      failed: (failure, reached) => this.#providerFailed(failure, reached),
      drain: () => this.#consumer.resume(),
    });
    this.#requests = new RequestReader({
      ready: () => this.#ready(),
      hold: (bytes) => this.#hold(bytes),
      begin: (head, headBytes, arrivedMs) => this.#begin(head, headBytes, arrivedMs),
      rewrite: (headBytes) => (host.hostToSend === null ? null : withHost(headBytes, host.hostToSend)),
      forward: (exchange, bytes) => this.#forward(exchange, bytes),
      complete: (exchange) => this.#requestComplete(exchange),
      opaque: (reason, bytes) => this.#requestUntrusted(reason, bytes),
    });
    this.#responses = new ResponseReader({
      current: () => this.#queue[0] ?? null,
      faulted: (exchange) => this.#runs.has(exchange),
      interim: (bytes) => this.#toConsumer(bytes),
      head: (exchange, head, startedMs) => this.#answerHead(exchange, head, startedMs),
      deliver: (exchange, bytes) => this.#deliver(exchange, bytes),
      payload: (exchange, bytes) => this.#payload(exchange, bytes),
      complete: (exchange, head) => this.#answerComplete(exchange, head),
      opaque: (reason, bytes) => this.#answerUntrusted(reason, bytes),
    });
    this.#faultPort = this.#portForFaults();
    consumer.on("data", (chunk: Buffer) => this.#fromConsumer(chunk));
    consumer.on("drain", () => this.#provider.resume());
    consumer.on("end", () => this.#consumerFin());
    consumer.on("error", () => this.#consumerReset());
    consumer.on("close", () => this.#finish());
  }

  /** Exchanges under way whose consumer still waits. */
  get inFlight(): number {
    return this.#queue.filter((exchange) => exchange.consumerClosed === null && !exchange.over).length;
  }

  /** Closes a connection on which nothing is under way. Answers whether it did. */
  dropIfIdle(): boolean {
    const idle = this.#queue.length === 0 && this.#requests.between && this.#opaque === null;
    if (idle) this.#sendFin();
    return idle;
  }

  /** Ends everything at once. */
  destroy(): void {
    this.#abortRuns("the proxy closes");
    this.#provider.drop("fin");
    this.#consumer.destroy();
    this.#finish();
  }

  // ── the consumer's bytes ──

  #fromConsumer(chunk: Buffer): void {
    // After our FIN, as with any peer that closed: nobody reads this.
    if (this.#finSent) this.#consumer.resetAndDestroy();
    else if (this.#opaque !== null) this.#relayOpaque(chunk);
    else this.#requests.read(chunk, this.#host.clock.monotonic());
  }

  /** Requests behind a faulted exchange, or behind one that may change the protocol, wait for it to end. */
  #ready(): boolean {
    for (const exchange of this.#queue) {
      const complete = exchange.requestCompleteMs !== null;
      const run = this.#runs.get(exchange);
      if (run === undefined ? complete && exchange.head.upgrade : complete || !run.started) return false;
    }
    return true;
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > heldBytesMax) this.#consumer.pause();
  }

  #releaseHeld(): void {
    if (this.#heldBytes === 0) return;
    const held = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    this.#consumer.resume();
    this.#fromConsumer(held);
  }

  #begin(head: RequestHead, headBytes: Buffer, arrivedMs: number): Exchange {
    if (this.#last !== null) this.#host.recorder.emit(this.#last);
    this.#last = null;
    const at = { connection: this.number, ordinal: this.#exchanges, arrivedMs };
    const exchange = new Exchange({ ...at, head, headBytes, hostSent: this.#host.hostToSend });
    this.#exchanges += 1;
    const act = this.#host.choose(exchange);
    this.#queue.push(exchange);
    if (act === null) exchange.forwarded = true;
    else this.#runs.set(exchange, new FaultRun(exchange, act, this.#host, this.#faultPort));
    this.#host.recorder.arrived(exchange);
    this.#startNext();
    return exchange;
  }

  #startNext(): void {
    const next = this.#queue[0];
    const run = next === undefined ? undefined : this.#runs.get(next);
    if (run !== undefined && !run.started) run.start();
  }

  #forward(exchange: Exchange, bytes: Buffer): void {
    const run = this.#runs.get(exchange);
    if (run === undefined) this.#toProvider(bytes);
    else run.request(bytes);
  }

  #requestComplete(exchange: Exchange): void {
    exchange.requestCompleteMs = this.#host.clock.monotonic();
    this.#host.recorder.requestComplete(exchange);
    this.#host.recorder.executed(exchange);
    this.#runs.get(exchange)?.requestComplete();
  }

  #requestUntrusted(reason: OpaqueReason, bytes: Buffer): void {
    const { current } = this.#requests;
    if (current !== null && this.#runs.has(current)) {
      this.#problem(
        "FAULT_BROKE_OFF",
        "The framing of the request cannot be trusted, so its fault could not act.",
      );
      this.#consumer.resetAndDestroy();
      return;
    }
    this.#goOpaque(reason);
    this.#relayOpaque(bytes);
  }

  // ── the provider's bytes ──

  #fromProvider(chunk: Buffer): void {
    if (this.#opaque !== null) this.#toConsumer(chunk);
    else this.#responses.read(chunk, this.#host.clock.monotonic());
  }

  #answerHead(exchange: Exchange, head: ResponseHead, startedMs: number): void {
    exchange.providerStatus = head.status;
    exchange.providerAnsweredMs = startedMs;
    this.#host.recorder.executed(exchange);
    if (this.#runs.has(exchange)) return;
    exchange.response = { head, firstByteMs: startedMs, bodyBytes: 0, completeMs: null };
  }

  #payload(exchange: Exchange, bytes: number): void {
    if (exchange.response !== null && !this.#runs.has(exchange)) exchange.response.bodyBytes += bytes;
  }

  #deliver(exchange: Exchange, bytes: Buffer): void {
    const run = this.#runs.get(exchange);
    if (run === undefined) this.#toConsumer(bytes);
    else run.answer(bytes);
  }

  #answerComplete(exchange: Exchange, head: ResponseHead): void {
    exchange.providerDoneMs = this.#host.clock.monotonic();
    const run = this.#runs.get(exchange);
    if (run !== undefined) {
      run.answerComplete();
      return;
    }
    if (exchange.response !== null) exchange.response.completeMs = exchange.providerDoneMs;
    this.#answeredHere = false;
    if (exchange.end === "open") exchange.end = "complete";
    this.#over(exchange);
    if (opensTunnel(exchange.head.method, head.status)) this.#goOpaque("tunnel");
    this.#releaseHeld();
  }

  #answerUntrusted(reason: OpaqueReason, bytes: Buffer): void {
    const exchange = this.#queue[0];
    const run = exchange === undefined ? undefined : this.#runs.get(exchange);
    if (run !== undefined) {
      run.providerFailed(new Error("the provider's answer is no HTTP that can be trusted"));
      return;
    }
    this.#goOpaque(reason);
    this.#toConsumer(bytes);
  }

  #providerFin(): void {
    const untilClose = this.#opaque === null && this.#responses.close();
    const exchange = this.#queue[0];
    const run = exchange === undefined ? undefined : this.#runs.get(exchange);
    if (run !== undefined || (exchange === undefined && this.#answeredHere)) {
      this.#provider.drop("fin");
      run?.providerFailed(new Error("the provider closed the connection"));
      return;
    }
    if (!untilClose) this.#endAll("provider-closed");
    this.#sendFin();
  }

  #providerFailed(failure: Error, reached: boolean): void {
    if (!reached)
      this.#problem("PROVIDER_UNREACHABLE", `The provider could not be reached: ${failure.message}`);
    const exchange = this.#queue[0];
    const run = exchange === undefined ? undefined : this.#runs.get(exchange);
    if (exchange !== undefined && !exchange.delivered) exchange.undelivered = true;
    run?.providerFailed(failure);
    if (run !== undefined || (exchange === undefined && this.#answeredHere)) return;
    this.#endAll("provider-closed");
    this.#consumer.resetAndDestroy();
  }

  // ── sending ──

  #toProvider(bytes: Buffer): void {
    if (!this.#provider.write(bytes)) this.#consumer.pause();
  }

  #toConsumer(bytes: Uint8Array): void {
    if (this.#finSent || this.#consumer.destroyed) return;
    if (!this.#consumer.write(bytes)) this.#provider.pause();
  }

  #sendFin(): void {
    if (this.#finSent) return;
    this.#finSent = true;
    this.#consumer.end();
    this.#provider.end();
  }

  #relayOpaque(bytes: Buffer): void {
    if (this.#opaque !== "tunnel" && !this.#toldOpaque && this.#host.faultWaits()) {
      this.#toldOpaque = true;
      this.#problem(
        "OPAQUE_CONNECTION",
        "A fault is armed, but the bytes of this connection are no HTTP/1.1 to trust.",
      );
    }
    if (bytes.length > 0) this.#toProvider(bytes);
  }

  #goOpaque(reason: OpaqueReason): void {
    this.#opaque ??= reason;
    if (reason === "head-too-large")
      this.#problem("HEAD_TOO_LARGE", "A request head was too long to be read.");
  }

  #problem(code: string, message: string): void {
    this.#host.recorder.problem(code, `${message} (connection ${this.number})`);
  }

  // ── faults ──

  #portForFaults(): FaultPort {
    return {
      toProvider: (bytes) => this.#toProvider(bytes),
      pauseProvider: () => this.#provider.pause(),
      resumeProvider: () => this.#provider.resume(),
      write: (bytes) =>
        new Promise((resolve, reject) => {
          this.#consumer.write(bytes, (failure) => (failure ? reject(failure) : resolve()));
        }),
      ended: (exchange, how) => this.#faultEnded(exchange, how),
    };
  }

  #faultEnded(exchange: Exchange, how: Ending): void {
    const complete = exchange.response?.completeMs != null;
    if (exchange.end === "open") exchange.end = complete ? "complete" : "fault-closed";
    this.#answeredHere = true;
    this.#over(exchange);
    if (how === "rst") this.#consumer.resetAndDestroy();
    else if (how === "fin" || exchange.head.close) this.#sendFin();
    else this.#releaseHeld();
  }

  // ── ends ──

  #over(exchange: Exchange): void {
    this.#queue.splice(this.#queue.indexOf(exchange), 1);
    this.#runs.delete(exchange);
    if (this.#last !== null) this.#host.recorder.emit(this.#last);
    this.#last = exchange;
    this.#host.settled(exchange);
    this.#startNext();
    if (this.#consumerEnded && this.#queue.length === 0) this.#sendFin();
  }

  #consumerFin(): void {
    this.#consumerEnded = true;
    this.#consumerGone("fin");
    const run = this.#abortRuns("the consumer closed the connection");
    if (run || this.#queue.length === 0) this.#sendFin();
    else this.#provider.end();
  }

  #consumerReset(): void {
    this.#consumerBroke = true;
    this.#consumerGone("rst");
    this.#abortRuns("the consumer reset the connection");
    this.#provider.drop("rst");
  }

  #consumerGone(how: "fin" | "rst"): void {
    const atMs = this.#host.clock.monotonic();
    for (const exchange of this.#queue) {
      exchange.consumerClosed ??= { atMs, how };
      if (exchange.end === "open") exchange.end = "consumer-closed";
      if (exchange.firedMs !== null) exchange.faultCompleteMs ??= atMs;
    }
  }

  #abortRuns(why: string): boolean {
    const runs = [...this.#runs.values()];
    for (const run of runs) run.abort(new Error(why));
    return runs.length > 0;
  }

  #endAll(end: Exchange["end"]): void {
    for (const exchange of this.#queue) if (exchange.end === "open") exchange.end = end;
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#abortRuns("the connection closed");
    this.#provider.drop("fin");
    if (this.#last !== null) {
      // It had only closed its sending side: the response came through.
      const whole = this.#last.response?.completeMs != null && !this.#consumerBroke;
      if (whole && this.#last.end === "consumer-closed") this.#last.end = "complete";
      this.#host.recorder.emit(this.#last);
    }
    for (const exchange of this.#queue) {
      this.#host.settled(exchange);
      this.#host.recorder.emit(exchange);
    }
    this.#host.recorder.connection({
      connection: this.number,
      acceptedMs: this.#acceptedMs,
      closedMs: this.#host.clock.monotonic(),
      exchanges: this.#exchanges,
      opaque: this.#opaque !== null,
    });
    this.#resolveClosed();
  }
}
