import { durationText } from "../text.ts";
import type { Timeline, TimelineAttempt } from "../timeline.ts";
import { attemptText, outcomeText } from "../timeline-words.ts";
import { linearScale, type Scale } from "./scale.ts";

/** A row of a drawn timeline: the caller, one attempt, or many attempts in a row of ticks. */
export type TimelineRow =
  | { readonly kind: "caller"; readonly label: string; readonly text: string }
  | {
      readonly kind: "attempt";
      readonly label: string;
      readonly text: string;
      readonly attempt: TimelineAttempt;
    }
  | {
      readonly kind: "many";
      readonly label: string;
      readonly text: string;
      readonly attempts: readonly TimelineAttempt[];
    };

/** A line across all rows. */
export interface TimelineLine {
  readonly kind: "limit" | "answered";
  readonly atMs: number;
  readonly label: string;
}

/** A timeline laid out: pure data, drawn by `timeline-view.ts`. */
export interface TimelineLayout {
  readonly timeline: Timeline;
  readonly scale: Scale;
  readonly rows: readonly TimelineRow[];
  readonly lines: readonly TimelineLine[];
}

/** More attempts than this share a row of ticks. */
const rowsMax = 7;

/** Lays a timeline out. `limitMs` is drawn as a line when it is a span from the call's start. */
export function layOut(
  timeline: Timeline,
  limit: { readonly atMs: number; readonly label: string } | null,
): TimelineLayout {
  const seenMs = Math.max(
    timeline.answeredMs ?? timeline.watchedMs,
    ...timeline.attempts.map((attempt) => attempt.toMs),
    ...timeline.attempts.flatMap((attempt) => attempt.effects.map((effect) => effect.atMs)),
  );
  const shownLimit = limit !== null && limit.atMs <= seenMs * 4 ? limit : null;
  const endMs = Math.max(seenMs, shownLimit?.atMs ?? 0) * 1.04;
  const lines: TimelineLine[] = shownLimit === null ? [] : [{ kind: "limit", ...shownLimit }];
  if (timeline.answeredMs !== null && timeline.answeredMs < seenMs * 0.97)
    lines.push({ kind: "answered", atMs: timeline.answeredMs, label: "caller answered" });
  return { timeline, scale: linearScale(0, endMs), rows: rowsOf(timeline), lines };
}

function rowsOf(timeline: Timeline): readonly TimelineRow[] {
  const { attempts } = timeline;
  const caller: TimelineRow = { kind: "caller", label: "Caller", text: outcomeText(timeline) };
  if (attempts.length <= rowsMax) return [caller, ...attempts.map(attemptRow)];
  const head = attempts.slice(0, 3);
  const middle = attempts.slice(3, -1);
  const last = attempts.slice(-1);
  return [caller, ...head.map(attemptRow), manyRow(middle), ...last.map(attemptRow)];
}

function attemptRow(attempt: TimelineAttempt): TimelineRow {
  const late = attempt.late ? "late, " : "";
  return {
    kind: "attempt",
    label: `Attempt ${attempt.number}`,
    text: `${late}${attemptText(attempt)}`,
    attempt,
  };
}

function manyRow(attempts: readonly TimelineAttempt[]): TimelineRow {
  const numbers = `${attempts[0]?.number ?? 0}–${attempts.at(-1)?.number ?? 0}`;
  const gaps = attempts.map((attempt) => attempt.gapMs ?? 0);
  const [least, most] = [durationText(Math.min(...gaps)), durationText(Math.max(...gaps))];
  const text =
    least === most
      ? `${attempts.length} more, ${least} apart`
      : `${attempts.length} more, ${least} to ${most} apart`;
  return { kind: "many", label: `Attempts ${numbers}`, text, attempts };
}
