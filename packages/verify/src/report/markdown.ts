import { headings } from "@holdfast/core";
import type { Measured } from "../model.ts";
import { coverageTable } from "./coverage-markdown.ts";
import { fingerprintTables } from "./fingerprint-markdown.ts";
import { cellCode, code, md, prose } from "./markdown-text.ts";
import type { Checklist, CheckResult } from "./model.ts";
import { fileName, placeText, targetNamer } from "./place.ts";
import { counted, durationText, intervalText, quantityText } from "./text.ts";
import { totalsText } from "./totals.ts";
import { verdictMarks } from "./verdict-mark.ts";

/** `checklist.md`: the ten items, then each check with its numbers, then experiments. */
export function renderMarkdown(checklist: Checklist): string {
  const nameOf = targetNamer(checklist);
  const sections = [
    `# Integration Verification Checklist: ${md(checklist.service)}`,
    ...(checklist.interrupted === null ? [] : [`> **Ended early.** ${md(checklist.interrupted)}`]),
    factsTable(checklist),
    ...headings.map((heading) => itemsTable(checklist, heading)),
    `**${totalsText(checklist)}.**`,
    (checklist.notes ?? []).map((note) => `- ${md(note)}`).join("\n"),
    ...checklist.items
      .filter((item) => item.checks.length > 0)
      .map(
        (item) =>
          `## ${md(item.title)}\n\n${item.checks.map((check) => checkText(check, nameOf(check))).join("\n\n")}`,
      ),
    coverageTable(checklist),
    ...fingerprintTables(checklist),
    experimentsTable(checklist),
    drafts(checklist),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function factsTable(checklist: Checklist): string {
  const { noise, versions } = checklist;
  const rows: readonly (readonly [string, string])[] = [
    [
      "Run",
      `${cellCode(checklist.run)}, started ${md(checklist.startedAt)}, seed ${checklist.seed}${checklist.profile === undefined ? "" : `, profile ${checklist.profile}`}`,
    ],
    [
      "Contract",
      `${cellCode(fileName(checklist.contract.file))} (${cellCode(checklist.contract.digest.slice(0, 12))})`,
    ],
    [
      "Wall time",
      `${durationText(checklist.wallMs)}, no schedule beats ${durationText(checklist.lowerBoundMs)}`,
    ],
    [
      "Noise",
      noise === null
        ? "not measured"
        : `σ ${durationText(noise.sigmaMs)}, p99 ${durationText(noise.p99Ms)} in ${noise.samples} samples`,
    ],
    ["Versions", md(`Holdfast ${versions.holdfast}, Node ${versions.node}, ${versions.platform}`)],
  ];
  return ["| | |", "|---|---|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

function itemsTable(checklist: Checklist, heading: string): string {
  const rows = checklist.items
    .filter((item) => item.heading === heading)
    .map((item) => {
      const mark = verdictMarks[item.verdict];
      return `| ${mark.glyph} ${mark.word} | ${md(item.title)} | ${md(item.says)} |`;
    });
  return [`### ${heading}`, "", "| verdict | item | says |", "|---|---|---|", ...rows].join("\n");
}

function checkText(check: CheckResult, target: string): string {
  const mark = verdictMarks[check.verdict];
  const where = target === "" ? "" : ` · ${md(target)}`;
  const lines = [`**${mark.glyph} ${mark.word}** · ${code(check.id)}${where}: ${md(check.because)}`];
  if (check.verdict === "not-tested" || check.verdict === "not-applicable") return lines[0] ?? "";
  const add = (name: string, text: string | undefined): void => {
    if (text !== undefined && text !== "") lines.push(`- ${name}: ${text}`);
  };
  if (check.accepted !== undefined)
    add("Accepted", md(`until ${check.accepted.until} by ${check.accepted.owner}: ${check.accepted.reason}`));
  add("Rule", `${md(check.rule)} (${md(check.source)})`);
  add("Contract", check.contract === undefined ? undefined : contractText(check.contract));
  add("Numbers", numbersText(check));
  add("Severity", check.severity);
  add("Diagnosis", check.diagnosis === undefined ? undefined : prose(check.diagnosis));
  add("Remedy", check.remedy === undefined ? undefined : prose(check.remedy));
  add("More time would buy", check.more === undefined ? undefined : md(check.more.buys));
  for (const cited of check.evidence)
    add("Evidence", `${code(cited.experiment)}, call ${code(cited.call)}: ${md(cited.note)}`);
  add("Repeat", code(check.repeat));
  return lines.length === 1 ? (lines[0] ?? "") : `${lines[0]}\n\n${lines.slice(1).join("\n")}`;
}

function contractText(place: NonNullable<CheckResult["contract"]>): string {
  const undeclared = place.declared === false ? ` (nothing is declared at ${code(place.path)})` : "";
  return `${code(placeText(place))}${undeclared}`;
}

function numbersText(check: CheckResult): string {
  const numbers = [check.estimate, check.limit, ...(check.measured ?? [])].filter(
    (number) => number !== undefined,
  );
  const parts = [
    ...numbers.map(measuredText),
    ...(check.samples === 0 ? [] : [`${counted(check.samples, "call")} judged`]),
    ...(check.fired === 0 ? [] : [`fault took hold on ${counted(check.fired, "exchange")}`]),
  ];
  if (check.bound !== undefined) parts.push(`95 % bound of the rate ${quantityText(check.bound, "ratio")}`);
  return parts.join("; ");
}

function measuredText({ name, value, unit, interval }: Measured): string {
  const range = interval === undefined ? "" : ` (95 %: ${intervalText(interval, unit)})`;
  return `${md(name)} ${quantityText(value, unit)}${range}`;
}

function experimentsTable(checklist: Checklist): string {
  if (checklist.experiments.length === 0) return "";
  const rows = checklist.experiments.map(
    (one) =>
      `| ${cellCode(one.id)} | ${md(one.summary)} | ${one.samples} | ${durationText(one.wallMs)} | ${durationText(one.lowerBoundMs)} |`,
  );
  return [
    "## Experiments",
    "",
    "| experiment | does | samples | wall | lower bound |",
    "|---|---|---:|---:|---:|",
    ...rows,
  ].join("\n");
}

function drafts(checklist: Checklist): string {
  const incidents = checklist.incidents.map(
    (one) => `- [${md(one.title)}](${address(one.file)}) (${one.severity})`,
  );
  const gaps = checklist.runbookGaps.map((one) => `- ${md(one.failureMode)}: ${md(one.gap)}`);
  return [
    ...(incidents.length === 0 ? [] : ["## Incident drafts", "", ...incidents, ""]),
    ...(gaps.length === 0 ? [] : ["## Runbook gaps", "", ...gaps]),
  ]
    .join("\n")
    .trim();
}

/** A path as a link target that cannot end early. */
function address(path: string): string {
  return encodeURI(path.toWellFormed()).replace(/[()]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}
