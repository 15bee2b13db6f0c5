import type { Backoff } from "@holdfast/core";
import type { BrokerGuarantees } from "../broker.ts";
import type { StoreGuarantees } from "../store.ts";
import type { Dialect } from "../tx.ts";

/** How often something is tried, and how long between. */
export interface Retries {
  readonly attempts: number;
  readonly backoff: Backoff;
}

/** A kind of message and the broker that it goes to. */
export interface RouteFacts {
  readonly type: string;
  readonly ordered: boolean;
  /** The broker's name in the configuration: `bus`. */
  readonly broker: string;
  /** `rabbitmq`, `nats`, `in-process`. */
  readonly kind: string;
  readonly guarantees: BrokerGuarantees;
  /** The relay's retries on it. */
  readonly relay: Retries;
  /** Whether the relay keeps the order of a key even while one of its messages fails. Default: `strict`. */
  readonly order?: "strict" | "pipelined";
}

/** A consumer of this process or another one that Holdfast runs. */
export interface ConsumerFacts {
  readonly name: string;
  readonly types: readonly string[];
  /** How long it recognises a message that it had: a window, or by its sequence for ever. */
  readonly dedupe: { readonly kind: "window"; readonly windowMs: number } | { readonly kind: "sequence" };
  readonly retries: Retries;
}

/** What is assumed of the world and of the people who run it. */
export interface Assumptions {
  /** The longest time that a broker is away. Default: a day. */
  readonly outageMs?: number;
  /** The longest time after which somebody redrives a dead letter. Default: three days. */
  readonly deadLetterMs?: number;
}

/** Everything that a guarantee follows from. */
export interface GuaranteeFacts {
  readonly store: { readonly dialect: Dialect; readonly guarantees: StoreGuarantees };
  readonly routes: readonly RouteFacts[];
  readonly consumers: readonly ConsumerFacts[];
  readonly assumptions?: Assumptions;
}

const dayMs = 86_400_000;

/** The assumptions, complete. */
export function assumed({
  outageMs = dayMs,
  deadLetterMs = 3 * dayMs,
}: Assumptions = {}): Required<Assumptions> {
  return { outageMs, deadLetterMs };
}
