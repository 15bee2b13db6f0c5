import type { Matcher } from "../metrics/selector.ts";
import type { Footprint, SeriesReading } from "./model.ts";
import { accepts } from "./promql.ts";

const valuesTold = 4;

type Labels = Readonly<Record<string, string>>;

/**
 * What a reader asks for that no series of its metric has, healthy or not: each condition that none fulfils, with the values that its
 * label has, or else the fewest that none fulfils together, found by leaving out one after the other. None where the metric itself is
 * not there, or some series has what is asked for. `target` are the labels that a scrape sets.
 */
export function unmatchedIn(
  { metric, matchers }: SeriesReading,
  target: Labels,
  footprints: readonly Footprint[],
): readonly string[] {
  const own = footprints
    .flatMap(({ series }) => [...series.values()].filter(({ name }) => name === metric))
    .map(({ labels }) => ({ ...labels, ...target }));
  if (own.length === 0 || own.some((labels) => accepts(matchers, labels))) return [];
  const never = matchers.filter((one) => !own.some((labels) => accepts([one], labels)));
  if (never.length > 0) return never.map((one) => `${metric}{${written(one)}}, where ${seenOf(one, own)}`);
  const together = fewest(matchers, own);
  return [
    `${metric}{${together.map(written).join(",")}}, which series fulfil one by one and none fulfils together`,
  ];
}

function written({ label, is, value }: Matcher): string {
  return `${label}${is}${JSON.stringify(value)}`;
}

function seenOf({ label }: Matcher, own: readonly Labels[]): string {
  const seen = [...new Set(own.flatMap((labels) => labels[label] ?? []))].toSorted();
  const told = seen.slice(0, valuesTold).map((one) => JSON.stringify(one));
  const more = seen.length > valuesTold ? ` and ${seen.length - valuesTold} more` : "";
  return seen.length === 0 ? `no series has ${label}` : `${label} is ${told.join(", ")}${more}`;
}

/** Without the conditions that make no difference. */
function fewest(matchers: readonly Matcher[], own: readonly Labels[]): readonly Matcher[] {
  return matchers.reduce((kept, one) => {
    const without = kept.filter((other) => other !== one);
    return own.some((labels) => accepts(without, labels)) ? kept : without;
  }, matchers);
}
