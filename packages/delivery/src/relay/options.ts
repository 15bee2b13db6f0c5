import { type Backoff, backoffOf } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import { leaseMaxMs } from "./statements.ts";

/** Settings of a relay. */
export interface RelayOptions {
  /** How long a message is leased before another relay may take it, in milliseconds. Leases of what is under way are extended. Default: 15,000. */
  readonly leaseMs?: number;
  /** Messages per claim; the relay finds the best number in between. Default: 50 to 1,000. */
  readonly batch?: { readonly least?: number; readonly most?: number };
  /**
   * How much may be under way: what a crash sends twice at most. Default: 2,000 messages and 32 MiB. Where that lasts until a message is
   * consumed, each name in no order has a quarter of it.
   */
  readonly inFlight?: { readonly messages?: number; readonly bytes?: number };
  /** Attempts that may fail before a message goes to the dead letters; outages of the broker do not count. Default: 12. */
  readonly attempts?: number;
  /** The pauses between them. Default: from 1 s, doubling, to 1 h, with jitter. */
  readonly backoff?: Partial<Backoff>;
  /** The pauses of a route whose broker is down. Default: from 250 ms, doubling, to 30 s, with jitter. */
  readonly outageBackoff?: Partial<Backoff>;
  /**
   * How long a confirm may take before the message counts as unconfirmed and is sent again, in milliseconds; with the broker in the process a
   * message is given up only for one that has to go alone. Default: 30,000.
   */
  readonly confirmLimitMs?: number;
  /** How long a stop waits for what is under way, in milliseconds. Default: 10,000. */
  readonly drainMs?: number;
  /** How often to look when nothing was found, in milliseconds. Default: 25 to 2,000. */
  readonly poll?: { readonly leastMs?: number; readonly mostMs?: number };
  /**
   * Ordered messages. `strict`: one of a key under way at a time. `pipelined`: several; in order, except after a failure. `off`: this relay
   * leaves them to others. Default: strict.
   */
  readonly order?: "strict" | "pipelined" | "off";
}

/** The settings with nothing left open. */
export interface RelaySettings {
  readonly leaseMs: number;
  readonly batch: { readonly least: number; readonly most: number };
  readonly inFlight: { readonly messages: number; readonly bytes: number };
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly outageBackoff: Backoff;
  readonly confirmLimitMs: number;
  readonly drainMs: number;
  readonly poll: { readonly leastMs: number; readonly mostMs: number };
  readonly order: "strict" | "pipelined" | "off";
}

const mebibyte = 2 ** 20;

/** Fills in the defaults; throws CONFIGURATION for what cannot be. */
export function relaySettings(options: RelayOptions = {}): RelaySettings {
  const { batch = {}, inFlight = {}, poll = {} } = options;
  const settings: RelaySettings = {
    leaseMs: options.leaseMs ?? 15_000,
    batch: { least: batch.least ?? Math.min(50, batch.most ?? 50), most: batch.most ?? 1_000 },
    inFlight: { messages: inFlight.messages ?? 2_000, bytes: inFlight.bytes ?? 32 * mebibyte },
    attempts: options.attempts ?? 12,
    backoff: backoffOf({
      baseMs: 1_000,
      factor: 2,
      capMs: 3_600_000,
      jitter: "proportional",
      ...options.backoff,
    }),
    outageBackoff: backoffOf({
      baseMs: 250,
      factor: 2,
      capMs: 30_000,
      jitter: "equal",
      ...options.outageBackoff,
    }),
    confirmLimitMs: options.confirmLimitMs ?? 30_000,
    drainMs: options.drainMs ?? 10_000,
    poll: { leastMs: poll.leastMs ?? 25, mostMs: poll.mostMs ?? 2_000 },
    order: options.order ?? "strict",
  };
  checkOrder(settings.order);
  check("leaseMs", settings.leaseMs, 100, leaseMaxMs);
  check("batch.least", settings.batch.least, 1, settings.batch.most);
  check("batch.most", settings.batch.most, 1, 10_000);
  check("inFlight.messages", settings.inFlight.messages, 1, 100_000);
  check("inFlight.bytes", settings.inFlight.bytes, 1, Number.MAX_SAFE_INTEGER);
  check("attempts", settings.attempts, 1, 1_000);
  check("confirmLimitMs", settings.confirmLimitMs, 1, leaseMaxMs);
  check("drainMs", settings.drainMs, 0, leaseMaxMs);
  check("poll.leastMs", settings.poll.leastMs, 1, settings.poll.mostMs);
  return settings;
}

function check(option: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new DeliveryError(
    "CONFIGURATION",
    `The relay's ${option} is ${value}; it takes ${least} to ${most}.`,
  );
}

function checkOrder(order: string): void {
  if (["strict", "pipelined", "off"].includes(order)) return;
  throw new DeliveryError(
    "CONFIGURATION",
    `The relay's order is ${JSON.stringify(order)}; it takes strict, pipelined or off.`,
  );
}
