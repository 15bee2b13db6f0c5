import type { Clock } from "@holdfast/core";
import { EffectLedger } from "./effect-ledger.ts";
import type { Exchange } from "./exchange.ts";
import { exchangeRecord, mentionsOf, type RecordContext } from "./exchange-record.ts";
import type { ConnectionRecord, ExchangeRecord, ProxyRecord } from "./model.ts";
import type { Redactor } from "./redaction.ts";

const callsMax = 1024;
const exchangesPerCallMax = 2000;

/** Turns what happens at a proxy into records, and remembers which exchanges belong to which call. */
export class Recorder {
  readonly #clock: Clock;
  readonly #context: RecordContext;
  readonly #record: (record: ProxyRecord) => void;
  readonly #ledger: EffectLedger;
  readonly #expected = new Set<string>();
  /** Exchanges by call: of the armed call, or of the calls that a request mentions. */
  readonly #byCall = new Map<string, Exchange[]>();

  constructor(options: {
    readonly name: string;
    readonly integration: string;
    readonly clock: Clock;
    readonly redactor: Redactor;
    readonly record: (record: ProxyRecord) => void;
    readonly recordBodies?: boolean;
  }) {
    this.#clock = options.clock;
    this.#record = options.record;
    this.#ledger = new EffectLedger(options.redactor);
    this.#context = {
      proxy: options.name,
      integration: options.integration,
      redactor: options.redactor,
      expected: this.#expected,
      recordBodies: options.recordBodies ?? false,
    };
  }

  /** Looks for this id from now on; the oldest ids are forgotten beyond a bound. */
  expect(callId: string): void {
    this.#expected.add(callId);
    this.#remember(callId);
    for (const oldest of this.#expected) {
      if (this.#expected.size <= callsMax) break;
      this.#expected.delete(oldest);
    }
  }

  /** An exchange has arrived. */
  arrived(exchange: Exchange): void {
    if (exchange.armedCall !== null) this.#file(exchange.armedCall, exchange);
  }

  /** Its request was read to the end, so that all it mentions is known. */
  requestComplete(exchange: Exchange): void {
    if (this.#expected.size === 0) return;
    for (const callId of mentionsOf(exchange, this.#expected)) this.#file(callId, exchange);
  }

  /** The provider's answer is there, or the request is: emits the effect when both are. */
  executed(exchange: Exchange): void {
    if (exchange.providerStatus === null) return;
    const effect = this.#ledger.effectOf(exchange, this.#context);
    if (effect !== null) this.#record(effect);
  }

  /** Emits the record of an exchange about which nothing can change any more. */
  emit(exchange: Exchange): void {
    if (exchange.emitted) return;
    exchange.due = true;
    if (exchange.held) return;
    exchange.emitted = true;
    this.#record(exchangeRecord(exchange, this.#context));
  }

  /** What a record waited for is over. */
  release(exchange: Exchange): void {
    exchange.held = false;
    if (exchange.due) this.emit(exchange);
  }

  connection(closed: Omit<ConnectionRecord, "type" | "proxy">): void {
    this.#record({ type: "connection", proxy: this.#context.proxy, ...closed });
  }

  problem(code: string, message: string): void {
    const atMs = this.#clock.monotonic();
    this.#record({
      type: "proxy-problem",
      proxy: this.#context.proxy,
      atMs,
      code,
      message: this.#context.redactor.text(message),
    });
  }

  other(record: ProxyRecord): void {
    this.#record(record);
  }

  /** Exchanges of a call as they stand, in order of arrival: those that mention it, and those of no other call's mention. */
  exchangesOf(callId: string): readonly ExchangeRecord[] {
    return (this.#byCall.get(callId) ?? [])
      .toSorted((a, b) => a.arrivedMs - b.arrivedMs)
      .map((exchange) => exchangeRecord(exchange, this.#context))
      .filter(({ request: { mentions } }) => mentions.length === 0 || mentions.includes(callId));
  }

  #remember(callId: string): Exchange[] {
    const known = this.#byCall.get(callId);
    if (known !== undefined) return known;
    const exchanges: Exchange[] = [];
    this.#byCall.set(callId, exchanges);
    for (const oldest of this.#byCall.keys()) {
      if (this.#byCall.size <= callsMax) break;
      this.#byCall.delete(oldest);
    }
    return exchanges;
  }

  #file(callId: string, exchange: Exchange): void {
    const exchanges = this.#remember(callId);
    if (exchanges.length < exchangesPerCallMax && !exchanges.includes(exchange)) exchanges.push(exchange);
  }
}
