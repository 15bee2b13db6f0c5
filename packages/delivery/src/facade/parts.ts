import { systemClock, systemRandom } from "@holdfast/core";
import type { Broker, ConsumerPlace } from "../broker.ts";
import { inProcess } from "../brokers/in-process.ts";
import type { Consumer } from "../consume/consumer.ts";
import type { Consumable, ConsumerDefinition } from "../consume/definition.ts";
import { DeliveryError } from "../errors.ts";
import { createPublisher } from "../outbox/publisher.ts";
import type { Publisher } from "../publisher.ts";
import { createRelay, type Relay } from "../relay/relay.ts";
import { createSagas, type Sagas } from "../saga/sagas.ts";
import type { Store } from "../store.ts";
import type { Surroundings } from "../surroundings.ts";
import { guardedListener } from "../system-listener.ts";
import type { LineageSettings } from "../tracing.ts";
import type { DeliveryOptions } from "./options.ts";
import { type Brokers, type RouteTable, routeTable, type TabledRoute } from "./route-table.ts";

/** The source of what is published where none is named. */
export const sourceDefault = "/holdfast";

/** What a delivery is put together from. */
export interface Parts {
  readonly options: DeliveryOptions<Brokers>;
  readonly store: Store;
  readonly surroundings: Surroundings;
  readonly brokers: Brokers;
  readonly table: RouteTable;
  readonly publisher: Publisher;
  readonly lineage: LineageSettings;
  readonly relay: Relay;
  readonly sagas: Sagas;
  /** Those declared so far, and what they were declared with. */
  readonly consumers: Consumer[];
  readonly definitions: ConsumerDefinition<Consumable, never>[];
  /** Where each of them listens. */
  readonly places: { readonly broker: Broker; readonly place: ConsumerPlace }[];
  /** Has this process' workers look at once. */
  wake(): void;
}

/** The route of a kind of message: what has none is refused when it is published, not when it is too late to say so. */
function routeOf(table: RouteTable, type: string): Omit<TabledRoute, "definition"> {
  const route = table.find(type);
  if (route !== null) return route;
  throw new DeliveryError(
    "MESSAGE_ROUTE_MISSING",
    `${type} has no route, and several brokers could take it.`,
  );
}

/** Makes the parts; throws CONFIGURATION for options that cannot be. */
export function partsOf(options: DeliveryOptions<Brokers>): Parts {
  const { store, clock = systemClock, random = systemRandom, onEvent, tracing } = options;
  if (typeof store?.transaction !== "function" || typeof store.adopt !== "function")
    throw new DeliveryError(
      "CONFIGURATION",
      "store is none: it takes sqlite(path), postgres(pool) or mysql(pool).",
    );
  const surroundings: Surroundings = {
    clock,
    random,
    emit: guardedListener(onEvent),
    ...(tracing === undefined ? {} : { tracing }),
  };
  const lineage: LineageSettings = {
    ambient: options.ambient ?? tracing?.current ?? null,
    baggage: options.baggage ?? "none",
  };
  const brokers: Brokers = options.brokers ?? { local: inProcess({ clock }) };
  const table = routeTable(brokers);
  const publisher = createPublisher({
    store,
    source: options.source ?? sourceDefault,
    ...(options.payloadBytesMax === undefined ? {} : { payloadBytesMax: options.payloadBytesMax }),
    maxBytesOf: (type) => routeOf(table, type).broker.guarantees.bytesMax,
    lineage,
    ...(tracing === undefined ? {} : { tracing }),
    clock,
    random,
  });
  const relay = createRelay({
    store,
    routeOf: (type) => table.find(type),
    ...surroundings,
    ...(options.relay === undefined ? {} : { options: options.relay }),
  });
  const sagas = createSagas({
    store,
    publisher,
    definitions: options.sagas ?? [],
    ...surroundings,
    ...(options.sagaWorker === undefined ? {} : { options: options.sagaWorker }),
  });
  const wake = (): void => {
    relay.wake();
    sagas.wake();
  };
  return {
    options,
    store,
    surroundings,
    brokers,
    table,
    publisher,
    lineage,
    relay,
    sagas,
    consumers: [],
    definitions: [],
    places: [],
    wake,
  };
}
