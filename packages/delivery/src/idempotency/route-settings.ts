import { DeliveryError } from "../errors.ts";
import type { IdempotencyMode, IdempotentOptions } from "./options.ts";
import type { IdempotencyStore } from "./record.ts";
import { keptHeadersOf } from "./stored-response.ts";

/** A route's settings with their defaults, as the modes read them. */
export interface RouteSettings {
  readonly mode: IdempotencyMode;
  readonly store: IdempotencyStore;
  readonly route: string | null;
  readonly ttlMs: number;
  readonly leaseMs: number;
  readonly waitMs: number;
  readonly bodyBytesMax: number;
  readonly responseBytesMax: number;
  readonly required: boolean;
  readonly open: boolean;
  readonly retryable: "rerun" | "replay";
  readonly keptHeaders: ReadonlySet<string>;
  readonly fingerprintHeaders: readonly string[];
}

const hourMs = 3_600_000;

const standards = {
  ttlMs: 24 * hourMs,
  leaseMs: 30_000,
  bodyBytesMax: 1_048_576,
  responseBytesMax: 65_536,
  required: true,
  onStoreFailure: "closed",
  retryable: "rerun",
  keepHeaders: [],
  fingerprintHeaders: ["content-type"],
} as const;

/** The least that each number may be. */
const leasts = { ttlMs: 1, leaseMs: 1, waitMs: 0, bodyBytesMax: 0, responseBytesMax: 0 } as const;

/** Reads a route's settings; throws CONFIGURATION for what cannot be. */
export function routeSettings<Mode extends IdempotencyMode, Origin>(
  options: IdempotentOptions<Mode, Origin>,
  standard: IdempotencyStore | null,
): RouteSettings {
  const { mode } = options;
  if (!(["tx", "lease", "cache"] as readonly unknown[]).includes(mode))
    throw wrong(`mode is ${JSON.stringify(mode)}; it takes "tx", "lease" or "cache".`);
  const store = options.store ?? standard;
  if (store === null) throw wrong("store is missing: keys have nowhere to be kept.");
  const all = { ...standards, waitMs: mode === "tx" ? 2_000 : 0, ...options };
  if (mode === "tx") checkTx(store, all.onStoreFailure);
  for (const [name, least] of Object.entries(leasts))
    checkWhole(name, all[name as keyof typeof leasts], least);
  return {
    mode,
    store,
    route: options.route ?? null,
    ttlMs: all.ttlMs,
    leaseMs: all.leaseMs,
    waitMs: all.waitMs,
    bodyBytesMax: all.bodyBytesMax,
    responseBytesMax: all.responseBytesMax,
    required: all.required,
    open: all.onStoreFailure === "open",
    retryable: all.retryable,
    keptHeaders: keptHeadersOf(all.keepHeaders),
    fingerprintHeaders: all.fingerprintHeaders.map((name) => name.toLowerCase()),
  };
}

function checkTx(store: IdempotencyStore, onStoreFailure: "closed" | "open"): void {
  if (store.database === null)
    throw wrong(
      `mode is tx, and ${store.kind} has no transaction that the work could be part of; it has lease and cache.`,
    );
  if (onStoreFailure === "open")
    throw wrong("onStoreFailure is open in mode tx: without the database there is no work either.");
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw wrong(`${name} is ${value}; it takes a whole number from ${least}.`);
}

function wrong(message: string): DeliveryError {
  return new DeliveryError("CONFIGURATION", message);
}
