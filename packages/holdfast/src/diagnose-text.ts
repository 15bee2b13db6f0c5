import type {
  DiagnosedFiles,
  Evidence,
  FirstCause,
  FoundFinding,
  Hypothesis,
  ReadFileReport,
} from "@holdfast/operate";
import { isReadEnough } from "@holdfast/operate";
import { counted, cut, spoken } from "./plain-text.ts";

/** How a diagnosis is told: how wide, and which runbook is opened for the cause. */
export interface DiagnoseTextOptions {
  readonly columns: number;
  readonly runbook: string | null;
  /** Names of the files, traces last, as evidence counts them. */
  readonly names: readonly string[];
}

/** A line is quoted over so many rows at most. */
const rowsMax = 4;

/** A diagnosis for people: what failed first, what may be behind it, what else was found, and what was read. */
export function diagnoseText(told: DiagnosedFiles, options: DiagnoseTextOptions): string {
  const { diagnosis } = told;
  const { cause } = diagnosis;
  const parts = [
    cause === null
      ? `${wrap(nothingText(told), options.columns, "").join("\n")}\n`
      : causeText(cause, options),
    ...(diagnosis.hypotheses.length === 0 ? [] : [hypothesesText(diagnosis.hypotheses, options)]),
    ...(diagnosis.findings.length === 0 ? [] : [findingsText(diagnosis.findings, options)]),
    readText(told, options),
  ];
  return parts.join("\n");
}

/** That nothing fails is only said of logs that were read. */
function nothingText({ diagnosis, files }: DiagnosedFiles): string {
  if (diagnosis.verdict === "clean") return "Nothing fails in these logs.";
  if (diagnosis.entries === 0) return "There was nothing to read.";
  const unread = files.filter((file) => !isReadEnough(file)).map(({ name }) => name);
  return `What could be read tells of no failure, but too much of ${unread.slice(0, 5).join(", ")} could not be read to say that nothing fails.`;
}

function causeText(cause: FirstCause, options: DiagnoseTextOptions): string {
  const { blast, calls, onset } = cause;
  const whole =
    blast.callsTotal === 0
      ? counted(cause.lines, "line")
      : `${blast.callsFailed} of ${counted(blast.callsTotal, "call")} failed`;
  const reach = [
    whole,
    ...(blast.effectsFailed > 0 ? [`${blast.effectsFailed} orders or the like`] : []),
    `${counted(blast.services.length, "service")}: ${blast.services.join(", ")}`,
    ...(blast.operations.length === 0 ? [] : [`operations: ${blast.operations.join(", ")}`]),
  ];
  const lines = [
    `FIRST CAUSE (${cause.certainty})`,
    ...wrap(cause.says, options.columns, "  "),
    ...wrap(`Onset: ${onset === null ? "unknown" : momentText(onset, options)}`, options.columns, "  "),
    ...(cause.lastAtMs === null ? [] : [`  Last:  ${isoText(cause.lastAtMs)}`]),
    ...wrap(`Reach: ${reach.join(" · ")}`, options.columns, "  "),
    ...(calls.failed + calls.recovered === 0
      ? []
      : [
          `  ${counted(calls.failed + calls.recovered, "call")} began to fail with it; ${calls.recovered} went well in the end`,
        ]),
    ...(cause.untiedCalls === 0
      ? []
      : wrap(
          `${counted(cause.untiedCalls, "call")} failed at a front door: nothing but the time ties ${cause.untiedCalls === 1 ? "it" : "them"} to it`,
          options.columns,
          "  ",
        )),
    ...cause.evidence.flatMap((one) => quoted(one, options)),
    ...wrap(openText(cause.guide, options.runbook), options.columns, "  "),
  ];
  return `${lines.join("\n")}\n`;
}

function openText(guide: string, runbook: string | null): string {
  return runbook === null
    ? `Open: holdfast guide ${guide}`
    : `Open: ${runbook}, then holdfast guide ${guide}`;
}

function hypothesesText(hypotheses: readonly Hypothesis[], options: DiagnoseTextOptions): string {
  const lines = hypotheses.flatMap(({ claim, certainty, confirm, refute }, at) => [
    ...wrap(`${at + 1}. ${claim} (${certainty})`, options.columns, "  "),
    ...wrap(`confirmed by: ${confirm}`, options.columns, "     "),
    ...wrap(`refuted by:   ${refute}`, options.columns, "     "),
  ]);
  return `WHY IT MAY BE SO\n${lines.join("\n")}\n`;
}

function findingsText(findings: readonly FoundFinding[], options: DiagnoseTextOptions): string {
  const lines = findings.flatMap(({ finder, certainty, says, next, guide, evidence }) => [
    ...wrap(`${finder} (${certainty}): ${says}`, options.columns, "  "),
    ...evidence.flatMap((one) => quoted(one, options)),
    ...wrap(`Next: ${next} holdfast guide ${guide}`, options.columns, "    "),
  ]);
  return `ALSO FOUND\n${lines.join("\n")}\n`;
}

function readText({ diagnosis, files }: DiagnosedFiles, options: DiagnoseTextOptions): string {
  const span =
    diagnosis.fromMs === null || diagnosis.toMs === null
      ? "without times"
      : `from ${isoText(diagnosis.fromMs)} on, over ${spoken(diagnosis.toMs - diagnosis.fromMs)}`;
  const notes = files.flatMap((file) => notesOf(file).map((note) => `${file.name}: ${note}`));
  const read = `Read ${countedEntries(diagnosis.entries)} of ${counted(files.length, "log")} ${span}.`;
  return `${[...wrap(read, options.columns, ""), ...notes.flatMap((note) => wrap(note, options.columns, "  "))].join("\n")}\n`;
}

function countedEntries(count: number): string {
  return count === 1 ? "1 entry" : `${count} entries`;
}

/** What the reader of a diagnosis must know of how a file was read. */
function notesOf(file: ReadFileReport): readonly string[] {
  const notes: readonly (readonly [boolean, string])[] = [
    [file.entries === 0, "holds no line that could be read"],
    [
      file.unknown > 0,
      `${file.unknown} of ${countedEntries(file.entries)} ${file.unknown === 1 ? "is" : "are"} of no known format: no time, level, status or id`,
    ],
    [file.brokenOff !== null, `breaks off (${file.brokenOff}); what stands before was read`],
    [file.leftOut > 0, `${counted(file.leftOut, "line")} with bytes that are no text were left out`],
    [file.long > 0, `has ${counted(file.long, "line")} longer than 64 KiB, read to there`],
    [file.untimed > 0, `${countedEntries(file.untimed)} without a time`],
    [file.unzoned > 0, "has times without a zone, taken for UTC"],
    [
      file.outOfOrder > 0,
      `${countedEntries(file.outOfOrder)} ${file.outOfOrder === 1 ? "is" : "are"} older than one before`,
    ],
    [file.cutOff, "its last line is cut off, and was left out"],
  ];
  return notes.filter(([so]) => so).map(([, note]) => note);
}

/** A line of somebody else's, where it stands, marked as a quotation. */
function quoted(evidence: Evidence, options: DiagnoseTextOptions): string[] {
  const width = options.columns - 6;
  const shown = cut(evidence.text, width * rowsMax);
  const rows = Array.from({ length: Math.ceil(shown.length / width) }, (_, at) =>
    shown.slice(at * width, (at + 1) * width),
  );
  return [`    ${placeText(evidence, options)}`, ...rows.map((row) => `    > ${row}`)];
}

function placeText({ file, line }: Evidence, { names }: DiagnoseTextOptions): string {
  return `${names[file] ?? "?"}:${line}`;
}

function momentText(evidence: Evidence, options: DiagnoseTextOptions): string {
  const at = evidence.atMs === null ? "" : `${isoText(evidence.atMs)}, `;
  return `${at}${placeText(evidence, options)}`;
}

function isoText(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : "unknown";
}

/** Breaks a text into lines of so many columns, continued ones further in. */
export function wrap(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line = line.trim() === "" ? `${indent}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
