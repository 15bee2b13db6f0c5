import type { Observation } from "../model.ts";
import { commitmentText } from "./commitment-text.ts";
import { type EvidenceIndex, indexObservations } from "./evidence-index.ts";
import { impactOf } from "./impact.ts";
import { code, md, prose } from "./markdown-text.ts";
import type { Checklist, CheckResult, Finding, Incident } from "./model.ts";
import { checkOfFinding, fileName } from "./place.ts";
import { asSentence, durationText, oneLine } from "./text.ts";
import { type Timeline, timelineOf } from "./timeline.ts";
import { timelineSentences } from "./timeline-words.ts";

/** `incidents/<id>.md`: a finding as the post-mortem of what it would have been in production. */
export function renderIncident(
  checklist: Checklist,
  observations: readonly Observation[],
  incident: Incident,
  index: EvidenceIndex = indexObservations(observations),
): string {
  const finding = checklist.findings.find((one) => one.id === incident.finding);
  const check = finding === undefined ? undefined : checkOfFinding(checklist, finding);
  const sections = [
    `# ${incident.id}: ${md(incident.title)}`,
    "> Drafted by Holdfast from a run that broke the provider on purpose. Nobody was harmed yet: this is what production would have seen.",
    summary(checklist, incident, finding, check),
    impactSection(incident, finding, check),
    timelineSection(incident),
    seenSection(check, index),
    causeSection(finding),
    mitigationSection(finding, check),
    followUps(checklist, incident, finding, check),
    references(checklist, finding, check),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function summary(
  checklist: Checklist,
  incident: Incident,
  finding: Finding | undefined,
  check: CheckResult | undefined,
): string {
  const rows = [
    `| Service | ${md(checklist.service)} |`,
    `| Severity | ${incident.severity} |`,
    ...(finding === undefined
      ? []
      : [`| Where | ${md(finding.at)} |`, `| What was seen | ${md(finding.because)} |`]),
    `| Detected by | check ${check === undefined ? "unknown" : code(check.id)}, run ${code(checklist.run)} |`,
    `| Status | draft: ${finding?.accepted === true ? "accepted for now, see the baseline" : "open"} |`,
  ];
  return ["## Summary", "", "| | |", "|---|---|", ...rows].join("\n");
}

function impactSection(
  incident: Incident,
  finding: Finding | undefined,
  check: CheckResult | undefined,
): string {
  const impact = finding === undefined ? undefined : impactOf(check ?? { id: finding.check });
  const parts = [impact, incident.story].filter((part) => part !== undefined && part !== "");
  return ["## Impact", ...parts.map((part) => prose(part ?? ""))].join("\n\n");
}

function timelineSection(incident: Incident): string {
  if (incident.timeline.length === 0) return "";
  const start = incident.timeline[0]?.atMs ?? 0;
  const rows = incident.timeline.map(({ atMs, what }) => `| +${durationText(atMs - start)} | ${md(what)} |`);
  return ["## Timeline", "", "| time | what happened |", "|---:|---|", ...rows].join("\n");
}

function seenSection(check: CheckResult | undefined, index: EvidenceIndex): string {
  const timelines = (check?.evidence ?? [])
    .map((citation) => timelineOf(citation, index))
    .filter((timeline): timeline is Timeline => timeline !== null);
  if (timelines.length === 0) return "";
  const calls = timelines.slice(0, 3).map((timeline, at) => {
    const lines = timelineSentences(timeline).map((sentence) => `- ${md(sentence)}`);
    const log = at === 0 ? (index.logs.get(timeline.call)?.excerpt ?? []).slice(0, 10) : [];
    const logged =
      log.length === 0
        ? []
        : ["", "What the service logged meanwhile:", "", ...log.map((line) => `    ${oneLine(line)}`)];
    return [
      `**${md(asSentence(timeline.note))}** Call ${code(timeline.call)}:`,
      "",
      ...lines,
      ...logged,
    ].join("\n");
  });
  return `## What was seen\n\n${calls.join("\n\n")}`;
}

function causeSection(finding: Finding | undefined): string {
  return finding === undefined || finding.diagnosis === ""
    ? ""
    : `## Likely cause\n\n${prose(finding.diagnosis)}`;
}

function mitigationSection(finding: Finding | undefined, check: CheckResult | undefined): string {
  if (finding === undefined || finding.remedy === "") return "";
  const place = check?.contract === undefined ? "" : `\n\n${commitmentText(check.contract)}`;
  return `## Mitigation\n\n${prose(finding.remedy)}${place}`;
}

function followUps(
  checklist: Checklist,
  incident: Incident,
  finding: Finding | undefined,
  check: CheckResult | undefined,
): string {
  const integration = check?.integration;
  const gaps = checklist.runbookGaps.filter((gap) => gap.integration === integration);
  const tasks = [
    ...(finding === undefined || finding.remedy === "" ? [] : ["Mend the cause as described above."]),
    ...(check === undefined ? [] : [`See ${code(check.repeat)} pass.`]),
    ...(gaps.length === 0
      ? []
      : [`Close the runbook gaps of ${md(integration ?? "")} (\`runbook-gaps.md\`): ${gapNames(gaps)}.`]),
    `Search the logs and orders of production for the same: ${md(incident.title)}.`,
    "Name an owner and a date for each line.",
  ];
  return ["## Follow-ups", "", ...tasks.map((task) => `- [ ] ${task}`)].join("\n");
}

/** The failure modes without a runbook, each once. */
function gapNames(gaps: Checklist["runbookGaps"]): string {
  return [...new Set(gaps.map((gap) => md(gap.failureMode)))].join("; ");
}

function references(
  checklist: Checklist,
  finding: Finding | undefined,
  check: CheckResult | undefined,
): string {
  const lines = [
    `- Run ${code(checklist.run)}, seed ${checklist.seed}, contract ${code(fileName(checklist.contract.file))} (${code(checklist.contract.digest.slice(0, 12))})`,
  ];
  if (finding !== undefined) lines.push(`- Finding ${code(finding.id)}`);
  if (check !== undefined) lines.push(`- Rule: ${md(check.rule)} (${md(check.source)})`);
  for (const cited of check?.evidence ?? [])
    lines.push(
      `- ${code(cited.experiment)}, call ${code(cited.call)}, ${cited.exchanges.length} exchanges in \`observations.ndjson\``,
    );
  return ["## Evidence", "", ...lines].join("\n");
}
