import { nearest } from "@holdfast/core";
import type { RunbookContext, RunbookFinding, RunbookRule } from "../finding.ts";
import type { Outline } from "../markdown.ts";
import { readQuery } from "../promql-metrics.ts";
import { promtoolQueries } from "../promtool-queries.ts";

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
    return queriesIn(outline).flatMap((query) => judge(query, context));
  },
};

/** A query, and the lines in which it stands. */
interface Query {
  readonly expr: string;
  /** Where a query as a whole is told of. */
  readonly line: number;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

/** Blocks of PromQL, and what commands in blocks and in lines have `promtool` ask. */
function queriesIn({ blocks, prose }: Outline): readonly Query[] {
  const inBlocks = blocks.flatMap(({ language, line, text }): readonly Query[] => {
    const lines = text.split("\n").map((each, index) => ({ line: line + 1 + index, text: each }));
    if (language === "promql") return [{ expr: text, line, lines }];
    return promtoolQueries(text).map((expr) => ({ expr, line, lines }));
  });
  const inLines = prose.flatMap((each): readonly Query[] =>
    [...each.text.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) =>
      promtoolQueries(code).map((expr) => ({ expr, line: each.line, lines: [each] })),
    ),
  );
  return [...inBlocks, ...inLines].toSorted((a, b) => a.line - b.line);
}

function judge(asked: Query, { metrics }: RunbookContext): readonly Omit<RunbookFinding, "rule">[] {
  const query = readQuery(asked.expr);
  if (!query.closed)
    return [
      {
        severity: "error",
        line: asked.line,
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
      return { severity: "error", line: lineOf(asked, name), says: `there is no metric ${name}`, remedy };
    });
}

function lineOf({ line, lines }: Query, name: string): number {
  return (lines.find(({ text }) => text.includes(name)) ?? lines[0])?.line ?? line;
}
