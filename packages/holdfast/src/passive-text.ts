import { wrapped } from "@holdfast/core";
import type { PassiveReport, PassiveResult, PassiveTarget, QuotedLine } from "@holdfast/verify";
import { counted, cut, oneLine, spoken } from "./plain-text.ts";

/** How a passive judgement is told: how wide, and what the exit status says. */
export interface PassiveTextOptions {
  readonly columns: number;
  readonly exit: string;
}

/** What is decided comes first, what is not comes with what would decide it. */
const order = ["fail", "advice", "pass", "inconclusive", "not-applicable"] as const;
const words = {
  fail: "FAIL",
  advice: "ADVICE",
  pass: "PASS",
  inconclusive: "OPEN",
  "not-applicable": "N/A",
} as const;
const linesShown = 3;

/** A passive judgement for people. */
export function passiveText(report: PassiveReport, { columns, exit }: PassiveTextOptions): string {
  const lines = [
    ...readLines(report, columns),
    ...report.targets.flatMap((target) => ["", ...targetLines(target, report, columns)]),
    ...(report.targets.length === 0 ? ["", "No request of any operation was found."] : []),
    "",
    ...indented(
      `${report.leftOut.length} checks are not asked of traffic (--json says which, and why): holdfast verify decides them.`,
      columns,
      "",
    ),
    exit,
  ];
  return `${lines.join("\n")}\n`;
}

function readLines({ read, contract }: PassiveReport, columns: number): string[] {
  const span = read.fromMs === null || read.toMs === null ? "" : `, over ${spoken(read.toMs - read.fromMs)}`;
  const requests = read.files.reduce((sum, file) => sum + file.requests, 0);
  const logs = read.files.reduce((sum, file) => sum + file.logs, 0);
  const head = `Passive judgement: ${counted(requests, "request")} and ${counted(logs, "log line")} of ${counted(read.files.length, "file")}${span}; nothing was injected.`;
  const notes = read.files.flatMap(({ name, unreadable, notes: told }) => [
    ...told.map((note) => `${name} ${note}`),
    ...(unreadable === null
      ? []
      : [`${name}:${unreadable.line} and ${unreadable.count - 1} more could not be read`]),
  ]);
  const [stranger] = read.strangers;
  return [
    ...indented(head, columns, ""),
    ...(contract === null
      ? indented(
          "No contract: nothing is declared, so what is found is advice at most, harm apart.",
          columns,
          "",
        )
      : []),
    ...notes.flatMap((note) => indented(note, columns, "  ")),
    ...(stranger === undefined
      ? []
      : indented(
          `${stranger.count} requests fit no operation, such as ${oneLine(stranger.request)}`,
          columns,
          "  ",
        )),
  ];
}

function targetLines(target: PassiveTarget, report: PassiveReport, columns: number): string[] {
  const place = oneLine(`${target.integration} · ${target.operation}`);
  const own = report.checks
    .filter((check) => check.integration === target.integration && check.operation === target.operation)
    .toSorted((a, b) => order.indexOf(a.verdict as "fail") - order.indexOf(b.verdict as "fail"));
  const told =
    target.source === "log"
      ? `${counted(target.attempts, "logged attempt")} that say how they ended, ${target.failed} of them failed`
      : `${counted(target.attempts, "request")}, ${target.failed} failed`;
  const seen = `${told}; ${counted(target.calls, "call")} told from them, ${target.failing} met a failure`;
  const aside = target.setAside.map(
    ({ calls, because }) => `Set aside: ${counted(calls, "call")}, ${because}`,
  );
  return [
    cut(place, columns),
    ...[seen, ...aside, ...target.unseen.map((note) => `Not seen: ${note}`)].flatMap((text) =>
      indented(text, columns, "  "),
    ),
    ...own.flatMap((check) => checkLines(check, columns)),
  ];
}

function checkLines(check: PassiveResult, columns: number): string[] {
  const word = words[check.verdict as keyof typeof words] ?? check.verdict;
  const bound =
    check.bound === undefined || check.verdict !== "pass"
      ? ""
      : ` (n ${check.samples}, bound ${percent(check.bound)})`;
  return [
    ...hanging(`  ${word.padEnd(6)} ${check.id}: `, `${oneLine(check.because)}${bound}`, columns),
    ...(check.verdict === "fail" || check.verdict === "advice" ? foundLines(check, columns) : []),
  ];
}

function foundLines(check: PassiveResult, columns: number): string[] {
  return [
    ...check.evidence.slice(0, linesShown).flatMap((line) => quoteLines(line, columns)),
    ...(check.accepted === undefined ? [] : acceptedLines(check.accepted, columns)),
    ...(check.remedy === undefined ? [] : hanging("         Remedy: ", oneLine(check.remedy), columns)),
  ];
}

function acceptedLines(
  { until, owner, reason }: NonNullable<PassiveResult["accepted"]>,
  columns: number,
): string[] {
  return hanging(
    "         Accepted: ",
    oneLine(`until ${until} by ${owner}, and not counted: ${reason}`),
    columns,
  );
}

/** A line of somebody else's, where it stands, marked as a quotation. */
function quoteLines({ file, line, text }: QuotedLine, columns: number): string[] {
  return [
    cut(`         ${oneLine(file)}:${line}`, columns),
    `         > ${cut(oneLine(text), columns - 11)}`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function indented(text: string, columns: number, indent: string): string[] {
  return hanging(indent, text, columns);
}

/** Continued lines stand nine columns in, under what the first one says. */
function hanging(first: string, text: string, columns: number): string[] {
  const pad = " ".repeat(first.startsWith("  ") ? Math.min(9, first.length) : 0);
  const [head = "", ...rest] = wrapped(`${first.trimStart()}${text}`, columns - Math.max(pad.length, 2));
  return [
    `${first.slice(0, first.length - first.trimStart().length)}${head}`,
    ...rest.map((line) => `${pad}${line}`),
  ];
}
