import { parseDuration } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { StandardSchema } from "../standard-schema.ts";
import type { StepDefinition, StepWork } from "./definition.ts";
import { foreverRetry, type LimitedRetry, limitedRetry } from "./retry-policy.ts";
import type { CompensatableStep, ForwardStep, LockOptions, WaitOptions } from "./step-options.ts";

type Unnamed = Omit<StepDefinition, "name">;
type AnyStep = CompensatableStep<never, unknown> | ForwardStep<never, unknown>;

const timeoutDefaultMs = 30_000;

/** An element under its name. */
export function elementOf(name: string, element: Unnamed): StepDefinition {
  return { name, ...element };
}

/** A step, before or after the pivot. */
export function stepOf(forward: boolean, options: AnyStep): Unnamed {
  return { kind: "step", work: workOf(forward, options), wait: null };
}

/** The pivot; there is one. */
export function pivotOf(forward: boolean, options: ForwardStep<never, unknown>): Unnamed {
  if (forward) throw new DeliveryError("CONFIGURATION", "A saga has one pivot: what follows it is a step.");
  return { kind: "pivot", work: workOf(true, options), wait: null };
}

/** A wait for a message. */
export function waitOf(
  forward: boolean,
  options: WaitOptions<StandardSchema, "escalate" | "compensate" | "continue" | AnyStep>,
): Unnamed {
  const { else: otherwise } = options;
  const branch = typeof otherwise === "object";
  if (forward && otherwise === "compensate")
    throw new DeliveryError("CONFIGURATION", "After the pivot a wait cannot compensate.");
  return {
    kind: "wait",
    work: branch ? workOf(forward, otherwise) : null,
    wait: {
      type: options.for.type,
      message: options.for,
      match: options.match,
      byMs: durationMs(options.by),
      otherwise: branch ? "branch" : otherwise,
    },
  };
}

/** A lock; `do` and `undo` are the store's. */
export function lockOf(
  forward: boolean,
  resource: (state: never) => string,
  options: LockOptions = {},
): Unnamed {
  if (forward)
    throw new DeliveryError(
      "CONFIGURATION",
      "A lock is taken before the pivot: what waits for it may go back.",
    );
  const step = workOf(false, { do: nothing, undo: nothing, retry: { ...lockRetry, ...options.retry } });
  return { kind: "step", work: { ...step, lock: resource as StepWork["lock"] }, wait: null };
}

const nothing = (): void => {};
/** Half a minute to a minute in all. */
const lockRetry: LimitedRetry = { attempts: 30, baseMs: 250, capMs: 4_000, jitter: "equal" };

/** A pause: a wait for nothing but its time. */
export function pauseOf(_forward: boolean, wait: string | number): Unnamed {
  return {
    kind: "pause",
    work: null,
    wait: { type: null, message: null, match: () => null, byMs: durationMs(wait), otherwise: null },
  };
}

function workOf(forward: boolean, options: AnyStep): StepWork {
  const { timeoutMs = timeoutDefaultMs } = options;
  if (!(timeoutMs > 0))
    throw new DeliveryError("CONFIGURATION", `timeoutMs is ${String(timeoutMs)}; it takes a number above 0.`);
  if (forward && options.undo !== undefined)
    throw new DeliveryError("CONFIGURATION", "From the pivot on nothing is undone: leave undo out.");
  if (!forward && options.undo === undefined)
    throw new DeliveryError(
      "CONFIGURATION",
      "A step before the pivot says how it is undone: give it an undo.",
    );
  return {
    lock: null,
    do: options.do as StepWork["do"],
    undo: (options.undo as StepWork["undo"] | undefined) ?? null,
    retry: forward
      ? foreverRetry(options.retry as ForwardStep<never, unknown>["retry"])
      : limitedRetry(options.retry),
    timeoutMs,
  };
}

function durationMs(value: string | number): number {
  const reading = parseDuration(value, "ms");
  if (reading.ok) return reading.value;
  throw new DeliveryError("CONFIGURATION", `A wait takes ${reading.expected}. ${reading.remedy}`);
}
