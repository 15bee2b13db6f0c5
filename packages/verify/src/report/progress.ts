import type { ProgressEvent } from "./progress-event.ts";
import { counted, durationText, oneLine, shortened } from "./text.ts";

/** What the caller knows about the terminal. */
export interface ProgressOptions {
  readonly color: boolean;
  readonly columns: number;
  readonly unicode: boolean;
}

const phases: Readonly<Record<ProgressEvent["phase"], string>> = {
  gate: "Proving that the scenarios work without a fault",
  plan: "Planning experiments",
  run: "Running experiments",
  prove: "Proving alerts, dashboards and runbooks",
  judge: "Judging what was seen",
  done: "Done",
};

/** Progress as three lines that a terminal rewrites in place: phase, bar with times, what is going on. */
export function progressLines(event: ProgressEvent, options: ProgressOptions): readonly string[] {
  const head = [phases[event.phase], ...counts(event)].join(options.unicode ? " · " : " - ");
  const times = timesText(event);
  const barColumns = Math.max(8, Math.min(40, options.columns - times.length - 2));
  const lines = [head, `${bar(shareOf(event), barColumns, options)}  ${times}`];
  if (event.note !== undefined) lines.push(oneLine(event.note));
  return lines.map((line, index) =>
    paint(
      shortened(line, options.columns, options.unicode ? "…" : "..."),
      index === 1 ? null : index === 0 ? "1" : "2",
      options,
    ),
  );
}

/** The same on one plain line, for logs. */
export function progressLine(event: ProgressEvent): string {
  const note = event.note === undefined ? [] : [oneLine(event.note)];
  return `[${timesText(event)}] ${[phases[event.phase], ...counts(event), ...note].join(", ")}`;
}

/** Whether a log should have another line after `printed`: a new phase, another tenth done, or ten seconds gone. */
export function isWorthALine(printed: ProgressEvent | null, event: ProgressEvent): boolean {
  if (printed === null || printed.phase !== event.phase) return true;
  if (event.elapsedMs - printed.elapsedMs >= 10_000) return true;
  return Math.floor(doneShare(event) * 10) > Math.floor(doneShare(printed) * 10);
}

function counts(event: ProgressEvent): readonly string[] {
  const parts: string[] = [];
  if (event.experimentsTotal > 0)
    parts.push(`${event.experimentsDone} of ${counted(event.experimentsTotal, "experiment")}`);
  if (event.samplesTotal > 0) parts.push(`${event.samplesDone} of ${counted(event.samplesTotal, "sample")}`);
  if (event.findings !== undefined) parts.push(counted(event.findings, "finding"));
  return parts;
}

function timesText(event: ProgressEvent): string {
  const elapsed = durationText(wholeSeconds(event.elapsedMs));
  if (event.expectedMs <= 0 || event.phase === "done") return elapsed;
  const expected = durationText(wholeSeconds(event.expectedMs));
  return event.elapsedMs > event.expectedMs
    ? `${elapsed}, expected ${expected}`
    : `${elapsed} of about ${expected}`;
}

function wholeSeconds(ms: number): number {
  return Math.round(ms / 1_000) * 1_000;
}

function doneShare({ samplesDone, samplesTotal }: ProgressEvent): number {
  return samplesTotal > 0 ? Math.min(1, samplesDone / samplesTotal) : 0;
}

/** Time when it is known, else samples; full only when all is done, so that a slow end does not look like a standstill. */
function shareOf(event: ProgressEvent): number {
  if (event.phase === "done") return 1;
  const byTime = event.expectedMs > 0 ? event.elapsedMs / event.expectedMs : 0;
  return Math.min(0.98, Math.max(byTime, doneShare(event)));
}

function bar(share: number, columns: number, options: ProgressOptions): string {
  const full = Math.round(share * columns);
  const [done, open] = options.unicode ? ["━", "╌"] : ["#", "."];
  return `${paint(done.repeat(full), "36", options)}${paint(open.repeat(columns - full), "2", options)}`;
}

function paint(text: string, code: string | null, options: ProgressOptions): string {
  return options.color && code !== null && text !== "" ? `\u001B[${code}m${text}\u001B[0m` : text;
}
