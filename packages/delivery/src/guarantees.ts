import { assumed, type ConsumerFacts, type GuaranteeFacts, type RouteFacts } from "./guarantees/facts.ts";
import { type Horizon, horizonOf, retriesMs, spokenMs } from "./guarantees/horizon.ts";
import { type Loss, lossesOf } from "./guarantees/losses.ts";

/** What a route does for one of its consumers. */
export interface ConsumerGuarantee {
  readonly consumer: string;
  readonly order: "per-key" | "per-key-until-redelivery" | "none";
  /** How long a message that comes again is recognised; null is for ever. */
  readonly dedupeMs: number | null;
  readonly horizon: Horizon;
  /** Whether it is recognised for as long as it may come again. */
  readonly dedupeCovers: boolean;
  /** Whether what the handler writes in its transaction happens once for each message. */
  readonly exactlyOnceEffect: boolean;
  /** One sentence each: order, dedupe, effect. */
  readonly sentences: readonly string[];
}

/** What may be said of a kind of message on its way, as data and as sentences. */
export interface RouteGuarantee {
  readonly type: string;
  readonly broker: string;
  readonly kind: string;
  readonly delivery: "at-least-once" | "may-lose";
  readonly losses: readonly Loss[];
  /** How long the broker itself recognises what the relay publishes again. */
  readonly brokerDedupeMs: number;
  /** Whether that is longer than what the relay may need, an outage included. */
  readonly brokerDedupeCovers: boolean;
  readonly consumers: readonly ConsumerGuarantee[];
  readonly sentences: readonly string[];
}

/** What is guaranteed on each route, computed from what store, brokers and consumers are known to do; nothing is claimed beyond. */
export function guarantees(facts: GuaranteeFacts): readonly RouteGuarantee[] {
  return facts.routes.map((route) => routeGuarantee(facts, route));
}

function routeGuarantee(facts: GuaranteeFacts, route: RouteFacts): RouteGuarantee {
  const losses = lossesOf(facts, route);
  const { outageMs } = assumed(facts.assumptions);
  const brokerDedupeMs = route.guarantees.dedupeMs;
  const neededMs = retriesMs(route.relay) + outageMs;
  const brokerDedupeCovers = brokerDedupeMs >= neededMs;
  return {
    type: route.type,
    broker: route.broker,
    kind: route.kind,
    delivery: losses.length === 0 ? "at-least-once" : "may-lose",
    losses,
    brokerDedupeMs,
    brokerDedupeCovers,
    consumers: facts.consumers
      .filter(({ types }) => types.includes(route.type))
      .map((consumer) => consumerGuarantee(facts, route, consumer)),
    sentences: [deliverySentence(route, losses), duplicateSentence(route, neededMs)],
  };
}

function deliverySentence(
  { type, broker, guarantees: { confirms } }: RouteFacts,
  losses: readonly Loss[],
): string {
  const until =
    confirms === "consumed" ? "every consumer has acknowledged it" : "the broker has confirmed it on disk";
  if (losses.length === 0)
    return `${type} reaches ${broker} at least once: it stays in the outbox until ${until}.`;
  const but = losses.map(({ sentence }) => sentence).join("; ");
  return `${type} reaches ${broker} at least once, but for this: ${but}.`;
}

function duplicateSentence({ kind, guarantees: { dedupeMs } }: RouteFacts, neededMs: number): string {
  if (dedupeMs === 0) return `${kind} does not recognise what is published again: each consumer has to.`;
  const window = `${kind} recognises what is published again for ${spokenMs(dedupeMs)}`;
  if (dedupeMs >= neededMs) return `${window}, longer than the relay may need.`;
  return `${window}, and the relay may publish again after ${spokenMs(neededMs)}, an outage included: duplicates reach consumers after one.`;
}

function consumerGuarantee(
  facts: GuaranteeFacts,
  route: RouteFacts,
  consumer: ConsumerFacts,
): ConsumerGuarantee {
  const horizon = horizonOf(route.relay, consumer.retries, assumed(facts.assumptions));
  const dedupeMs = consumer.dedupe.kind === "window" ? consumer.dedupe.windowMs : null;
  const dedupeCovers = dedupeMs === null || dedupeMs >= horizon.totalMs;
  const order = orderOf(route, consumer);
  const exactlyOnceEffect = facts.store.guarantees.durable;
  return {
    consumer: consumer.name,
    order,
    dedupeMs,
    horizon,
    dedupeCovers,
    exactlyOnceEffect,
    sentences: [
      orderSentence(consumer.name, order, route),
      dedupeSentence(consumer.name, dedupeMs, horizon),
      effectSentence(consumer.name, exactlyOnceEffect),
    ],
  };
}

function orderOf(route: RouteFacts, { dedupe }: ConsumerFacts): ConsumerGuarantee["order"] {
  if (!route.ordered) return "none";
  // The sequence is the producer's own: whatever happens on the way, the consumer puts it right.
  if (dedupe.kind === "sequence") return "per-key";
  return route.guarantees.ordered ? "per-key-until-redelivery" : "none";
}

function orderSentence(name: string, order: ConsumerGuarantee["order"], route: RouteFacts): string {
  switch (order) {
    case "per-key":
      return `${name} handles the messages of one key in the order of their commits, whatever comes again.`;
    case "per-key-until-redelivery":
      return route.order === "pipelined"
        ? `${name} gets the messages of one key in order until one fails to be published or comes again.`
        : `${name} gets the messages of one key in order until one comes again; dedupe: "sequence" keeps it then, too.`;
    case "none":
      return route.ordered
        ? `${name} gets messages in no order: ${route.kind} keeps none; dedupe: "sequence" would restore it.`
        : `${name} gets messages in no order: ${route.type} is not ordered.`;
  }
}

function dedupeSentence(name: string, dedupeMs: number | null, { totalMs }: Horizon): string {
  if (dedupeMs === null) return `${name} recognises a message that comes again for ever, by its sequence.`;
  const window = `${name} recognises a message that comes again for ${spokenMs(dedupeMs)}`;
  if (dedupeMs >= totalMs) return `${window}, longer than the ${spokenMs(totalMs)} after which one may.`;
  return `${window}, and one may come after ${spokenMs(totalMs)}: what is older is not handled but dead-lettered as too-old.`;
}

function effectSentence(name: string, exactlyOnce: boolean): string {
  return exactlyOnce
    ? `What ${name} writes in its transaction happens exactly once for each message; calls to others happen at least once, under the same key(step).`
    : `What ${name} does may happen again after a restart: the store that remembers it is in memory.`;
}
