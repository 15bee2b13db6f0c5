import { backoffOf } from "@holdfast/core";
import type { Consumable, ConsumerDefinition } from "../consume/definition.ts";
import { settingsOf } from "../consume/settings.ts";
import type { ConsumerFacts, GuaranteeFacts } from "../guarantees/facts.ts";
import { type RelayOptions, relaySettings } from "../relay/options.ts";
import type { Store } from "../store.ts";
import type { RouteTable, TabledRoute } from "./route-table.ts";

/** What guarantees follow from, as this delivery is configured. */
export function factsOf(
  store: Store,
  table: RouteTable,
  consumers: readonly ConsumerDefinition<Consumable, never>[],
  relay: RelayOptions | undefined,
): GuaranteeFacts {
  const { attempts, backoff, order } = relaySettings(relay);
  return {
    store: { dialect: store.dialect, guarantees: store.guarantees },
    routes: routesOf(table, consumers).map(({ definition, brokerName, broker }) => ({
      type: definition.type,
      ordered: definition.ordered,
      broker: brokerName,
      kind: broker.kind,
      guarantees: broker.guarantees,
      relay: { attempts, backoff: backoffOf(backoff) },
      ...(order === "off" ? {} : { order }),
    })),
    consumers: consumers.map(consumerFacts),
  };
}

/** The routes that were declared, and those that follow for what is consumed here: one broker alone takes it without. */
export function routesOf(
  table: RouteTable,
  consumers: readonly ConsumerDefinition<Consumable, never>[],
): readonly TabledRoute[] {
  const routes = new Map(table.list().map((route) => [route.definition.type, route]));
  for (const definition of consumers.flatMap((one) => [...settingsOf(one).messages.values()])) {
    const route = table.find(definition.type);
    if (route !== null && !routes.has(definition.type)) routes.set(definition.type, { ...route, definition });
  }
  return [...routes.values()];
}

function consumerFacts(definition: ConsumerDefinition<Consumable, never>): ConsumerFacts {
  const { name, messages, windowMs, attempts, backoff } = settingsOf(definition);
  return {
    name,
    types: [...messages.keys()],
    dedupe: windowMs === null ? { kind: "sequence" } : { kind: "window", windowMs },
    retries: { attempts, backoff },
  };
}
