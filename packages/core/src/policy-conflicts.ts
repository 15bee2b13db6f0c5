import { formatDuration, parseDuration } from "./duration.ts";
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
    less: ["retry", "backoff", "base"],
    more: ["retry", "backoff", "cap"],
    because: "the first wait cannot exceed the longest",
  },
  {
    less: ["breaker", "open", "base"],
    more: ["breaker", "open", "cap"],
    because: "the first opening cannot outlast the longest",
  },
];

/** Statements of a policy document that contradict one another, each told at the place of the smaller one. */
export function policyConflicts(source: unknown, path: Path): Problem[] {
  const problems: Problem[] = [];
  for (const { less, more, because } of orders) {
    const [small, large] = [durationAt(source, less), durationAt(source, more)];
    if (small === undefined || large === undefined || small <= large) continue;
    problems.push({
      code: "CONFLICT",
      path: [...path, ...less],
      found: `${formatDuration(small)} with ${more.join(".")} ${formatDuration(large)}`,
      expected: `${less.at(-1)} of at most ${formatDuration(large)}: ${because}`,
      remedy: `Lower ${less.join(".")} or raise ${more.join(".")}.`,
    });
  }
  return problems;
}

function durationAt(source: unknown, path: Path): number | undefined {
  let value = source;
  for (const key of path) value = isMapping(value) ? value[key] : undefined;
  const reading = parseDuration(value);
  return reading.ok ? reading.value : undefined;
}
