import { columnsOf, headings, wrapped } from "@holdfast/core";
import { coverageLines } from "./coverage-text.ts";
import { differingText, fingerprintLines } from "./fingerprint-lines.ts";
import type { Checklist, CheckResult, ItemResult } from "./model.ts";
import { fileName, type TargetNamer } from "./place.ts";
import { type Chosen, chosenFindings, findingNamer, leftLinesMax, type Told } from "./terminal-findings.ts";
import { clauses, counted, durationText, oneLine, padded, shortened } from "./text.ts";
import { totalsText } from "./totals.ts";
import { verdictMarks } from "./verdict-mark.ts";

/** What the caller knows about the terminal; colour is off under `NO_COLOR`, in CI and when the stream is no TTY. */
export interface TerminalOptions {
  readonly color: boolean;
  readonly columns: number;
  /** False for terminals that only know seven-bit letters. */
  readonly unicode: boolean;
  /** How many lines the checklist may take; findings are left out, and counted, before it grows longer. */
  readonly rows: number;
  /** Where the HTML report lies; `null` when none was written. */
  readonly html: string | null;
  /** The exit status and what it means; `null` when nobody exits. */
  readonly exit: { readonly status: number; readonly meaning: string } | null;
}

/** A page without colour, for files and pipes. */
export const plainPage: TerminalOptions = {
  color: false,
  columns: 80,
  unicode: true,
  rows: 48,
  html: null,
  exit: null,
};

const codes: Readonly<Record<string, string>> = {
  good: "32",
  bad: "31",
  warn: "33",
  open: "35",
  quiet: "2",
  bold: "1",
};

/** The findings that have room, and the names of their targets. */
interface Shown extends Chosen {
  readonly nameOf: TargetNamer;
}

/** The one-screen checklist: three headings, ten items, what was found, totals, where the report lies. */
export function renderTerminal(checklist: Checklist, options: TerminalOptions): string {
  const foot = footLines(checklist, options);
  const head = headLines(checklist, options);
  const fixed = head.length + foot.length + headings.length * 2 + checklist.items.length;
  const room = Math.max(3, options.rows - fixed);
  const nameOf = findingNamer(checklist);
  const linesOf = (told: Told): number => findingLines(told, nameOf, options).length;
  const shown: Shown = { ...chosenFindings(checklist, room, linesOf), nameOf };
  const used = shown.told.reduce((sum, told) => sum + linesOf(told), 0);
  const seen = shown.left.length === 0 ? seenLines(checklist, room - used, options) : [];
  const body = headings.flatMap((heading) => [
    paint(heading, "bold", options),
    ...checklist.items
      .filter((item) => item.heading === heading)
      .flatMap((item) => itemLines(item, shown, options)),
    "",
  ]);
  const left = leftLines(shown, options);
  const text = [...head, ...body, ...left, ...seen, ...foot].join("\n");
  return `${options.unicode ? text : sevenBit(text)}\n`;
}

function headLines(checklist: Checklist, options: TerminalOptions): readonly string[] {
  const { columns } = options;
  const title = shortened(`Holdfast  ${oneLine(checklist.service)}`, columns - checklist.run.length - 2);
  const noise =
    checklist.noise === null ? "noise not measured" : `noise ±${durationText(checklist.noise.sigmaMs)}`;
  const facts = [
    oneLine(fileName(checklist.contract.file)),
    `took ${durationText(checklist.wallMs)}`,
    noise,
    `seed ${checklist.seed}`,
  ];
  const lines = [
    `${paint(padded(title, columns - checklist.run.length), "bold", options)}${paint(checklist.run, "quiet", options)}`,
    ...wrappedParts(facts.join(" · "), columns).map((line) => paint(line, "quiet", options)),
  ];
  if (checklist.interrupted !== null) {
    const early = wrapped(`Ended early: ${oneLine(checklist.interrupted)}`, columns);
    lines.push(...early.map((line) => paint(line, "warn", options)));
  }
  return [...lines, ""];
}

function itemLines(item: ItemResult, shown: Shown, options: TerminalOptions): readonly string[] {
  const mark = verdictMarks[item.verdict];
  const word = padded(`${options.unicode ? mark.glyph : mark.plain} ${mark.word}`, 17);
  const says = saysShort(
    item,
    Math.max(options.columns - 20 - columnsOf(item.title), Math.floor(options.columns * 0.4)),
  );
  const room = options.columns - 19 - columnsOf(says);
  const line = `  ${paint(word, mark.tone, options)}${padded(shortened(item.title, room - 1), room)}${paint(says, "quiet", options)}`;
  const own = shown.told.filter(([first]) => item.checks.includes(first));
  return [line, ...own.flatMap((told) => findingLines(told, shown.nameOf, options))];
}

/** How many checks were decided and, where there is room, which required ones are open. */
function saysShort(item: ItemResult, room: number): string {
  const [decided] = clauses(oneLine(item.says));
  const open = /required and open: (.*)$/.exec(oneLine(item.says))?.[1];
  const whole = open === undefined || /^0 /.test(decided) ? decided : `${decided}, open: ${open}`;
  return columnsOf(whole) <= room ? whole : shortened(decided, room);
}

/** A finding in full, wrapped below itself: its numbers stand anywhere in the sentence. */
function findingLines(told: Told, nameOf: TargetNamer, options: TerminalOptions): readonly string[] {
  const [check, ...others] = told;
  const mark = verdictMarks[check.verdict];
  const word = check.verdict === "inconclusive" ? "open" : mark.word;
  const label = `${options.unicode ? mark.glyph : mark.plain} ${padded(word, 6)} `;
  const where = nameOf(check) === "" ? "" : ` at ${oneLine(nameOf(check))}`;
  const more = others.length === 0 ? "" : ` and ${counted(others.length, "more check")}`;
  const id = `${oneLine(check.id)}${more}${where}:`;
  const accepted = check.accepted === undefined ? "" : ` (accepted until ${oneLine(check.accepted.until)})`;
  const indent = 4 + columnsOf(label);
  // The name is painted, so it is held together while the sentence is wrapped.
  const held = id.replaceAll(" ", "\u00A0");
  const [first = "", ...rest] = wrapped(
    `${held} ${oneLine(check.because)}${accepted}`,
    options.columns - indent,
  );
  const begun = first.startsWith(held) ? `${paint(id, "bold", options)}${first.slice(held.length)}` : first;
  return [
    `    ${paint(label, mark.tone, options)}${begun}`,
    ...rest.map((line) => `${" ".repeat(indent)}${line}`),
  ];
}

/** How many findings had no room, and which of them failed. */
function leftLines({ left }: Shown, options: TerminalOptions): readonly string[] {
  if (left.length === 0) return [];
  const isFailed = ({ verdict, accepted }: CheckResult): boolean =>
    verdict === "fail" && accepted === undefined;
  const failed = [...new Set(left.filter(isFailed).map(({ id }) => oneLine(id)))];
  const names = failed.length === 0 ? "" : `; failed too: ${failed.join(", ")}`;
  const lines = wrapped(`… ${counted(left.length, "more finding")} in the report${names}`, options.columns);
  const [last = "", ...cut] = lines.slice(leftLinesMax - 1);
  const kept = [...lines.slice(0, leftLinesMax - 1), cut.length === 0 ? last : `${last.slice(0, -1)}…`];
  return kept.filter((line) => line !== "").map((line) => paint(line, "quiet", options));
}

/** The inferred policies, in the room that the findings leave. */
function seenLines(checklist: Checklist, room: number, options: TerminalOptions): readonly string[] {
  const lines = fingerprintLines(checklist.fingerprint ?? []).flatMap((line) =>
    wrappedParts(line, options.columns),
  );
  return lines.length <= room ? lines : [];
}

function footLines(checklist: Checklist, options: TerminalOptions): readonly string[] {
  const incidents = counted(checklist.incidents.length, "incident draft");
  const gaps = counted(checklist.runbookGaps.length, "runbook gap");
  const lines = wrappedParts(totalsText(checklist), options.columns);
  const differing = differingText(checklist.fingerprint ?? []);
  lines.push(...wrappedParts([incidents, gaps, ...differing].join(" · "), options.columns));
  lines.push(...coverageLines(checklist).flatMap((line) => wrappedParts(line, options.columns)));
  if (checklist.notBuilt.length > 0) {
    const what = checklist.notBuilt.map((part) => oneLine(part.path)).join(", ");
    lines.push(...wrapped(`Not built yet, so not tested: ${what}`, options.columns));
  }
  for (const note of checklist.notes ?? []) lines.push(...wrapped(`Note: ${oneLine(note)}`, options.columns));
  if (options.html !== null) lines.push(`Report  ${paint(oneLine(options.html), "bold", options)}`);
  if (options.exit !== null) lines.push(`Exit ${options.exit.status}  ${options.exit.meaning}`);
  return lines;
}

/** Breaks a line of parts between parts, never inside one. */
function wrappedParts(text: string, columns: number): string[] {
  const held = text.split(" · ").map((part) => part.replaceAll(" ", "\u00A0"));
  return wrapped(held.join(" · "), columns).map((line) => line.replaceAll("\u00A0", " "));
}

function paint(text: string, tone: string, options: TerminalOptions): string {
  const code = codes[tone];
  return options.color && code !== undefined && text !== "" ? `\u001B[${code}m${text}\u001B[0m` : text;
}

function sevenBit(text: string): string {
  const plain: Readonly<Record<string, string>> = {
    "·": "-",
    "…": "...",
    "±": "+/-",
    "–": "-",
    "—": "-",
    "×": "x",
    σ: "sigma",
  };
  return text.replace(/[·…±–—×σ]/g, (letter) => plain[letter] ?? letter);
}
