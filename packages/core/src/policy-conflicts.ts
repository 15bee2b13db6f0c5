import { type BareNumbers, formatDuration, parseDuration } from "./duration.ts";
import { isAmbiguousRetryWord, retryOnWords } from "./policy.ts";
import type { Path, Problem } from "./shape.ts";
import { isMapping } from "./shapes/record.ts";

/** Pairs of durations of which the first may not exceed the second, with the sentence that says why. */
const orders: readonly { readonly less: Path; readonly more: Path; readonly because: string }[] = [
  {
    less: ["attemptTimeout"],
    more: ["deadline"],
    because: "one attempt cannot outlast the whole call",
  },
  { less: ["connectTimeout"], more: ["attemptTimeout"], because: "connecting is part of an attempt" },
  { less: ["connectTimeout"], more: ["deadline"], because: "connecting is part of the call" },
  {
    less: ["retry", "minAttempt"],
    more: ["deadline"],
    because: "no attempt would ever have so much time before it",
  },
  {
    less: ["retry", "backoff", "base"],
    more: ["retry", "backoff", "cap"],
    because: "the first wait cannot exceed the longest",
  },
  {
    less: ["retry", "backoff", "throttledBase"],
    more: ["retry", "backoff", "cap"],
    because: "the first wait cannot exceed the longest",
  },
  {
    less: ["breaker", "open", "base"],
    more: ["breaker", "open", "cap"],
    because: "the first opening cannot outlast the longest",
  },
  { less: ["limit", "maxWait"], more: ["deadline"], because: "waiting for a place is part of the call" },
  { less: ["rate", "maxWait"], more: ["deadline"], because: "waiting for its turn is part of the call" },
];

/**
 * Statements of a policy document that contradict one another, each told at the place of the smaller one. They are read from the
 * document itself, so that they are told together with everything else that is wrong with it.
 */
export function policyConflicts(source: unknown, path: Path, numbers: BareNumbers): Problem[] {
  return [...orderConflicts(source, numbers), ...windowConflicts(source), ...ambiguousRetries(source)].map(
    (problem) => ({ ...problem, path: [...path, ...problem.path] }),
  );
}

function orderConflicts(source: unknown, numbers: BareNumbers): Problem[] {
  const durationAt = (path: Path): number | undefined => {
    const reading = parseDuration(valueAt(source, path), numbers);
    return reading.ok ? reading.value : undefined;
  };
  return orders.flatMap(({ less, more, because }) => {
    const [small, large] = [durationAt(less), durationAt(more)];
    if (small === undefined || large === undefined || small <= large) return [];
    return conflict(less, {
      found: `${formatDuration(small)} with ${more.join(".")} ${formatDuration(large)}`,
      expected: `${less.at(-1)} of at most ${formatDuration(large)}: ${because}`,
      remedy: `Lower ${less.join(".")} or raise ${more.join(".")}.`,
    });
  });
}

/** The two kinds of window exclude each other, and one of a few calls never holds more than those. */
function windowConflicts(source: unknown): Problem[] {
  const [window, windowCalls, minCalls] = ["window", "windowCalls", "minCalls"].map((key) =>
    valueAt(source, ["breaker", key]),
  );
  const problems: Problem[] = [];
  if (window !== undefined && windowCalls !== undefined) {
    problems.push(
      ...conflict(["breaker", "windowCalls"], {
        found: "windowCalls with window",
        expected: "either window or windowCalls: calls are counted over a span or over the last so many",
        remedy: "Remove one of the two.",
      }),
    );
  }
  if (typeof minCalls === "number" && typeof windowCalls === "number" && minCalls > windowCalls) {
    problems.push(
      ...conflict(["breaker", "minCalls"], {
        found: `${minCalls} with breaker.windowCalls ${windowCalls}`,
        expected: `minCalls of at most ${windowCalls}: the window never holds more calls`,
        remedy: "Lower breaker.minCalls or raise breaker.windowCalls.",
      }),
    );
  }
  return problems;
}

/** Words that ask to send again what may have been executed, where executing it twice is declared to do harm. */
function ambiguousRetries(source: unknown): Problem[] {
  const on = valueAt(source, ["retry", "on"]);
  if (valueAt(source, ["idempotent"]) !== false || !Array.isArray(on)) return [];
  const safe = retryOnWords.filter((word) => !isAmbiguousRetryWord(word));
  return on.flatMap((entry: unknown, index) => {
    const word = typeof entry === "string" || typeof entry === "number" ? String(entry) : "";
    if (!isAmbiguousRetryWord(word)) return [];
    return conflict(["retry", "on", index], {
      found: `${word} with idempotent: false`,
      expected: `failures after which nothing was executed: ${safe.join(", ")}`,
      remedy: `Remove ${word}, or make calls carry an idempotency key and write idempotent: true.`,
    });
  });
}

function conflict(path: Path, told: Pick<Problem, "found" | "expected" | "remedy">): Problem[] {
  return [{ code: "CONFLICT", path, ...told }];
}

function valueAt(source: unknown, path: Path): unknown {
  let value = source;
  for (const key of path) value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
