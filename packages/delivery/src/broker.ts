import type { Envelope } from "./envelope.ts";
import type { DeliveryError } from "./errors.ts";

/** What a broker is known to do, as data; the conformance suite proves each line on the real server. */
export interface BrokerGuarantees {
  /**
   * What a confirm means. `stored`: the broker has it, and the three lines below say how firmly. `consumed`: every consumer has
   * acknowledged it, so that there is nothing left for the broker to lose: until then it is in the outbox.
   */
  readonly confirms: "stored" | "consumed";
  /** A confirmed message survives a restart of the broker. */
  readonly survivesRestart: boolean;
  /** A confirmed message is on disk before it is confirmed; where not, a power cut may take what was confirmed. */
  readonly fsyncBeforeConfirm: boolean;
  /** How long the broker itself recognises a message that is published again, in milliseconds; 0 is not at all. */
  readonly dedupeMs: number;
  /** Messages of one key arrive in the order of their confirmed publishing, as long as none is delivered again. */
  readonly ordered: boolean;
  /** What was delivered and never settled is delivered again. */
  readonly redelivers: boolean;
  /** A message that no queue takes is reported, not confirmed. */
  readonly reportsUnroutable: boolean;
  /** The largest payload in bytes. */
  readonly bytesMax: number;
}

/** One message to publish: where to, as the broker's `destination` made it, and what. */
export interface Outgoing {
  readonly destination: unknown;
  readonly envelope: Envelope;
}

/** How publishing one message ended. */
export type PublishEnd =
  | { readonly ok: true /** The broker had it already. */; readonly duplicate?: boolean }
  | {
      readonly ok: false;
      /**
       * `rejected`: the broker refuses this message, another one may pass: counts as a failed attempt.
       * `misconfigured`: no exchange, queue or stream takes it: a fault of the setup, the whole route waits and no attempt is counted.
       * `down`: not sent, the broker cannot be reached or pushes back: the route waits, no attempt is counted.
       * `unknown`: sent, and the connection was lost before the confirm: it is sent again and may arrive twice.
       */
      readonly kind: "rejected" | "misconfigured" | "down" | "unknown";
      readonly error: unknown;
    };

/** A message that arrived. Exactly one of `ack` and `release` is called, once; neither throws, and a second call does nothing. */
export interface Delivery {
  readonly envelope: Envelope;
  /** Set on content that is no message: the envelope is what could be read of it, fit to be a dead letter (`invalid`). */
  readonly problem?: DeliveryError;
  /** Whether the broker says that it may have been delivered before. */
  readonly redelivered: boolean;
  /** How often it was delivered, this time included, where the broker counts it. */
  readonly deliveries?: number;
  /** Done: the broker forgets it. */
  ack(): void;
  /** Not done, through no fault of the message (a shutdown, a lease elsewhere): again, after `delayMs` where the broker can wait. */
  release(delayMs?: number): void;
}

/** What a consumer listens to. */
export interface SubscriptionRequest {
  /** The consumer's name: instances under the same name share the messages. */
  readonly consumer: string;
  /** Message names. */
  readonly types: readonly string[];
  /** Where from, as the broker's own options say; undefined is the broker's default for consumer and types. */
  readonly source: unknown;
  /** Deliveries under way at most. */
  readonly prefetch: number;
}

/** A consumer's place at the broker. */
export interface ConsumerPlace<Source = unknown> {
  readonly consumer: string;
  readonly types: readonly string[];
  readonly source?: Source | undefined;
}

/** A running subscription. It reconnects by itself. */
export interface Subscription {
  /** Takes nothing more; deliveries under way may still be settled. */
  stop(): Promise<void>;
  /** Ends it; what was not settled goes back to the broker. */
  close(): Promise<void>;
}

/** One thing a doctor found. */
export interface BrokerFinding {
  readonly code: string;
  readonly severity: "broken" | "weakened" | "note";
  /** The guarantee at stake, and where. */
  readonly message: string;
  readonly remedy: string;
}

/**
 * The port to a broker. It connects when first needed and reconnects by itself. Destinations and sources are the broker's own types, made
 * by `destination` and by the caller's options.
 */
export interface Broker<Destination = unknown, Source = unknown> {
  /** `rabbitmq`, `nats`, `in-process`. */
  readonly kind: string;
  readonly guarantees: BrokerGuarantees;
  /** The destination for a message's name and the route's options; throws CONFIGURATION for options that cannot be. */
  destination(type: string, options?: Destination): Destination;
  /** Sends one message; resolves when the broker has said what became of it. Never rejects; any number may be under way. */
  publish(message: Outgoing): Promise<PublishEnd>;
  subscribe(
    request: Omit<SubscriptionRequest, "source"> & { readonly source?: Source | undefined },
    onDelivery: (delivery: Delivery) => void,
  ): Promise<Subscription>;
  /**
   * Asks the real broker for what breaks a guarantee: missing or weak topology, windows too short, limits; for the places of the given
   * consumers and of those that are subscribed. Rejects with BROKER_UNREACHABLE or
   * BROKER_CREDENTIALS when it cannot ask.
   */
  inspect(
    destinations: readonly Destination[],
    consumers?: readonly ConsumerPlace<Source>[],
  ): Promise<readonly BrokerFinding[]>;
  close(): Promise<void>;
}
