import { md, prose } from "./markdown-text.ts";
import type { Checklist } from "./model.ts";

/** `runbook-gaps.md`: the failure modes that the run showed and no runbook covers well enough, by integration. */
export function renderRunbookGaps(checklist: Checklist): string {
  const { runbookGaps, service, run } = checklist;
  const head = `# Runbook gaps: ${md(service)}\n\nFailure modes that run ${md(run)} showed and no runbook or alert covers well enough.`;
  if (runbookGaps.length === 0)
    return `# Runbook gaps: ${md(service)}\n\nRun ${md(run)} showed no failure mode without a runbook or an alert.\n`;
  const integrations = [...new Set(runbookGaps.map((gap) => gap.integration))];
  const sections = integrations.map((integration) => {
    const gaps = runbookGaps.filter((gap) => gap.integration === integration);
    const parts = gaps.map((gap) =>
      [
        `### ${md(gap.failureMode)}`,
        "",
        `- How to recognise it: ${prose(gap.signature)}`,
        `- What is missing: ${prose(gap.gap)}`,
        `- [ ] To do: ${prose(gap.todo)}`,
        ...(gap.rule === undefined ? [] : ["", "A rule, drafted:", "", fenced(gap.rule, "yaml")]),
        ...(gap.section === undefined
          ? []
          : ["", "A section, drafted:", "", fenced(gap.section, "markdown")]),
      ].join("\n"),
    );
    return [`## ${md(integration)}`, ...parts].join("\n\n");
  });
  return `${[head, ...sections].join("\n\n")}\n`;
}

/** A draft as it is to be copied, in a fence that is longer than any inside of it. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([marks]) => marks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.trim()}\n${fence}`;
}
