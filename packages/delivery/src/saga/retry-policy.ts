import { type Backoff, backoffOf } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";

const brand: unique symbol = Symbol.for("holdfast.delivery.forever") as never;

/** How a step that may be given up is tried again: `attempts` calls in all, waits as in `Backoff`. */
export interface LimitedRetry extends Partial<Backoff> {
  /** Calls in all, the first one included. Default: 5. */
  readonly attempts?: number;
}

/** How a step that is never given up is tried again. Made by `forever`. */
export interface ForeverRetry {
  readonly [brand]: true;
  readonly backoff: Partial<Backoff>;
  readonly stuckAfter: number;
}

/** A policy with nothing left out. */
export interface SagaRetry {
  /** Infinity where it is never given up. */
  readonly attemptsMax: number;
  /** Failures in a row until it counts as stuck; it is still tried, slowly. */
  readonly stuckAfter: number;
  readonly backoff: Backoff;
}

/** Settings of `forever`. */
export interface ForeverOptions extends Partial<Backoff> {
  /** Failures in a row until the saga counts as stuck, is reported and tried only slowly. Default: 10. */
  readonly stuckAfter?: number;
}

/** Tries again without limit: the only way for what comes after the pivot. */
export function forever({ stuckAfter = stuckAfterDefault, ...backoff }: ForeverOptions = {}): ForeverRetry {
  checkCount("stuckAfter", stuckAfter);
  return { [brand]: true, backoff, stuckAfter };
}

const attemptsDefault = 5;
const stuckAfterDefault = 10;
const backoffDefault: Partial<Backoff> = { baseMs: 1_000, capMs: 300_000, jitter: "full" };

/** The policy of an element that may be given up, which going back allows for. */
export function limitedRetry(retry: LimitedRetry | ForeverRetry = {}): SagaRetry {
  if (isForever(retry)) return foreverRetry(retry);
  const { attempts = attemptsDefault, ...backoff } = retry;
  checkCount("attempts", attempts);
  return {
    attemptsMax: attempts,
    stuckAfter: stuckAfterDefault,
    backoff: backoffOf({ ...backoffDefault, ...backoff }),
  };
}

/** The policy of an element that is never given up. */
export function foreverRetry(retry: ForeverRetry = forever()): SagaRetry {
  if (!isForever(retry))
    throw new DeliveryError(
      "CONFIGURATION",
      "From the pivot on a saga only goes forward: retry takes forever(…).",
    );
  return {
    attemptsMax: Number.POSITIVE_INFINITY,
    stuckAfter: retry.stuckAfter,
    backoff: backoffOf({ ...backoffDefault, ...retry.backoff }),
  };
}

function isForever(retry: LimitedRetry | ForeverRetry): retry is ForeverRetry {
  return brand in retry;
}

function checkCount(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new DeliveryError(
      "CONFIGURATION",
      `${option} is ${String(value)}; it takes a whole number from 1.`,
    );
}
