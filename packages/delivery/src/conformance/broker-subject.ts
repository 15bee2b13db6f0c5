import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Broker, Delivery, PublishEnd, Subscription } from "../broker.ts";
import type { Envelope } from "../envelope.ts";

/** How the broker is to be opened. */
export interface OpenOptions {
  /** Where to connect: a proxy in front of the server. Default: the server itself. */
  readonly port?: number;
  readonly confirmTimeoutMs?: number;
}

/** A broker under test, as its adapter's author describes it. */
export interface BrokerSubject {
  readonly name: string;
  /** Why it is left out. */
  readonly skip?: string | false;
  /** A broker that makes what it needs. All that are opened share one topology, as several processes do. */
  open(options?: OpenOptions): Promise<Broker> | Broker;
  /** The server's address; null where the broker has no network. */
  readonly address: { readonly host: string; readonly port: number } | null;
  /** Options of a destination that no queue takes. Default: a message's name that nobody subscribes to. */
  readonly unroutable?: unknown;
  /** Waits until a fault is over, at most. Default: 10,000. */
  readonly patienceMs?: number;
  /** Deletes what the tests have left. */
  cleanUp(): Promise<void>;
}

/** One law that every broker keeps. */
export interface BrokerCase {
  /** Finishes "it …". */
  readonly name: string;
  run(bench: Bench): Promise<void>;
}

/** A subject and the names that are one test's own. */
export class Bench {
  readonly subject: BrokerSubject;
  readonly type: string;
  readonly #opened: Broker[] = [];

  constructor(subject: BrokerSubject) {
    this.subject = subject;
    this.type = `t${randomUUID().slice(0, 8)}.placed`;
  }

  async open(options: OpenOptions = {}): Promise<Broker> {
    const broker = await this.subject.open(options);
    this.#opened.push(broker);
    return broker;
  }

  async close(): Promise<void> {
    for (const broker of this.#opened.splice(0)) await broker.close();
  }

  envelope(change: Partial<Envelope> = {}): Envelope {
    return {
      id: randomUUID(),
      source: "/conformance",
      type: this.type,
      timeMs: 1_767_225_600_123,
      key: null,
      seq: null,
      contentType: "application/json",
      headers: {},
      body: Buffer.from("{}"),
      ...change,
    };
  }

  publish(broker: Broker, envelope: Envelope): Promise<PublishEnd> {
    return broker.publish({ destination: broker.destination(envelope.type), envelope });
  }

  /** Subscribes and keeps what arrives; acknowledges at once unless told what to do. */
  async collect(
    broker: Broker,
    options: { readonly consumer?: string; readonly prefetch?: number } = {},
    onDelivery: (delivery: Delivery) => void = (delivery) => delivery.ack(),
  ): Promise<Subscription & { readonly got: Delivery[]; ids(): readonly string[] }> {
    const got: Delivery[] = [];
    const subscription = await broker.subscribe(
      {
        consumer: options.consumer ?? `c-${this.type.slice(0, 9)}`,
        types: [this.type],
        prefetch: options.prefetch ?? 100,
      },
      (delivery) => {
        got.push(delivery);
        onDelivery(delivery);
      },
    );
    return {
      got,
      ids: () => got.map(({ envelope }) => envelope.id),
      stop: () => subscription.stop(),
      close: () => subscription.close(),
    };
  }

  /** Waits until something holds. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const untilMs = performance.now() + (this.subject.patienceMs ?? 10_000);
    while (!holds()) {
      assert.ok(performance.now() < untilMs, `it did not happen in time: ${what}`);
      await sleep(5);
    }
  }
}

/** Fails unless it ended well. */
export function assertOk(end: PublishEnd): void {
  if (!end.ok) throw new assert.AssertionError({ message: `${end.kind}: ${String(end.error)}` });
}

/** Fails unless it ended as told, with a coded error. */
export function assertFailed(end: PublishEnd, kinds: readonly string[]): void {
  assert.ok(!end.ok, "it was confirmed");
  assert.ok(kinds.includes(end.kind), `${end.kind}: ${String(end.error)}`);
  assert.equal((end.error as Error).name, "DeliveryError");
}
