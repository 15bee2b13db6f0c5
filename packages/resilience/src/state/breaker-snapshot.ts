import { CodedError } from "@holdfast/core";
import type { BreakerState } from "./breaker-settings.ts";

/** A breaker's state as plain data, to be stored and restored, in another process too. */
export interface BreakerSnapshot {
  readonly kind: "holdfast/breaker";
  readonly version: 1;
  readonly state: BreakerState;
  /** How often it has opened in a row. */
  readonly openings: number;
  /** When it opened on the wall clock, which a restart does not set back, and for how long; `null` unless it is open. */
  readonly open: { readonly sinceWallMs: number; readonly forMs: number } | null;
}

const states: ReadonlySet<unknown> = new Set<BreakerState>([
  "closed",
  "open",
  "half-open",
  "forced-open",
  "disabled",
]);

/** The snapshot that a value is; throws `BREAKER_SNAPSHOT_REFUSED` for everything else. */
export function readSnapshot(value: unknown): BreakerSnapshot {
  if (!isMapping(value)) throw refused("it is no mapping");
  const { kind, version, state, openings, open } = value;
  if (kind !== "holdfast/breaker" || version !== 1) throw refused("it is of another kind or version");
  if (!states.has(state)) throw refused("it names no state of a breaker");
  if (!isCount(openings)) throw refused("`openings` is no whole number from 0");
  if ((state === "open") !== (open !== null)) throw refused("`open` goes with the state `open` and no other");
  if (open !== null && !isOpening(open)) throw refused("`open` does not tell since when and for how long");
  return { kind, version, state: state as BreakerState, openings, open };
}

function isOpening(value: unknown): value is { sinceWallMs: number; forMs: number } {
  return isMapping(value) && Number.isFinite(value["sinceWallMs"]) && isDuration(value["forMs"]);
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value !== Number.POSITIVE_INFINITY;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function refused(why: string): CodedError {
  return new CodedError("BREAKER_SNAPSHOT_REFUSED", `This is no snapshot of a breaker: ${why}.`, {
    remedy: "Start without it: the breaker begins closed and learns again.",
    details: { why },
  });
}
