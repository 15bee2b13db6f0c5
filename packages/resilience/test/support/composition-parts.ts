import type { PolicyDocument } from "../../src/index.ts";

/** The patterns that are composed; some twice, as they are found in two conditions. */
export const parts = [
  "deadline",
  "attempt timeout",
  "retry",
  "budget",
  "breaker",
  "open circuit",
  "limit",
  "full limit",
  "short wait",
  "rate",
  "spent rate",
  "fallback",
  "bad fallback",
] as const;
export type Part = (typeof parts)[number];

/** The times of a layer, in ms: odd, so that no two things come at the same moment by accident. */
export interface Times {
  readonly deadline: number;
  readonly attemptTimeout: number;
  readonly wait: number;
  /** When the place is free that another call holds. */
  readonly place: number;
  /** From one turn under the rate to the next. */
  readonly turn: number;
}

export const outerTimes: Times = { deadline: 167, attemptTimeout: 53, wait: 19, place: 31, turn: 47 };
export const innerTimes: Times = { deadline: 97, attemptTimeout: 37, wait: 11, place: 29, turn: 43 };

export const attemptsMax = 3;
/** Failures in a row at which a breaker opens, for longer than any case lasts. */
export const failuresMax = 2;

/** What an impatient call waits for a place. */
export const shortWaitMs = 13;

/** Conditions of one part each, of which a policy can have but one. */
const conditions: readonly (readonly Part[])[] = [
  ["breaker", "open circuit"],
  ["limit", "full limit", "short wait"],
  ["rate", "spent rate"],
  ["fallback", "bad fallback"],
];

/** Whether two parts can stand in one policy; `budget` brings its retries along. */
export function goTogether(one: Part, other: Part): boolean {
  return one === other || !conditions.some((all) => all.includes(one) && all.includes(other));
}

/** Whether a layer limits how many calls are under way. */
export function isLimited(layer: readonly Part[]): boolean {
  return layer.some((part) => part === "limit" || part === "full limit" || part === "short wait");
}

/** Whether a call of the layer must have gone before, which holds its place or has taken its turn. */
export function isPreceded(layer: readonly Part[]): boolean {
  return isLimited(layer) || layer.includes("rate") || layer.includes("spent rate");
}

/** What each part asks for in a policy. */
function fieldsOf({ deadline, attemptTimeout, wait, turn }: Times): Readonly<Record<Part, PolicyDocument>> {
  const backoff = { base: wait, cap: wait, throttledBase: wait, factor: 1, jitter: "none" } as const;
  const retry = { attempts: attemptsMax, backoff };
  const breaker = {
    consecutive: failuresMax,
    minCalls: 1_000,
    open: { base: "1h", cap: "1h", jitter: 0 },
  } as const;
  return {
    deadline: { deadline },
    "attempt timeout": { attemptTimeout },
    retry: { retry },
    // One retry in all.
    budget: { retry, budget: { ratio: 0, minPerSecond: 1 / 3_600, window: "1h" } },
    breaker: { breaker },
    "open circuit": { breaker },
    limit: { limit: { concurrent: 1, queue: 1 } },
    "full limit": { limit: { concurrent: 1 } },
    "short wait": { limit: { concurrent: 1, queue: 1, maxWait: shortWaitMs } },
    rate: { rate: { calls: 1, per: turn, maxWait: deadline } },
    "spent rate": { rate: { calls: 1, per: turn } },
    fallback: { fallback: "good" },
    "bad fallback": { fallback: "bad" },
  };
}

/** The policy of a layer. */
export function documentOf(name: string, layer: readonly Part[], times: Times): PolicyDocument {
  const fields = fieldsOf(times);
  return Object.assign({ name, idempotent: true }, ...layer.map((part) => fields[part])) as PolicyDocument;
}
