import { sampleLabels } from "../metrics/selector.ts";
import type { Texts } from "../rules/rule.ts";
import type { Footprint, SeriesReading } from "./model.ts";

/** Labels that scrapes are known to set. Any other that no series has is a mistake of whoever asks for it. */
const scrapeLabels =
  /^(job|instance|app|application|cluster|container|datacenter|dc|deployment|endpoint|env|environment|host|hostname|namespace|node|pod|region|service|service_name|service_namespace|service_instance_id|stack|stage|team|tenant|tier|zone|(k8s|kubernetes)_\w+)$/;

/** Labels that no exposition tells, since whoever scrapes a service sets them. */
export interface TargetLabels {
  readonly labels: Texts;
  /** Those that were taken from what rules and dashboards ask for. */
  readonly assumed: readonly string[];
}

/**
 * The labels that a scrape is taken to set: the job is called like the service unless every rule asks for another one, and what rules
 * ask for and no series of that metric tells is taken to be set as they ask.
 */
export function targetLabels(
  service: string,
  reads: readonly SeriesReading[],
  footprints: readonly Footprint[],
): TargetLabels {
  const told = labelsByMetric(footprints);
  const wanted = new Map<string, string[]>();
  for (const { metric, matchers } of reads) {
    const own = told.get(metric);
    if (own === undefined) continue;
    for (const [label, value] of Object.entries(sampleLabels(matchers))) {
      if (own.has(label) || !scrapeLabels.test(label)) continue;
      wanted.set(label, [...(wanted.get(label) ?? []), value]);
    }
  }
  const asked = [...wanted].map(([label, values]) => [label, mostFrequent(values)] as const);
  const labels = {
    instance: `${service}:1`,
    ...Object.fromEntries(asked),
    job: jobOf(service, reads, wanted),
  };
  const standard = { instance: `${service}:1`, job: service };
  const assumed = Object.entries(labels).filter(
    ([label, value]) => standard[label as keyof typeof standard] !== value,
  );
  return { labels, assumed: assumed.map(([label]) => label) };
}

/** The service's name where some rule accepts it; what they ask for otherwise. */
function jobOf(
  service: string,
  reads: readonly SeriesReading[],
  wanted: ReadonlyMap<string, readonly string[]>,
): string {
  const asked = wanted.get("job");
  if (asked === undefined) return service;
  const conditions = reads.flatMap(({ matchers }) => matchers.filter(({ label }) => label === "job"));
  const isAccepted = conditions.some((matcher) => acceptsName(matcher.is, matcher.value, service));
  return isAccepted ? service : mostFrequent(asked);
}

function acceptsName(is: string, value: string, name: string): boolean {
  if (is === "=") return value === name;
  if (is !== "=~") return false;
  try {
    return new RegExp(`^(?:${value})$`).test(name);
  } catch {
    return false;
  }
}

function labelsByMetric(footprints: readonly Footprint[]): ReadonlyMap<string, ReadonlySet<string>> {
  const told = new Map<string, Set<string>>();
  for (const { series } of footprints)
    for (const { name, labels } of series.values()) {
      const known = told.get(name) ?? new Set();
      for (const label of Object.keys(labels)) known.add(label);
      told.set(name, known);
    }
  return told;
}

function mostFrequent(values: readonly string[]): string {
  const groups = [...Map.groupBy(values, (value) => value).entries()];
  return groups.toSorted((a, b) => b[1].length - a[1].length)[0]?.[0] ?? "";
}
