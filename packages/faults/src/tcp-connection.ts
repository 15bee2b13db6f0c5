import type { Socket } from "node:net";
import type { Exchange } from "./exchange.ts";
import { ExchangeLine } from "./exchange-line.ts";
import type { Ending } from "./fault.ts";
import { OpaqueState } from "./opaque-state.ts";
import type { RelayHost } from "./relay.ts";
import { type OpaqueReason, RequestReader } from "./request-reader.ts";
import { ResponseReader } from "./response-reader.ts";
import { ConsumerLink } from "./tcp-consumer-link.ts";
import { type Dialler, ProviderLink } from "./tcp-provider-link.ts";
import { opensTunnel, type ResponseHead } from "./wire/head.ts";
import { withHost } from "./wire/host.ts";

/**
 * One consumer connection and the provider connection that belongs to it. Bytes pass as they come; the two readers watch
 * where exchanges begin and end; an exchange whose turn a fault has is in the hands of its `FaultRun`.
 */
export class Connection {
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #host: RelayHost;
  readonly #consumer: ConsumerLink;
  readonly #provider: ProviderLink;
  readonly #acceptedMs: number;
  readonly #opaque: OpaqueState;
  readonly #line: ExchangeLine;
  readonly #requests: RequestReader;
  readonly #responses: ResponseReader;
  #consumerEnded = false;
  #consumerBroke = false;
  #finished = false;
  /** The last answer on this connection was ours, so the provider's idle close is none of the consumer's business. */
  #answeredHere = false;

  constructor(number: number, consumer: Socket, host: RelayHost, dialler: Dialler) {
    this.#host = host;
    this.#opaque = new OpaqueState(host, number);
    this.#acceptedMs = host.clock.monotonic();
    this.#consumer = new ConsumerLink(consumer, {
      data: (chunk) => this.#fromConsumer(chunk),
      fin: () => this.#consumerFin(),
      broke: () => this.#consumerReset(),
      closed: () => this.#finish(),
      drain: () => this.#provider.resume(),
    });
    this.#provider = new ProviderLink(dialler, {
      opened: () => this.#responses.reset(),
      data: (chunk) => this.#fromProvider(chunk),
      fin: () => this.#providerFin(),
      failed: (failure, reached) => this.#providerFailed(failure, reached),
      drain: () => this.#consumer.resume(),
    });
    this.#line = new ExchangeLine(number, host, {
      toProvider: (bytes) => this.#toProvider(bytes),
      pauseProvider: () => this.#provider.pause(),
      resumeProvider: () => this.#provider.resume(),
      write: (bytes) => this.#consumer.send(bytes),
      ended: (exchange, how) => this.#faultEnded(exchange, how),
    });
    this.#requests = this.#requestReader();
    this.#responses = this.#responseReader();
  }

  /** Resolves when the consumer's side is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Exchanges under way whose consumer still waits. */
  get inFlight(): number {
    return this.#line.inFlight;
  }

  /** Closes a connection on which nothing is under way. Answers whether it did. */
  dropIfIdle(): boolean {
    const idle = this.#line.first === null && this.#requests.between && !this.#opaque.on;
    if (idle) this.#sendFin();
    return idle;
  }

  destroy(): void {
    this.#consumer.destroy();
    this.#finish();
  }

  // ── the consumer's bytes ──

  #requestReader(): RequestReader {
    return new RequestReader({
      ready: () => this.#line.ready(),
      hold: (bytes) => this.#consumer.hold(bytes),
      begin: (head, headBytes, arrivedMs) => this.#line.begin(head, headBytes, arrivedMs),
      rewrite: (head) => (this.#host.hostToSend === null ? null : withHost(head, this.#host.hostToSend)),
      forward: (exchange, bytes) => {
        const run = this.#line.runOf(exchange);
        if (run === undefined) this.#toProvider(bytes);
        else run.request(bytes);
      },
      complete: (exchange) => this.#line.requestComplete(exchange),
      opaque: (reason, bytes) => this.#requestUntrusted(reason, bytes),
    });
  }

  #fromConsumer(chunk: Buffer): void {
    if (this.#opaque.on) this.#relayOpaque(chunk);
    else this.#requests.read(chunk, this.#host.clock.monotonic());
  }

  #requestUntrusted(reason: OpaqueReason, bytes: Buffer): void {
    if (this.#line.runOf(this.#requests.current) !== undefined) {
      this.#opaque.problem(
        "FAULT_BROKE_OFF",
        "The framing of a request cannot be trusted: its fault could not act.",
      );
      this.#consumer.reset();
      return;
    }
    this.#opaque.begin(reason);
    this.#relayOpaque(bytes);
  }

  // ── the provider's bytes ──

  #responseReader(): ResponseReader {
    return new ResponseReader({
      current: () => (this.#line.first?.forwarded === true ? this.#line.first : null),
      faulted: (exchange) => this.#line.runOf(exchange) !== undefined,
      interim: (bytes) => this.#toConsumer(bytes),
      head: (exchange, head, startedMs) => this.#line.answered(exchange, head, startedMs),
      deliver: (exchange, bytes) => {
        const run = this.#line.runOf(exchange);
        if (run === undefined) this.#toConsumer(bytes);
        else run.answer(bytes);
      },
      payload: (exchange, bytes) => {
        if (exchange.response !== null && exchange.fault === null) exchange.response.bodyBytes += bytes;
      },
      complete: (exchange, head) => this.#answerComplete(exchange, head),
      opaque: (reason, bytes) => this.#answerUntrusted(reason, bytes),
    });
  }

  #fromProvider(chunk: Buffer): void {
    if (this.#opaque.on) this.#toConsumer(chunk);
    else this.#responses.read(chunk, this.#host.clock.monotonic());
  }

  #answerComplete(exchange: Exchange, head: ResponseHead): void {
    if (this.#line.answerComplete(exchange)) return;
    this.#answeredHere = false;
    this.#line.over(exchange);
    if (this.#consumerEnded && this.#line.first === null) this.#sendFin();
    if (opensTunnel(exchange.head.method, head.status)) this.#opaque.begin("tunnel");
    this.#consumer.release();
  }

  #answerUntrusted(reason: OpaqueReason, bytes: Buffer): void {
    if (this.#leftToFault(new Error("the provider's answer is no HTTP that can be trusted"))) return;
    this.#opaque.begin(reason);
    this.#toConsumer(bytes);
  }

  #providerFin(): void {
    const untilClose = !this.#opaque.on && this.#responses.close();
    if (this.#leftToFault(new Error("the provider closed the connection"))) return;
    if (!untilClose) this.#line.providerGone();
    this.#sendFin();
  }

  #providerFailed(failure: Error, reached: boolean): void {
    this.#line.undelivered(reached);
    if (!reached)
      this.#opaque.problem("PROVIDER_UNREACHABLE", `The provider was not reached: ${failure.message}`);
    if (this.#leftToFault(failure)) return;
    this.#line.providerGone();
    this.#consumer.reset();
  }

  /** Whether an end of the provider's side is not the consumer's to see: a fault answers, or did last and all is idle. */
  #leftToFault(failure: Error): boolean {
    const { first } = this.#line;
    const run = this.#line.runOf(first);
    if (run === undefined && (first !== null || !this.#answeredHere)) return false;
    this.#provider.drop("fin");
    run?.providerFailed(failure);
    return true;
  }

  // ── sending ──

  #toProvider(bytes: Buffer): void {
    if (!this.#provider.write(bytes)) this.#consumer.pause();
  }

  #toConsumer(bytes: Buffer): void {
    if (!this.#consumer.write(bytes)) this.#provider.pause();
  }

  #sendFin(): void {
    this.#consumer.fin();
    this.#provider.end();
  }

  #relayOpaque(bytes: Buffer): void {
    this.#opaque.pass();
    this.#toProvider(bytes);
  }

  #faultEnded(exchange: Exchange, how: Ending): void {
    this.#answeredHere = true;
    this.#line.over(exchange);
    if (how === "rst") this.#consumer.reset();
    else if (how === "fin" || exchange.head.close || exchange.response?.head.close === true) this.#sendFin();
    else this.#consumer.release();
  }

  #consumerFin(): void {
    this.#consumerEnded = true;
    this.#line.consumerGone("fin");
    const faulted = this.#line.abortRuns("the consumer closed the connection");
    if (faulted || this.#line.first === null) this.#sendFin();
    else this.#provider.end();
  }

  #consumerReset(): void {
    this.#consumerBroke = true;
    this.#line.consumerGone("rst");
    this.#line.abortRuns("the consumer reset the connection");
    this.#provider.drop("rst");
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#line.abortRuns("the connection closed");
    this.#provider.drop("fin");
    this.#line.finish(this.#consumerBroke);
    this.#host.recorder.connection({
      connection: this.#line.connection,
      acceptedMs: this.#acceptedMs,
      closedMs: this.#host.clock.monotonic(),
      exchanges: this.#line.begun,
      opaque: this.#opaque.on,
    });
    this.#closed.resolve();
  }
}
