import type { Clock, Random } from "@holdfast/core";
import type { Envelope } from "../envelope.ts";
import type { Publisher } from "../publisher.ts";
import type { Store } from "../store.ts";
import type { Tracing } from "../tracing.ts";
import type { ConsumedMessage, ConsumeEvent } from "./events.ts";
import type { Lane } from "./lane.ts";
import type { Held } from "./leases.ts";
import type { Outage } from "./outage.ts";
import type { Parked } from "./parked.ts";
import type { Settings } from "./settings.ts";
import type { Wakeup } from "./wakeup.ts";

/** What everything that works on a consumer's messages shares. */
export interface Consuming {
  readonly settings: Settings;
  readonly store: Store;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly random: Random;
  readonly tracing: Tracing | null;
  readonly emit: (event: ConsumeEvent) => void;
  readonly newId: () => string;
  readonly lane: Lane;
  /** Wakes the search for parked messages. */
  readonly wakeup: Wakeup;
  /** Aborts when handlers that still run after the stop are to be given up. */
  readonly giveUp: AbortSignal;
  /** How long what the store is in the way of should wait; grows from one outage to the next, until `recovered`. */
  readonly outage: Outage;
}

/** One message to handle once. */
export interface Job {
  readonly envelope: Envelope;
  /** Its parked row and the lease on it; null where it came straight from the broker. */
  readonly held: (Parked & Held) | null;
  /** Aborts when nothing that is done about it counts any more. */
  readonly signal: AbortSignal;
  /** Called once it is in safe hands: handled, parked or given up. */
  done(): void;
  /** Called where it goes back to the broker. */
  release(waitMs: number): void;
}

/** Whether a message was taken back out of the dead letters. */
export function isRedriven({ held }: Job): boolean {
  return held !== null && held.redrives > 0;
}

/** The attempt's number, from 1. */
export function attemptOf({ held }: Job): number {
  return (held?.failed ?? 0) + 1;
}

/** A message as events name it. */
export function named(consumer: string, { id, type, key, seq }: Envelope): ConsumedMessage {
  return { consumer, messageType: type, messageId: id, key, seq };
}
