import { metricNames } from "../metrics/catalogue.ts";
import { recorded } from "../rules/names.ts";
import { burnPairs, periodMsDefault } from "../slo/burn-pairs.ts";
import type { RunbookContext, RunbookFinding } from "./finding.ts";
import { outlineOf } from "./markdown.ts";
import { runbookRules } from "./rules/index.ts";

/** What a runbook lacks, in the order of its lines; errors come before advice on the same line. */
export function lintRunbook(text: string, context: RunbookContext): readonly RunbookFinding[] {
  const outline = outlineOf(text);
  return runbookRules
    .flatMap((rule) => rule.find(outline, context).map((found) => ({ ...found, rule: rule.id })))
    .toSorted((a, b) => a.line - b.line || rank(a) - rank(b));
}

function rank({ severity }: RunbookFinding): number {
  return severity === "error" ? 0 : 1;
}

/** Every name that a query of a runbook may have: metrics, the parts of histograms, and what generated rules record. */
export const queryNames: readonly string[] = [
  ...metricNames.flatMap((name) =>
    name.endsWith("_duration_seconds") ? ["_count", "_sum", "_bucket"].map((part) => name + part) : [name],
  ),
  ...Object.values(recorded).flatMap((name) =>
    typeof name === "string"
      ? [name]
      : [...new Set(burnPairs(periodMsDefault).flatMap(({ longMs, shortMs }) => [longMs, shortMs]))].map(
          name,
        ),
  ),
  "ALERTS",
  "up",
];
