import type { Broker } from "../broker.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageDefinition } from "../message.ts";

/** Brokers by the names that the configuration gives them. */
export type Brokers = Readonly<Record<string, Broker>>;

/** What a broker takes as the destination of a route. */
export type DestinationOf<One> = One extends Broker<infer Destination, infer _Source> ? Destination : never;
/** What a broker takes as the source of a consumer. */
export type SourceOf<One> = One extends Broker<infer _Destination, infer Source> ? Source : never;

/** A kind of message and where it goes. */
export interface TabledRoute {
  readonly definition: MessageDefinition;
  readonly brokerName: string;
  readonly broker: Broker;
  readonly destination: unknown;
}

/** Where each kind of message goes. */
export interface RouteTable {
  /** Throws CONFIGURATION for a broker that is not there, and for a second route of a kind. */
  add(definition: MessageDefinition, brokerName: string, destination: unknown): void;
  /** Null where nothing is known of the kind, and more than one broker could take it. */
  find(type: string): Omit<TabledRoute, "definition"> | null;
  /** The broker of that name, or the only one. */
  broker(name?: string): { readonly name: string; readonly broker: Broker };
  list(): readonly TabledRoute[];
}

/** Routes over brokers. With one broker alone, what has no route of its own goes there. */
export function routeTable(brokers: Brokers): RouteTable {
  const names = Object.keys(brokers);
  const routes = new Map<string, TabledRoute>();
  const only = names.length === 1 ? (names[0] as string) : null;
  const assumed = new Map<string, Omit<TabledRoute, "definition">>();
  const broker = (name: string | null = only): { readonly name: string; readonly broker: Broker } => {
    const found = name === null ? undefined : brokers[name];
    if (name !== null && found !== undefined) return { name, broker: found };
    throw new DeliveryError("CONFIGURATION", whyNone(name, names));
  };
  return {
    add(definition, brokerName, options) {
      const { type } = definition;
      if (routes.has(type)) throw new DeliveryError("CONFIGURATION", `${type} has a route already.`);
      const { broker: to } = broker(brokerName);
      routes.set(type, { definition, brokerName, broker: to, destination: to.destination(type, options) });
    },
    find(type) {
      const own = routes.get(type) ?? assumed.get(type);
      if (own !== undefined || only === null) return own ?? null;
      const { broker: to } = broker(only);
      const route = { brokerName: only, broker: to, destination: to.destination(type) };
      assumed.set(type, route);
      return route;
    },
    broker: (name) => broker(name ?? only),
    list: () => [...routes.values()],
  };
}

function whyNone(name: string | null, names: readonly string[]): string {
  if (names.length === 0) return "No broker is configured.";
  const all = names.join(", ");
  return name === null
    ? `Several brokers are configured (${all}): say which one.`
    : `There is no broker ${JSON.stringify(name)}; there are ${all}.`;
}
