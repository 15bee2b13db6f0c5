import { AnswerTail, passedTunnel } from "./answer-tail.ts";
import type { Exchange } from "./exchange.ts";
import { ExchangeLine } from "./exchange-line.ts";
import type { Ending } from "./fault.ts";
import { OpaqueState } from "./opaque-state.ts";
import type { RelayHost } from "./relay.ts";
import { type OpaqueReason, RequestReader } from "./request-reader.ts";
import { ResponseReader } from "./response-reader.ts";
import { ConsumerLink } from "./tcp-consumer-link.ts";
import { type Dialler, ProviderLink } from "./tcp-provider-link.ts";
import type { ClearSocket } from "./tcp-tls-front.ts";
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
  readonly #opaque: OpaqueState;
  readonly #line: ExchangeLine;
  readonly #requests: RequestReader;
  readonly #responses: ResponseReader;
  readonly #tail: AnswerTail = new AnswerTail(() => this.#provider.pause());
  #consumerEnded = false;
  #consumerBroke = false;
  #finished = false;
  /** The last answer on this connection was ours, so the provider's idle close is none of the consumer's business. */
  #answeredHere = false;

  constructor(number: number, consumer: ClearSocket, host: RelayHost, dialler: Dialler) {
    this.#host = host;
    this.#opaque = new OpaqueState(host, number);
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
      pauseConsumer: () => this.#consumer.pause(),
      resumeConsumer: () => this.#consumer.resume(),
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

  #requestReader(): RequestReader {
    return new RequestReader({
      ready: () => this.#line.ready(),
      hold: (bytes) => this.#consumer.hold(bytes),
      begin: (head, headBytes, arrivedMs) => this.#line.begin(head, headBytes, arrivedMs),
      rewrite: (head) => (this.#host.hostToSend === null ? null : withHost(head, this.#host.hostToSend)),
      forward: (exchange, bytes) => this.#line.forward(exchange, bytes),
      complete: (exchange) => this.#line.requestComplete(exchange),
      opaque: (reason, bytes) => this.#requestUntrusted(reason, bytes),
    });
  }

  #fromConsumer(chunk: Buffer): void {
    if (this.#opaque.on) this.#relayOpaque(chunk);
    else this.#requests.read(chunk, this.#host.clock.monotonic());
  }

  #requestUntrusted(reason: OpaqueReason, bytes: Buffer): void {
    if (this.#line.runOf(this.#requests.current) === undefined) {
      this.#opaque.begin(reason);
      this.#relayOpaque(bytes);
      return;
    }
    this.#opaque.problem("FAULT_BROKE_OFF", "A request cannot be trusted: its fault could not act.");
    this.#consumer.reset();
  }

  #responseReader(): ResponseReader {
    return new ResponseReader({
      current: () => this.#line.answering,
      faulted: (exchange) => this.#line.runOf(exchange) !== undefined,
      interim: (bytes) => this.#toConsumer(bytes),
      head: (exchange, head, startedMs) => this.#line.answered(exchange, head, startedMs),
      deliver: (exchange, bytes) => {
        if (!this.#line.answer(exchange, bytes)) this.#toConsumer(bytes);
      },
      payload: (exchange, bytes) => this.#line.payload(exchange, bytes),
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
    this.#goOn(opensTunnel(exchange.head.method, head.status));
  }

  /** What is behind an exchange that ended: a tunnel, the next request, or nothing more. */
  #goOn(tunnel: boolean): void {
    if (tunnel) this.#opaque.begin("tunnel");
    this.#consumer.release();
    if (!this.#consumerEnded || this.#line.first !== null) return;
    if (tunnel) this.#provider.end();
    else this.#sendFin();
  }

  #answerUntrusted(reason: OpaqueReason, bytes: Buffer): void {
    const { first } = this.#line;
    if (this.#tail.keep(first, bytes)) return;
    if (this.#leftToFault(new Error("the provider's answer is no HTTP that can be trusted"))) return;
    this.#opaque.begin(reason);
    if (first !== null) this.#opaque.pass();
    this.#toConsumer(bytes);
    this.#consumer.release();
  }

  #providerFin(): void {
    const untilClose = !this.#opaque.on && this.#responses.close();
    if (this.#leftToFault(new Error("the provider closed the connection"))) return;
    if (!untilClose && !this.#opaque.on) this.#line.providerGone();
    this.#sendFin();
  }

  #providerFailed(failure: Error, reached: boolean): void {
    this.#line.undelivered(reached);
    const told = `The provider was not reached: ${failure.message}`;
    if (!reached) this.#opaque.problem("PROVIDER_UNREACHABLE", told);
    if (this.#leftToFault(failure)) return;
    if (!this.#opaque.on) this.#line.providerGone();
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
    const behind = this.#tail.take();
    if (how === "rst") this.#consumer.reset();
    else if (how === "keep" && passedTunnel(exchange)) this.#tunnelBehindFault(behind);
    else if (how === "fin" || exchange.head.close || exchange.response?.head.close === true) this.#sendFin();
    else {
      // Nobody asked for more: it must not pass for the next answer.
      if (behind.length > 0) this.#provider.drop("fin");
      this.#consumer.release();
    }
  }

  #tunnelBehindFault(behind: readonly Buffer[]): void {
    this.#goOn(true);
    for (const bytes of behind) this.#toConsumer(bytes);
    if (this.#provider.open) this.#provider.resume();
    else this.#sendFin();
  }

  #consumerFin(): void {
    this.#consumerEnded = true;
    if (!this.#opaque.on) this.#line.consumerGone("fin");
    const faulted = this.#line.abortRuns("the consumer closed the connection");
    const begun = this.#line.first === null && !faulted ? this.#requests.takeHeld() : null;
    if (begun !== null && begun.length > 0) this.#requestUntrusted("untrusted", begun);
    if (faulted || (this.#line.first === null && !this.#opaque.on)) this.#sendFin();
    else if (!this.#consumer.holds) this.#provider.end();
  }

  #consumerReset(): void {
    this.#consumerBroke = true;
    if (!this.#opaque.on) this.#line.consumerGone("rst");
    this.#line.abortRuns("the consumer reset the connection");
    this.#provider.drop("rst");
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#line.abortRuns("the connection closed");
    this.#provider.drop("fin");
    this.#line.finish({ broke: this.#consumerBroke, opaque: this.#opaque.on });
    this.#closed.resolve();
  }
}
