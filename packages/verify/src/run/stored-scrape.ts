import type { Observation, ScrapeRecord } from "../model.ts";

/**
 * A line of a stored scrape: as it is, or from the one that it is told from: how many lines from which on, or the line at a place
 * with another value.
 */
type StoredLine = string | readonly [from: number, lines: number] | readonly [at: number, value: string];

/** A scrape as it is stored: by what differs from an earlier one of the run. */
export interface StoredScrape extends Omit<ScrapeRecord, "text"> {
  readonly text: null;
  readonly lines: readonly StoredLine[];
  /** Which scrape of the file it is told from, counted from 0 among those that have `lines`; `null`: from none. */
  readonly from: number | null;
}

/** What a line of the observations holds. */
export type StoredObservation = Exclude<Observation, ScrapeRecord> | ScrapeRecord | StoredScrape;

interface Kept {
  readonly number: number;
  readonly lines: readonly string[];
}

/** Writes observations; a scrape by what changed since the last one of its instance, or the last one of any at its beginning. */
export function scrapePacker(): (observation: Observation) => StoredObservation {
  const lastOf = new Map<string, Kept>();
  let first: Kept | null = null;
  let count = 0;
  return (observation) => {
    if (observation.type !== "scrape" || observation.text === null) return observation;
    const base = lastOf.get(observation.instance) ?? first;
    const lines = observation.text.split("\n");
    const kept: Kept = { number: count++, lines };
    if (observation.moment === "end") lastOf.delete(observation.instance);
    else lastOf.set(observation.instance, kept);
    if (first === null || observation.moment === "ready") first = kept;
    return { ...observation, text: null, lines: pack(lines, base?.lines ?? []), from: base?.number ?? null };
  };
}

/** Reads what `scrapePacker` wrote, in the same order, and scrapes that hold their text; `null` where a scrape's base is missing. */
export function scrapeUnpacker(): (stored: StoredObservation) => Observation | null {
  const read = new Map<number, readonly string[] | null>();
  return (stored) => {
    if (stored.type !== "scrape" || !("lines" in stored)) return stored;
    const { lines: packed, from, ...scrape } = stored;
    const base = from === null ? [] : (read.get(from) ?? null);
    const lines = base === null || !Array.isArray(packed) ? null : unpack(packed, base);
    read.set(read.size, lines);
    // A text is put together when it is asked for: a run has many, and they are alike.
    return lines === null
      ? null
      : Object.defineProperty({ ...scrape }, "text", { enumerable: true, get: () => lines.join("\n") });
  };
}

function pack(lines: readonly string[], base: readonly string[]): readonly StoredLine[] {
  const places = new Map(base.map((line, at) => [seriesOf(line), at]));
  const packed: StoredLine[] = [];
  let run: [from: number, lines: number] | null = null;
  for (const line of lines) {
    const series = seriesOf(line);
    const at = places.get(series);
    if (at !== undefined && base[at] === line) {
      if (run === null || run[0] + run[1] !== at) {
        run = [at, 0];
        packed.push(run);
      }
      run[1]++;
      continue;
    }
    run = null;
    packed.push(at === undefined ? line : [at, line.slice(series.length)]);
  }
  return packed;
}

function unpack(packed: readonly StoredLine[], base: readonly string[]): readonly string[] | null {
  const lines: string[] = [];
  for (const one of packed) {
    if (typeof one === "string") {
      lines.push(one);
      continue;
    }
    const [at, more] = one;
    const line = base[at];
    if (line === undefined) return null;
    if (typeof more === "string") lines.push(seriesOf(line) + more);
    else for (const copied of base.slice(at, at + more)) lines.push(copied);
  }
  return lines;
}

/** Everything up to the value, as far as it can be told: name and labels, with the blank that ends them. */
function seriesOf(line: string): string {
  if (line.startsWith("#")) return line;
  const end = line.includes("{") ? line.indexOf("} ") + 1 : 0;
  return line.slice(0, line.indexOf(" ", end) + 1 || line.length);
}
