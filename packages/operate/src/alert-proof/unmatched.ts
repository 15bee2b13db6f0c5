import type { Footprint, SeriesReading } from "./model.ts";
import { accepts } from "./promql.ts";

const valuesTold = 4;

/**
 * The conditions of a reader that no series of its metric fulfils, healthy or not, each with the values that its label has; none where the
 * metric itself is not there, or some series has what is asked for. `target` are the labels that a scrape sets.
 */
export function unmatchedIn(
  { metric, matchers }: SeriesReading,
  target: Readonly<Record<string, string>>,
  footprints: readonly Footprint[],
): readonly string[] {
  const own = footprints
    .flatMap(({ series }) => [...series.values()].filter(({ name }) => name === metric))
    .map(({ labels }) => ({ ...labels, ...target }));
  if (own.length === 0 || own.some((labels) => accepts(matchers, labels))) return [];
  const never = matchers.filter((one) => !own.some((labels) => accepts([one], labels)));
  return never.map(({ label, is, value }) => {
    const seen = [...new Set(own.flatMap((labels) => labels[label] ?? []))].toSorted();
    const told = seen.slice(0, valuesTold).map((one) => JSON.stringify(one));
    const more = seen.length > valuesTold ? ` and ${seen.length - valuesTold} more` : "";
    const where = seen.length === 0 ? `no series has ${label}` : `${label} is ${told.join(", ")}${more}`;
    return `${metric}{${label}${is}${JSON.stringify(value)}}, where ${where}`;
  });
}
