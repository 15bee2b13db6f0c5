import type { OutboxRow } from "./row.ts";

/** A row and how many numbers it stays behind the last one that its key gets here; null for a row that gets none. */
export interface Placed {
  readonly row: OutboxRow;
  readonly behind: number | null;
}

/** A key, and how many numbers its rows take. */
export interface KeyCount {
  readonly type: string;
  readonly key: string;
  readonly count: number;
}

/**
 * Places the rows of each key in the order in which they stand: with the key's counter raised by `count` in one step, a row's number is the
 * counter less `behind`. The keys come in the order in which the rows bring them.
 */
export function placed(
  rows: readonly OutboxRow[],
  takesNumber: (row: OutboxRow) => boolean,
): { readonly rows: readonly Placed[]; readonly keys: readonly KeyCount[] } {
  const keys = new Map<string, { type: string; key: string; count: number }>();
  const places = rows.map((row) => {
    if (!takesNumber(row) || row.key === null) return null;
    const name = `${row.type}\n${row.key}`;
    const key = keys.get(name) ?? { type: row.type, key: row.key, count: 0 };
    keys.set(name, key);
    key.count += 1;
    return { key, place: key.count };
  });
  return {
    rows: rows.map((row, at) => {
      const place = places[at] ?? null;
      return { row, behind: place === null ? null : place.key.count - place.place };
    }),
    keys: [...keys.values()],
  };
}
