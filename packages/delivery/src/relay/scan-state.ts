/**
 * Where the next claim begins to look. Behind the oldest ready row lie entries of rows that are gone but cannot be vacuumed yet; passing
 * them each time makes a queue slow under a held snapshot. So claims begin at a hint, and look from the beginning as often as that is cheap.
 */
export interface ScanState {
  /** Nothing older was ready when last looked; null is unknown. */
  readonly hint: string | null;
  /** When to look from the beginning again, on the process's clock: ids may be older than the hint, and commits late. */
  readonly fullDueMs: number;
}

/** What one look was like. */
export interface Scan {
  readonly from: string | null;
  readonly costMs: number;
  /** The lowest id that it claimed. */
  readonly first: string | null;
  /** Whether it took all there was. */
  readonly exhausted: boolean;
  /** The lowest id that a message published a while ago may have: `idFloor`. */
  readonly floor: string;
}

/** Looking from the beginning takes at most a twentieth of the time … */
const fullCostFactor = 20;
/** … and happens this often at most, and at least, in milliseconds. */
const fullEveryMs = { least: 25, most: 10_000 };

/** Knows nothing: the first look is from the beginning. */
export const unscanned: ScanState = { hint: null, fullDueMs: 0 };

/** Where the next claim begins. */
export function scanFrom(state: ScanState, nowMs: number): string | null {
  return nowMs >= state.fullDueMs ? null : state.hint;
}

/** What is known after a look. */
export function scanned(state: ScanState, scan: Scan, nowMs: number): ScanState {
  const fullDueMs =
    scan.from === null
      ? nowMs + Math.min(fullEveryMs.most, Math.max(fullEveryMs.least, scan.costMs * fullCostFactor))
      : state.fullDueMs;
  // After all was taken, what is waiting for a route must not be passed again and again either.
  const hint = scan.exhausted ? later(scan.first ?? state.hint, scan.floor) : (scan.first ?? state.hint);
  return { hint, fullDueMs };
}

/** Messages were given back: the hint is worth nothing. */
export function givenBack(state: ScanState): ScanState {
  return state.fullDueMs === 0 ? state : { hint: state.hint, fullDueMs: 0 };
}

/** How old an id may be before only a look from the beginning finds it, in milliseconds. */
const slackMs = 5_000;

/** The lowest UUID of version 7 that was minted less than a moment before `wallMs`. A hint alone: other ids are found all the same. */
export function idFloor(wallMs: number): string {
  const hex = Math.max(0, Math.floor(wallMs - slackMs))
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

function later(a: string | null, b: string): string {
  return a !== null && a > b ? a : b;
}
