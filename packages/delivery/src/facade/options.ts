import type { BaggageChoice, Clock, Random } from "@holdfast/core";
import type { Consumable, ConsumerDefinition } from "../consume/definition.ts";
import type { DeliveryEvent } from "../events.ts";
import type { IdempotencyStore } from "../idempotency/index.ts";
import type { RelayOptions } from "../relay/options.ts";
import type { SagaDefinition } from "../saga/definition.ts";
import type { SagaWorkerOptions } from "../saga/settings.ts";
import type { Store } from "../store.ts";
import type { Ambient, Tracing } from "../tracing.ts";
import type { Brokers, SourceOf } from "./route-table.ts";

/** What a delivery is made of. Everything but the store has a default. */
export interface DeliveryOptions<Named extends Brokers> {
  /** `sqlite("orders.db")`, `postgres(pool)` or `mysql(pool)`. */
  readonly store: Store;
  /** By names of your own: `{ bus: rabbitmq({ url }) }`. Default: one in this process, `local`. */
  readonly brokers?: Named;
  /** CloudEvents `source` of what is published: names this producer. Default: `/holdfast`. */
  readonly source?: string;
  /** Sagas that may be started or led on here; older definitions stand in `previous` of the newest. Default: none. */
  readonly sagas?: readonly SagaDefinition[];
  /** Where idempotency keys are kept. Default: in the store. */
  readonly idempotencyStore?: IdempotencyStore;
  /** The largest payload in bytes. Default: 1 MiB. */
  readonly payloadBytesMax?: number;
  readonly relay?: RelayOptions;
  readonly sagaWorker?: SagaWorkerOptions;
  /** Where the messages come from that sagas wait for. Default: the only broker, from its own default source. */
  readonly sagaRepliesFrom?: { readonly broker?: keyof Named & string; readonly from?: unknown };
  /**
   * What surrounds the code that publishes or starts a saga without saying in which trace: with the doors of `@holdfast/resilience`,
   * `() => ({ trace: currentTrace(), baggage: currentBaggage() })`. Default: what `tracing` says, else nothing.
   */
  readonly ambient?: () => Ambient;
  /** Makes spans of what is published and handled: `otel().tracing` of `@holdfast/delivery/otel`. Default: none. */
  readonly tracing?: Tracing;
  /**
   * Which entries of the baggage messages take over from what caused them, by their keys. Default: `none`: whoever may read a queue or
   * a table reads them.
   */
  readonly baggage?: BaggageChoice;
  /** Told everything that happens. Nothing waits for it; what it throws is a warning of the process. */
  readonly onEvent?: (event: DeliveryEvent) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
}

/** What a consumer may say beside its name, its messages and its handler. */
export interface ConsumeOptions<Named extends Brokers, Name extends keyof Named & string>
  extends Omit<ConsumerDefinition<Consumable>, "name" | "messages" | "handler" | "prepare"> {
  /** Which broker they come from. Default: the only one. */
  readonly broker?: Name;
  /** Where from there, by the broker's own options. Default: the broker's own for consumer and messages. */
  readonly from?: SourceOf<Named[Name]>;
}

/** A handler with a part that runs before its transaction. `prepare` stands first: the handler's third argument is what it gives. */
export type PreparedWork<Messages extends Consumable, Prepared> = Required<
  Pick<ConsumerDefinition<Messages, Prepared>, "prepare" | "handler">
>;

/** What a process may take part in. */
export const roles = ["relay", "consumers", "sagas"] as const;
/** One of them. */
export type Role = (typeof roles)[number];
