import type { StandstillRecord } from "./model.ts";
import { durationText } from "./report/text.ts";

/** How the reason for such a sample begins: another one can replace it. */
export const stoodStillBecause = "this machine stood still";

/** A machine that stands still for less makes a wait late within what the checks allow, or measure as noise: no less is recorded. */
export const standstillMs = 300;
/** For a call of which only its end is judged, or its waits by what most calls show: less ends no attempt that has a usual limit. */
const inCallMs = 1_000;
/** Of a long call, a standstill of this share shifts no figure beyond what is allowed for. */
const shareOfCall = 0.1;
/** Of a load, which is judged by rates over many seconds and by single calls for their quickness. */
const inLoadMs = 1_000;

interface Span {
  readonly startedMs: number;
  readonly untilMs: number;
}

/**
 * Why nothing that a call of this time shows can be told from the machine's own doing; `null` when it can. `timed`: its waits are measured
 * one by one.
 */
export function stoodStillInCall(
  span: Span,
  standstills: readonly StandstillRecord[],
  timed: boolean,
): string | null {
  const leastMs = timed ? standstillMs : inCallMs;
  return because(span, standstills, Math.max(leastMs, shareOfCall * (span.untilMs - span.startedMs)));
}

/** The same of a load of this time. */
export function stoodStillInLoad(span: Span, standstills: readonly StandstillRecord[]): string | null {
  return because(span, standstills, inLoadMs);
}

/** Fewer are moments, whatever part of a short run they take. */
const oftenMin = 5;

/** The share of this time during which the machine stood still; 0 where it did so a few times only. */
export function stoodStillShare(span: Span, standstills: readonly StandstillRecord[]): number {
  const during = standstills.filter(({ fromMs, toMs }) => toMs > span.startedMs && fromMs < span.untilMs);
  if (during.length < oftenMin) return 0;
  const stillMs = during.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return Math.min(1, stillMs / (span.untilMs - span.startedMs));
}

function because(span: Span, standstills: readonly StandstillRecord[], leastMs: number): string | null {
  const during = standstills.filter(
    ({ fromMs, toMs }) => toMs > span.startedMs && fromMs < span.untilMs && toMs - fromMs >= leastMs,
  );
  if (during.length === 0) return null;
  const longest = Math.max(...during.map(({ fromMs, toMs }) => toMs - fromMs));
  return `${stoodStillBecause} for ${durationText(longest)} meanwhile`;
}
