import type { Matcher } from "./metrics/selector.ts";
import type { MetricSource } from "./metrics/subject.ts";
import { durationEdges } from "./slo/buckets.ts";
import { type Gate, gateDefault } from "./slo/gate.ts";

/** How alerts are made; everything a contract does not say. */
export interface AlertSettings {
  /** Where calls are counted: by `@holdfast/resilience`, or by the standard metrics of an HTTP client. */
  readonly calls: Exclude<MetricSource, "delivery">;
  /** Whether the service delivers messages with `@holdfast/delivery`; `null`: if an integration of it publishes or consumes. */
  readonly delivery: boolean | null;
  /** What picks out the service; `null`: the label `job`, as OpenTelemetry and a scrape by name set it. */
  readonly match: readonly Matcher[] | null;
  /** Hosts by integration, for standard metrics, which know their provider by its address only. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Edges of the histogram's buckets, in seconds. */
  readonly edges: readonly number[];
  /** What becomes of a latency limit between two edges: a problem, or the edge below it. */
  readonly betweenEdges: "refused" | "stricter";
  readonly gate: Gate;
  /** Leaves out alerts that fire at a lower burn rate; above 1 even such that fire while the objective is being missed. */
  readonly burnMin: number;
  /** What comes before the path of a runbook, such as the address of the repository. */
  readonly runbookBase: string | null;
}

/** The settings where none are given. */
export const alertSettingsDefault: AlertSettings = {
  calls: "resilience",
  delivery: null,
  match: null,
  addresses: {},
  edges: durationEdges,
  betweenEdges: "refused",
  gate: gateDefault,
  burnMin: 0,
  runbookBase: null,
};
