import { counted, durationText } from "./text.ts";
import type { Timeline, TimelineAttempt } from "./timeline.ts";

/** How a call ended for its caller: `the caller had no answer after 10 s`. */
export function outcomeText(timeline: Timeline): string {
  const status = timeline.status === null ? "" : ` with ${timeline.status}`;
  if (timeline.answeredMs === null) return `no answer after ${durationText(timeline.watchedMs)} of watching`;
  const word = timeline.outcome === "succeeded" ? "succeeded" : "failed";
  return `${word}${status} after ${durationText(timeline.answeredMs)}`;
}

/** What became of an attempt, in a few words: `503 injected, over in 2 ms`. */
export function attemptText(attempt: TimelineAttempt): string {
  const parts: string[] = [];
  if (attempt.fault !== null) parts.push(`${attempt.fault} injected`);
  else parts.push(attempt.status === null ? "no answer" : `answered ${attempt.status}`);
  const took = durationText(attempt.toMs - attempt.fromMs);
  if (attempt.gaveUpMs !== null) parts.push(`given up after ${took}`);
  else parts.push(attempt.ended ? `over in ${took}` : `still open after ${took}`);
  for (const effect of attempt.effects)
    parts.push(effect.deduplicated ? "recognised by the provider" : "executed by the provider");
  if (attempt.reused) parts.push("reused connection");
  return parts.join(", ");
}

/** A whole timeline as sentences; of many attempts the first three and the last are told. */
export function timelineSentences(timeline: Timeline): readonly string[] {
  const { attempts } = timeline;
  const told = attempts.length > 6 ? [...attempts.slice(0, 3), ...attempts.slice(-1)] : attempts;
  const lines = told.map((attempt) => {
    const gap = attempt.gapMs === null ? "" : `, ${gapText(attempt.gapMs)}`;
    const late = attempt.late ? ", after the caller had its answer" : "";
    return `Attempt ${attempt.number} at ${durationText(attempt.fromMs)}${gap}${late}: ${attemptText(attempt)}.`;
  });
  if (told.length < attempts.length)
    lines.splice(3, 0, `… ${counted(attempts.length - told.length, "more attempt")} …`);
  return [...lines, `The call: ${outcomeText(timeline)}.`];
}

/** The wait before an attempt: `203 ms later`; overlapping attempts say so. */
export function gapText(gapMs: number): string {
  return gapMs < 0
    ? `${durationText(-gapMs)} before the one before it had ended`
    : `${durationText(gapMs)} later`;
}
