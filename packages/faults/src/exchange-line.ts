import { Exchange } from "./exchange.ts";
import { type FaultPort, FaultRun } from "./fault-run.ts";
import type { RelayHost } from "./relay.ts";
import type { RequestHead, ResponseHead } from "./wire/head.ts";

/**
 * The exchanges of one connection: those without a complete answer, in order of arrival, the faults that have a turn among
 * them, and the last one that ended, where its record waits: for the rest of its request, or for a consumer that closed before it had
 * its whole answer, because only the end of the connection tells whether it closed more than its sending side.
 */
export class ExchangeLine {
  /** The number of the connection on its proxy. */
  readonly connection: number;
  readonly #host: RelayHost;
  readonly #port: FaultPort;
  readonly #waiting: Exchange[] = [];
  readonly #runs = new Map<Exchange, FaultRun>();
  #last: Exchange | null = null;
  #begun = 0;
  readonly #acceptedMs: number;

  constructor(connection: number, host: RelayHost, port: FaultPort) {
    this.connection = connection;
    this.#host = host;
    this.#port = port;
    this.#acceptedMs = host.clock.monotonic();
  }

  /** The exchange that the next answer belongs to. */
  get first(): Exchange | null {
    return this.#waiting[0] ?? null;
  }

  /** The same, if its request went to the provider and was not wholly answered yet. */
  get answering(): Exchange | null {
    const { first } = this;
    return first?.forwarded === true && first.providerDoneMs === null ? first : null;
  }

  /** Exchanges under way whose consumer still waits. */
  get inFlight(): number {
    return this.#waiting.filter((exchange) => exchange.end === "open").length;
  }

  /** The fault that has this exchange in its hands. */
  runOf(exchange: Exchange | null): FaultRun | undefined {
    return exchange === null ? undefined : this.#runs.get(exchange);
  }

  /** Requests behind a faulted exchange, or behind one that may change the protocol, wait for it to end. */
  ready(): boolean {
    for (const exchange of this.#waiting) {
      const complete = exchange.requestCompleteMs !== null;
      const run = this.#runs.get(exchange);
      if (run === undefined ? complete && exchange.head.upgrade : complete || !run.started) return false;
    }
    return true;
  }

  /** A request head came: its exchange begins, and its fault too if it is its turn. */
  begin(head: RequestHead, headBytes: Buffer, arrivedMs: number): Exchange {
    if (this.#last !== null) this.#host.recorder.emit(this.#last);
    this.#last = null;
    const { hostToSend: hostSent } = this.#host;
    const at = { connection: this.connection, ordinal: this.#begun, arrivedMs };
    const exchange = new Exchange({ ...at, head, headBytes, hostSent });
    this.#begun += 1;
    const act = this.#host.choose(exchange);
    this.#waiting.push(exchange);
    if (act === null) exchange.forwarded = true;
    else this.#runs.set(exchange, new FaultRun(exchange, act, this.#host, this.#port));
    this.#host.recorder.arrived(exchange);
    this.#startFirst();
    return exchange;
  }

  /** Bytes of a request, in order: to the provider, or into the hands of its fault. */
  forward(exchange: Exchange, bytes: Buffer): void {
    const run = this.#runs.get(exchange);
    if (run === undefined) this.#port.toProvider(bytes);
    else run.request(bytes);
  }

  /** Gives bytes of an answer to the fault that has its exchange in its hands; false when none has. */
  answer(exchange: Exchange, bytes: Buffer): boolean {
    const run = this.#runs.get(exchange);
    run?.answer(bytes);
    return run !== undefined;
  }

  /** So much of the body of an answer came. */
  payload(exchange: Exchange, bytes: number): void {
    if (exchange.response !== null && exchange.fault === null) exchange.response.bodyBytes += bytes;
  }

  /** The last byte of a request came. */
  requestComplete(exchange: Exchange): void {
    exchange.requestCompleteMs = this.#host.clock.monotonic();
    this.#host.recorder.requestComplete(exchange);
    this.#host.recorder.executed(exchange);
    this.#runs.get(exchange)?.requestComplete();
    this.#tellLast();
  }

  /** The provider began to answer. */
  answered(exchange: Exchange, head: ResponseHead, startedMs: number): void {
    exchange.providerStatus = head.status;
    exchange.providerAnsweredMs = startedMs;
    this.#host.recorder.executed(exchange);
    if (exchange.fault !== null) return;
    exchange.response = { head, firstByteMs: startedMs, bodyBytes: 0, completeMs: null };
  }

  /** The provider's answer is complete; true when a fault goes on from here. */
  answerComplete(exchange: Exchange): boolean {
    exchange.providerDoneMs = this.#host.clock.monotonic();
    const run = this.#runs.get(exchange);
    run?.answerComplete();
    if (run !== undefined) return true;
    if (exchange.response !== null) exchange.response.completeMs = exchange.providerDoneMs;
    if (exchange.end === "open") exchange.end = "complete";
    return false;
  }

  /** An exchange has ended; the next one has its turn. */
  over(exchange: Exchange): void {
    this.#waiting.splice(this.#waiting.indexOf(exchange), 1);
    this.#runs.delete(exchange);
    if (this.#last !== null) this.#host.recorder.emit(this.#last);
    this.#last = exchange;
    this.#host.settled(exchange);
    this.#tellLast();
    this.#startFirst();
  }

  /** The consumer closed its side while these exchanges were under way. */
  consumerGone(how: "fin" | "rst"): void {
    const atMs = this.#host.clock.monotonic();
    for (const exchange of this.#waiting) {
      exchange.consumerClosed ??= { atMs, how };
      if (exchange.end === "open") exchange.end = "consumer-closed";
      if (exchange.firedMs !== null) exchange.faultCompleteMs ??= atMs;
    }
  }

  /** The connection to the provider broke: what had not left whole, or had nowhere to go, was not delivered. */
  undelivered(reached: boolean): void {
    for (const exchange of this.#waiting) exchange.undelivered ||= !reached || !exchange.delivered;
  }

  /** The provider closed its side while these exchanges were under way. */
  providerGone(): void {
    for (const exchange of this.#waiting) if (exchange.end === "open") exchange.end = "provider-closed";
  }

  /** Ends whatever faults wait for; answers whether there was one. */
  abortRuns(why: string): boolean {
    const runs = [...this.#runs.values()];
    for (const run of runs) run.abort(new Error(why));
    return runs.length > 0;
  }

  /** The connection is closed: the last records go out. `broke`: it was reset under the last answer. */
  finish({ broke, opaque }: { readonly broke: boolean; readonly opaque: boolean }): void {
    if (this.#last !== null) {
      // A consumer that closed only its sending side had its whole answer all the same.
      const whole = this.#last.response?.completeMs != null && !broke;
      if (whole && this.#last.end === "consumer-closed") this.#last.end = "complete";
      this.#host.recorder.emit(this.#last);
    }
    for (const exchange of this.#waiting) {
      this.#host.settled(exchange);
      this.#host.recorder.emit(exchange);
    }
    this.#host.recorder.connection({
      connection: this.connection,
      acceptedMs: this.#acceptedMs,
      closedMs: this.#host.clock.monotonic(),
      exchanges: this.#begun,
      opaque,
    });
  }

  /** The record of the last one goes out as soon as nothing in it can change any more. */
  #tellLast(): void {
    if (this.#last === null || this.#last.requestCompleteMs === null) return;
    if (this.#last.consumerClosed === null) this.#host.recorder.emit(this.#last);
  }

  #startFirst(): void {
    const run = this.runOf(this.first);
    if (run !== undefined && !run.started) run.start();
  }
}
