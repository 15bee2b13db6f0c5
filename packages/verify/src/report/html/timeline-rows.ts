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
  /** Drawn across all lanes, and what stands above them. */
  readonly lines: readonly TimelineLine[];
  readonly heads: readonly TimelineLine[];
  /** Drawn in the lane of each attempt, from its start. */
  readonly attemptLimitMs: number | null;
}

/** More attempts than this share a row of ticks. */
const rowsMax = 7;

/** A limit in time: of the whole call, or of each attempt. */
export interface TimeLimit {
  readonly of: "call" | "attempt";
  readonly ms: number;
  readonly label: string;
}

/** Lays a timeline out; the limit is drawn unless it is so far off that nothing else could be seen. */
export function layOut(timeline: Timeline, limit: TimeLimit | null): TimelineLayout {
  const seenMs = lastSeenMs(timeline);
  const shown = limit !== null && limitAtMs(timeline, limit) <= seenMs * 4 ? limit : null;
  const limitLines: TimelineLine[] =
    shown === null ? [] : [{ kind: "limit", atMs: limitAtMs(timeline, shown), label: shown.label }];
  const answered = answeredLines(timeline, seenMs);
  const endMs = Math.max(seenMs, ...limitLines.map((line) => line.atMs));
  return {
    timeline,
    scale: linearScale(0, endMs * 1.05),
    rows: rowsOf(timeline),
    lines: shown?.of === "call" ? [...limitLines, ...answered] : answered,
    heads: [...limitLines, ...answered],
    attemptLimitMs: shown?.of === "attempt" ? shown.ms : null,
  };
}

function lastSeenMs({ answeredMs, watchedMs, attempts }: Timeline): number {
  const effects = attempts.flatMap((attempt) => attempt.effects.map((effect) => effect.atMs));
  return Math.max(answeredMs ?? watchedMs, ...attempts.map((attempt) => attempt.toMs), ...effects);
}

function limitAtMs(timeline: Timeline, limit: TimeLimit): number {
  return limit.of === "call" ? limit.ms : (timeline.attempts[0]?.fromMs ?? 0) + limit.ms;
}

/** Told above the lanes only when something still happened afterwards. */
function answeredLines({ answeredMs }: Timeline, seenMs: number): TimelineLine[] {
  if (answeredMs === null || answeredMs >= seenMs * 0.97) return [];
  return [{ kind: "answered", atMs: answeredMs, label: "caller answered" }];
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
  const starts = attempts.map((attempt) => attempt.fromMs);
  const steps = starts.slice(1).map((start, index) => start - (starts[index] ?? start));
  const [least, most] = [durationText(Math.min(...steps)), durationText(Math.max(...steps))];
  const every = least === most ? `one every ${least}` : `one every ${least} to ${most}`;
  return {
    kind: "many",
    label: `Attempts ${attempts[0]?.number ?? 0}–${attempts.at(-1)?.number ?? 0}`,
    text: `${attempts.length} more, ${every}`,
    attempts,
  };
}
