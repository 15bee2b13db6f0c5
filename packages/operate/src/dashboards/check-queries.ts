import { nearest } from "@holdfast/core";
import { delivery, httpClient, metricNames, resilience } from "../metrics/catalogue.ts";
import { queryNames } from "../runbooks/lint-runbook.ts";
import { readQuery } from "../runbooks/promql-metrics.ts";

/** Something in a query that no data can answer. */
export interface QueryProblem {
  readonly expr: string;
  readonly says: string;
  readonly remedy: string;
}

/** Labels that Prometheus, its rules, and whoever scrapes a service set. */
const everywhere = [
  "alertname",
  "alertstate",
  "env",
  "instance",
  "integration",
  "job",
  "le",
  "pod",
  "provider",
  "service",
  "service_instance_id",
  "severity",
  "slo",
];

/** Every label that a query may name, those that are passed left out. */
export const labelNames: readonly string[] = [
  ...new Set([
    ...everywhere,
    ...Object.values(resilience.label),
    ...Object.values(delivery.label),
    ...Object.values(httpClient.label),
  ]),
].sort();

/** What is wrong with a query: brackets, and names of metrics and labels that there are not. Metrics of somebody else's rules may be named. */
export function checkQuery(
  expr: string,
  also: { readonly metrics?: readonly string[]; readonly labels?: readonly string[] } = {},
): readonly QueryProblem[] {
  const { metrics, closed } = readQuery(expr);
  if (!closed) return [{ expr, says: "a quote or a bracket is not closed", remedy: "Close it." }];
  return [
    ...strangers("metric", metrics, [...queryNames, ...(also.metrics ?? [])], expr),
    ...strangers("label", labelsIn(expr), [...labelNames, ...(also.labels ?? [])], expr),
  ];
}

function strangers(
  what: "metric" | "label",
  named: readonly string[],
  known: readonly string[],
  expr: string,
): readonly QueryProblem[] {
  return named
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const remedy = near === undefined ? `Name a ${what} of the catalogue.` : `Did you mean ${near}?`;
      return { expr, says: `there is no ${what} ${name}`, remedy };
    });
}

/** The labels that a query names: in selectors, in groupings, and in what a legend shows. */
export function labelsIn(expr: string): readonly string[] {
  const unquoted = expr.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
  const selected = [...unquoted.matchAll(/\{([^{}]*)\}/g)].flatMap(([, body = ""]) =>
    [...body.matchAll(/([A-Za-z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, name = ""]) => name),
  );
  const grouped = [
    ...unquoted.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)/gi),
  ].flatMap(([, body = ""]) => body.split(",").map((name) => name.trim()));
  return [...new Set([...selected, ...grouped])].filter((name) => name !== "");
}

/** The labels that a legend shows. */
export function labelsOfLegend(legend: string): readonly string[] {
  return [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = ""]) => name);
}

/** Metrics of the catalogue that no query of these names: what is exported and never looked at. */
export function unseen(exprs: readonly string[]): readonly string[] {
  const named = new Set(exprs.flatMap((expr) => readQuery(expr).metrics));
  return metricNames.filter(
    (name) => !named.has(name) && !["_count", "_sum", "_bucket"].some((part) => named.has(name + part)),
  );
}
