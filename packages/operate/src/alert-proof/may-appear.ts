import { queryNames } from "../runbooks/lint-runbook.ts";

/**
 * Whether a metric that no scrape had is one that a library makes with its first event, such as a fallback: it is in the catalogue,
 * and something else of the same library is exported.
 */
export function mayAppear(metric: string, exported: Iterable<string>): boolean {
  if (!queryNames.includes(metric)) return false;
  const library = libraryOf(metric);
  return [...exported].some((name) => libraryOf(name) === library);
}

/** `holdfast_resilience` of `holdfast_resilience_fallbacks_total`. */
function libraryOf(metric: string): string {
  return metric.split("_").slice(0, 2).join("_");
}
