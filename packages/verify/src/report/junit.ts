import type { Checklist, CheckResult, ItemResult } from "./model.ts";
import { placeText, type TargetNamer, targetNamer } from "./place.ts";
import { verdictMarks } from "./verdict-mark.ts";
import { xml } from "./xml.ts";

/**
 * `junit.xml`: a test suite per item, a test case per check and target. A fail is a `failure`; advice passes and is told in
 * `system-out`. What was accepted, stayed inconclusive, does not apply or was not tested is `skipped` with its reason: never
 * silently green, and never red for want of evidence (the exit status 3 tells that).
 */
export function renderJunit(checklist: Checklist): string {
  const nameOf = targetNamer(checklist);
  const suites = checklist.items
    .filter((item) => item.checks.length > 0)
    .map((item) => suite(checklist, item, nameOf));
  const checks = checklist.items.flatMap((item) => item.checks);
  const head = attributes({
    name: `holdfast verify ${checklist.service}`,
    tests: checks.length,
    failures: checks.filter(isFailure).length,
    skipped: checks.filter((check) => skippedBecause(check) !== null).length,
    errors: 0,
    time: seconds(checklist.wallMs),
    timestamp: checklist.startedAt,
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(checklist: Checklist, item: ItemResult, nameOf: TargetNamer): string {
  const head = attributes({
    name: item.id,
    tests: item.checks.length,
    failures: item.checks.filter(isFailure).length,
    skipped: item.checks.filter((check) => skippedBecause(check) !== null).length,
    errors: 0,
    timestamp: checklist.startedAt,
  });
  return [
    `  <testsuite${head}>`,
    ...item.checks.map((check) => testcase(item, check, nameOf(check))),
    "  </testsuite>",
  ].join("\n");
}

function testcase(item: ItemResult, check: CheckResult, where: string): string {
  const name = where === "" ? check.id : `${check.id} (${where})`;
  const place = check.contract === undefined ? {} : { file: check.contract.file, line: check.contract.line };
  const head = attributes({ name, classname: item.id.replaceAll("/", "."), ...place });
  const inside = outcome(check);
  return inside === "" ? `    <testcase${head}/>` : `    <testcase${head}>\n${inside}\n    </testcase>`;
}

function outcome(check: CheckResult): string {
  const skipped = skippedBecause(check);
  if (skipped !== null) return `      <skipped${attributes({ message: skipped })}/>`;
  const details = xml(detailLines(check).join("\n")).replaceAll("&#10;", "\n");
  if (isFailure(check)) {
    const head = attributes({ message: check.because, type: check.severity ?? "fail" });
    return `      <failure${head}>${details}</failure>`;
  }
  return check.verdict === "advice" ? `      <system-out>${details}</system-out>` : "";
}

function isFailure(check: CheckResult): boolean {
  return check.verdict === "fail" && check.accepted === undefined;
}

function skippedBecause(check: CheckResult): string | null {
  if (check.accepted !== undefined) {
    return `accepted until ${check.accepted.until} by ${check.accepted.owner}: ${check.accepted.reason}`;
  }
  const told = check.verdict === "pass" || check.verdict === "fail" || check.verdict === "advice";
  return told ? null : `${verdictMarks[check.verdict].word}: ${check.because}`;
}

function detailLines(check: CheckResult): readonly string[] {
  const lines = [
    `${verdictMarks[check.verdict].word}: ${check.because}`,
    `Rule: ${check.rule} (${check.source})`,
  ];
  if (check.contract !== undefined) lines.push(`Contract: ${placeText(check.contract)}`);
  if (check.diagnosis !== undefined) lines.push(`Diagnosis: ${check.diagnosis}`);
  if (check.remedy !== undefined) lines.push(`Remedy: ${check.remedy}`);
  for (const cited of check.evidence)
    lines.push(`Evidence: ${cited.experiment}, call ${cited.call}: ${cited.note}`);
  lines.push(`Repeat: ${check.repeat}`);
  return lines;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join("");
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
