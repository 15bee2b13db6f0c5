import { nearest } from "@holdfast/core";
import type { RunbookContext, RunbookFinding, RunbookRule } from "../finding.ts";
import type { Block } from "../markdown.ts";
import { readQuery } from "../promql-metrics.ts";

/** A query for a metric that nobody exports has no answer, and looks as if all were well. */
export const metricsExist: RunbookRule = {
  id: "metrics-exist",
  question: "Is every query well formed, and is every metric that it names one that there is?",
  example: [
    "## Diagnosis",
    "",
    "See how calls end:",
    "",
    "```promql",
    "rate(holdfast_resilience_call_total[5m])",
    "```",
  ].join("\n"),
  find(outline, context) {
    return outline.blocks
      .filter(({ language }) => language === "promql")
      .flatMap((block) => judge(block, context));
  },
};

function judge(block: Block, { metrics }: RunbookContext): readonly Omit<RunbookFinding, "rule">[] {
  const query = readQuery(block.text);
  if (!query.closed)
    return [
      {
        severity: "error",
        line: block.line,
        says: "the query has a quote or a bracket that is not closed",
        remedy: "Close it, and try the query in Prometheus.",
      },
    ];
  return query.metrics
    .filter((name) => !metrics.includes(name))
    .map((name) => {
      const near = nearest(name, metrics);
      const remedy =
        near === undefined
          ? "Name a metric that there is, or pass it with --metric."
          : `Did you mean ${near}?`;
      return { severity: "error", line: lineOf(block, name), says: `there is no metric ${name}`, remedy };
    });
}

function lineOf({ line, text }: Block, name: string): number {
  const index = text.split("\n").findIndex((each) => each.includes(name));
  return line + 1 + Math.max(0, index);
}
