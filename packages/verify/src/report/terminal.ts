import { headings } from "@holdfast/core";
import { coverageLine } from "./coverage-text.ts";
import { differingText, fingerprintLines } from "./fingerprint-lines.ts";
import type { Checklist, CheckResult, ItemResult } from "./model.ts";
import { fileName, type TargetNamer, targetNamer } from "./place.ts";
import { clauses, columnsOf, counted, durationText, oneLine, padded, shortened, wrapped } from "./text.ts";
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
  rows: 40,
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

/** The findings that have room, and the names of their targets: with one target nobody needs its name. */
interface Shown {
  readonly findings: ReadonlySet<CheckResult>;
  /** How many had no room. */
  readonly left: number;
  readonly nameOf: TargetNamer;
}

/** The one-screen checklist: three headings, ten items, what was found, totals, where the report lies. */
export function renderTerminal(checklist: Checklist, options: TerminalOptions): string {
  const foot = footLines(checklist, options);
  const head = headLines(checklist, options);
  const fixed = head.length + foot.length + headings.length * 2 + checklist.items.length;
  const room = Math.max(3, options.rows - fixed);
  const seen = seenLines(checklist, room, options);
  const shown = chosenFindings(checklist, room - seen.length);
  const body = headings.flatMap((heading) => [
    paint(heading, "bold", options),
    ...checklist.items
      .filter((item) => item.heading === heading)
      .flatMap((item) => itemLines(item, shown, options)),
    "",
  ]);
  const more = `… ${counted(shown.left, "more finding")} in the report`;
  const left = shown.left === 0 ? [] : [paint(more, "quiet", options)];
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
    `${durationText(checklist.wallMs)} (lower bound ${durationText(checklist.lowerBoundMs)})`,
    noise,
    `seed ${checklist.seed}`,
  ];
  const lines = [
    `${paint(padded(title, columns - checklist.run.length), "bold", options)}${paint(checklist.run, "quiet", options)}`,
    paint(shortened(facts.join(" · "), columns), "quiet", options),
  ];
  if (checklist.interrupted !== null)
    lines.push(paint(shortened(`Ended early: ${oneLine(checklist.interrupted)}`, columns), "warn", options));
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
  const told = item.checks.filter(isTold);
  return [
    line,
    ...told.filter((check) => shown.findings.has(check)).map((check) => findingLine(check, shown, options)),
  ];
}

/** How many checks were decided and, where there is room, which required ones are open. */
function saysShort(item: ItemResult, room: number): string {
  const [decided] = clauses(oneLine(item.says));
  const open = /required and open: (.*)$/.exec(oneLine(item.says))?.[1];
  const whole = open === undefined || /^0 /.test(decided) ? decided : `${decided}, open: ${open}`;
  return columnsOf(whole) <= room ? whole : shortened(decided, room);
}

function findingLine(check: CheckResult, shown: Shown, options: TerminalOptions): string {
  const mark = verdictMarks[check.verdict];
  const accepted = check.accepted === undefined ? "" : ` (accepted until ${oneLine(check.accepted.until)})`;
  const word = check.verdict === "inconclusive" ? "open" : mark.word;
  const label = `${options.unicode ? mark.glyph : mark.plain} ${padded(word, 6)} `;
  const where = shown.nameOf(check) === "" ? "" : ` at ${oneLine(shown.nameOf(check))}`;
  const id = `${oneLine(check.id)}${where}: `;
  const room = options.columns - 4 - columnsOf(label) - columnsOf(id) - columnsOf(accepted);
  const because = shortened(oneLine(check.because), room);
  return `    ${paint(label, mark.tone, options)}${paint(id, "bold", options)}${because}${paint(accepted, "quiet", options)}`;
}

/** Failing first, then advice, then what stayed open; every item has its turn before one has its second. Never more than `room`. */
function chosenFindings(checklist: Checklist, room: number): Shown {
  const told = checklist.items.flatMap((item) => {
    const own = item.checks.filter(isTold).toSorted((one, other) => weight(one) - weight(other));
    return own.map((check, turn) => ({ check, turn }));
  });
  const ranked = told.toSorted(
    (one, other) => weight(one.check) - weight(other.check) || one.turn - other.turn,
  );
  const chosen = ranked.length <= room ? ranked : ranked.slice(0, Math.max(1, room - 1));
  const name = targetNamer(checklist);
  const targets = new Set(told.map(({ check }) => name(check)).filter((target) => target !== ""));
  return {
    findings: new Set(chosen.map(({ check }) => check)),
    left: ranked.length - chosen.length,
    nameOf: targets.size > 1 ? name : () => "",
  };
}

function isTold(check: CheckResult): boolean {
  return check.verdict === "fail" || check.verdict === "advice" || check.verdict === "inconclusive";
}

function weight(check: CheckResult): number {
  if (check.accepted !== undefined) return 3;
  return check.verdict === "fail" ? 0 : check.verdict === "advice" ? 1 : 2;
}

/** The inferred policies, where they take no line from a finding. */
function seenLines(checklist: Checklist, room: number, options: TerminalOptions): readonly string[] {
  const told = checklist.items.flatMap((item) => item.checks.filter(isTold)).length;
  const lines = fingerprintLines(checklist.fingerprint ?? []).flatMap((line) =>
    wrappedParts(line, options.columns),
  );
  return told + lines.length <= room ? lines : [];
}

function footLines(checklist: Checklist, options: TerminalOptions): readonly string[] {
  const incidents = counted(checklist.incidents.length, "incident draft");
  const gaps = counted(checklist.runbookGaps.length, "runbook gap");
  const lines = wrappedParts(totalsText(checklist), options.columns);
  const differing = differingText(checklist.fingerprint ?? []);
  lines.push(...wrappedParts([incidents, gaps, ...differing].join(" · "), options.columns));
  const coverage = coverageLine(checklist);
  if (coverage !== "") lines.push(...wrappedParts(coverage, options.columns));
  if (checklist.notBuilt.length > 0) {
    const what = checklist.notBuilt.map((part) => oneLine(part.path)).join(", ");
    lines.push(shortened(`Not built yet, so not tested: ${what}`, options.columns));
  }
  for (const note of checklist.notes ?? []) lines.push(shortened(`Note: ${oneLine(note)}`, options.columns));
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
