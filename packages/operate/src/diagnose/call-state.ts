import type { Entry } from "./entry.ts";
import { type FailureGroup, type KeptLine, keep } from "./failure-group.ts";
import { ownText } from "./own-text.ts";
import type { Sign } from "./sign.ts";

/** A failure that a call met. */
export interface MetFailure {
  readonly atMs: number | null;
  readonly group: FailureGroup;
  readonly line: KeptLine;
}

/** One call as its lines tell it, in whatever order they come. */
export interface CallState {
  readonly id: string;
  firstAtMs: number | null;
  lastAtMs: number | null;
  /** The first failure of the world; what a policy made of it only where there was none. */
  first: MetFailure | null;
  failures: number;
  attemptsMax: number;
  /** Whether the latest sign was a failure. */
  failed: boolean;
  effect: string | null;
}

/** A call of which nothing is known yet. */
export function newCall(id: string): CallState {
  return {
    id: ownText(id, 128),
    firstAtMs: null,
    lastAtMs: null,
    first: null,
    failures: 0,
    attemptsMax: 0,
    failed: false,
    effect: null,
  };
}

/** Adds an entry to its call. */
export function addToCall(call: CallState, entry: Entry, sign: Sign, group: FailureGroup | null): void {
  const { atMs, told } = entry;
  const latest = atMs === null || call.lastAtMs === null || atMs >= call.lastAtMs;
  if (atMs !== null) {
    call.firstAtMs = Math.min(call.firstAtMs ?? atMs, atMs);
    call.lastAtMs = Math.max(call.lastAtMs ?? atMs, atMs);
  }
  call.attemptsMax = Math.max(call.attemptsMax, Number(told.attempts) || 0, Number(told.attempt) || 0);
  if (call.effect === null && told.effect !== null) call.effect = ownText(told.effect, 80);
  if (group !== null) meet(call, entry, group);
  if (latest) call.failed = failedAfter(call.failed, sign);
}

function meet(call: CallState, entry: Entry, group: FailureGroup): void {
  if (!group.passedOn) call.failures++;
  if (call.first === null || comesBefore(entry, group, call.first))
    call.first = { atMs: entry.atMs, group, line: keep(entry) };
}

/** The world's failures come before what is made of them and what is answered for them; of two of one kind the earlier does, and what says what it was. */
function comesBefore(entry: Entry, group: FailureGroup, first: MetFailure): boolean {
  const rank = ({ class: { kind }, passedOn }: FailureGroup): number =>
    passedOn ? 2 : kind === "consequence" ? 1 : 0;
  if (rank(group) !== rank(first.group)) return rank(group) < rank(first.group);
  return entry.atMs !== null && first.atMs !== null && entry.atMs < first.atMs;
}

function failedAfter(before: boolean, sign: Sign): boolean {
  if (sign.kind === "failure") return true;
  if (sign.kind === "success") return false;
  return sign.kind === "answered" ? sign.failed : before;
}
