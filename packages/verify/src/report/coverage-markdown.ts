import { alertCell, type CoverageCell, runbookCell } from "./coverage-text.ts";
import { md } from "./markdown-text.ts";
import type { Checklist } from "./model.ts";
import { verdictMarks } from "./verdict-mark.ts";

/** Ways to fail against the alert that tells of them and the section that says what to do, as a table. */
export function coverageTable({ alertCoverage = [] }: Checklist): string {
  if (alertCoverage.length === 0) return "";
  const cell = ({ verdict, says }: CoverageCell): string => `${verdictMarks[verdict].glyph} ${md(says)}`;
  const rows = alertCoverage.map(
    (row) =>
      `| ${md(row.integration)}: ${md(row.failureMode)} | ${row.failed} of ${row.calls} | ${cell(alertCell(row))} | ${cell(runbookCell(row))} |`,
  );
  return [
    "## Who learns of it",
    "",
    "Each way to fail that the run showed, as long as it lasts: the alert that fires first, and the section of the runbook.",
    "",
    "| way to fail | calls that failed | alert | runbook |",
    "|---|---:|---|---|",
    ...rows,
  ].join("\n");
}
