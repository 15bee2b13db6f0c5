/** What was done to a window, one after the other. */
export type WindowStep =
  | { readonly do: "record"; readonly atMs: number; readonly failed: boolean; readonly slow: boolean }
  | { readonly do: "move" | "reset"; readonly atMs: number };

/** What a window says of itself. */
export interface WindowCounts {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

type Recorded = Extract<WindowStep, { do: "record" }>;

/** The counts of a time window, recomputed from its whole history. */
export function timeWindowModel(
  history: readonly WindowStep[],
  windowMs: number,
  buckets: number,
): WindowCounts {
  const bucketOf = (atMs: number): number => Math.floor(atMs / (windowMs / buckets));
  const steady = history.map((step, at) => ({ ...step, atMs: latest(history.slice(0, at + 1)) }));
  const current = bucketOf(latest(history));
  return counts(sinceReset(steady).filter(({ atMs }) => bucketOf(atMs) > current - buckets));
}

/** The counts of a window of the last `size` calls, recomputed from its whole history. */
export function countWindowModel(history: readonly WindowStep[], size: number): WindowCounts {
  return counts(sinceReset(history).slice(-size));
}

/** Time as a machine understands it that never lets it go back. */
function latest(steps: readonly WindowStep[]): number {
  return Math.max(...steps.map(({ atMs }) => atMs));
}

function sinceReset(history: readonly WindowStep[]): readonly Recorded[] {
  const after = history.findLastIndex((step) => step.do === "reset") + 1;
  return history.slice(after).filter((step) => step.do === "record");
}

function counts(calls: readonly Recorded[]): WindowCounts {
  return {
    calls: calls.length,
    failures: calls.filter(({ failed }) => failed).length,
    slow: calls.filter(({ slow }) => slow).length,
  };
}
