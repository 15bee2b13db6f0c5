import type { HeaderChange } from "./request-facts.ts";

/** Request headers as a plain record; names as they were written, several values of one name as a list. */
export type HeaderRecord = Record<string, string | string[]>;

/** Takes over headers as Node and undici accept them: a record, a flat list of names and values, or pairs. */
export function headerRecord(headers: unknown): HeaderRecord {
  const record: HeaderRecord = {};
  for (const [name, value] of pairsOf(headers)) {
    if (value === undefined || value === null) continue;
    const values = (Array.isArray(value) ? value : [value]).map(String);
    const before = record[name];
    const all = before === undefined ? values : [before, values].flat();
    record[name] = all.length === 1 ? (all[0] ?? "") : all;
  }
  return record;
}

/** The value of a header, by its name in any case; of several, the first. */
export function headerIn(headers: Readonly<HeaderRecord>, name: string): string | null {
  const found = Object.keys(headers).find((present) => isNamed(present, name));
  return (found === undefined ? undefined : [headers[found]].flat()[0]) ?? null;
}

/** A copy with some headers set or taken away. */
export function withHeaders(headers: Readonly<HeaderRecord>, changes: readonly HeaderChange[]): HeaderRecord {
  const kept = Object.entries(headers).filter(
    ([name]) => !changes.some(([changed]) => isNamed(name, changed)),
  );
  const set = changes.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
  return Object.fromEntries([...kept, ...set]);
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}

type Pair = readonly [name: string, value: unknown];

function pairsOf(headers: unknown): Iterable<Pair> {
  if (typeof headers !== "object" || headers === null) return [];
  if (Array.isArray(headers) && typeof headers[0] === "string") return paired(headers);
  if (Symbol.iterator in headers) return headers as Iterable<Pair>;
  return Object.entries(headers);
}

function paired(list: readonly unknown[]): readonly Pair[] {
  return list.flatMap((name, at): Pair[] => (at % 2 === 0 ? [[String(name), list[at + 1]]] : []));
}
