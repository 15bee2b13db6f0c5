import { md, prose } from "./markdown-text.ts";
import type { Checklist } from "./model.ts";

/** `runbook-gaps.md`: the failure modes that the run showed and no runbook covers well enough, by integration. */
export function renderRunbookGaps(checklist: Checklist): string {
  const { runbookGaps, service, run } = checklist;
  const head = `# Runbook gaps: ${md(service)}\n\nFailure modes that run ${md(run)} showed and no runbook covers well enough.`;
  if (runbookGaps.length === 0)
    return `# Runbook gaps: ${md(service)}\n\nRun ${md(run)} showed no failure mode without a runbook.\n`;
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
      ].join("\n"),
    );
    return [`## ${md(integration)}`, ...parts].join("\n\n");
  });
  return `${[head, ...sections].join("\n\n")}\n`;
}
