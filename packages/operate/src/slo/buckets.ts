/** Edges of the buckets that OpenTelemetry advises for durations of requests, in seconds; `@holdfast/resilience` has the same. */
export const durationEdges: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Where a latency limit stands among the edges of a histogram. */
export type EdgePlace =
  | { readonly kind: "edge"; readonly seconds: number }
  /** Counting from `below` is stricter than what was asked for, from `above` looser; `null` where there is no such edge. */
  | { readonly kind: "between"; readonly below: number | null; readonly above: number | null };

/** Finds the edge that is a limit exactly: a histogram knows how many calls took longer than an edge, and nothing in between. */
export function placeAmongEdges(limitMs: number, edges: readonly number[]): EdgePlace {
  const seconds = limitMs / 1_000;
  const exact = edges.find((edge) => Math.abs(edge - seconds) < 1e-9);
  if (exact !== undefined) return { kind: "edge", seconds: exact };
  const sorted = edges.toSorted((a, b) => a - b);
  return {
    kind: "between",
    below: sorted.findLast((edge) => edge < seconds) ?? null,
    above: sorted.find((edge) => edge > seconds) ?? null,
  };
}
