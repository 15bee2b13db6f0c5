import type { Matcher } from "./selector.ts";

/** Where the numbers about an integration come from. */
export const metricSources = ["resilience", "otel", "delivery"] as const;
export type MetricSource = (typeof metricSources)[number];

/** An integration as its metrics know it. */
export interface Subject {
  /** What picks its series out of those of all integrations. */
  readonly matchers: readonly Matcher[];
  readonly source: "resilience" | "otel";
}
