import { markOf } from "../generated-mark.ts";
import { checkRules } from "./check-rules.ts";
import { type PanelExpr, readDashboard } from "./dashboard-file.ts";
import { mayAppear } from "./may-appear.ts";
import type { Footprint, ReadAlert, ReadRule, RuleText, SeriesReading } from "./model.ts";
import type { AlertFacts, OperationsProof, QueryFacts } from "./operations-proof.ts";
import { historyMsMax } from "./pace.ts";
import { readShape } from "./promql.ts";
import type { Promtool } from "./promtool.ts";
import { type CapturedFault, proveAlerts } from "./prove.ts";
import { type AnsweredQuery, proveQueries } from "./prove-queries.ts";
import { readAlerts, readsInTheEnd } from "./read-alerts.ts";
import { targetLabels } from "./target-labels.ts";
import { unmatchedIn } from "./unmatched.ts";

/** What is to be proved, and over what. */
export interface OperationsCase {
  /** The service's name, which is that of its job. */
  readonly service: string;
  readonly rules: readonly RuleText[];
  readonly dashboards: readonly RuleText[];
  readonly healthy: Footprint;
  readonly faults: readonly CapturedFault[];
}

/**
 * How much traffic there is in a proof. At one call a second every gate of a least number of events (20 calls, 10 failures) is passed
 * within the first minute, and no outage is found merely because there is much of it.
 */
const callsPerSecond = 1;

/** What Prometheus makes by itself. */
const always = /^(?:up|ALERTS|ALERTS_FOR_STATE|scrape_\w+)$/;

/** Puts rules and dashboards to the proof, each as it is written. */
export async function proveOperations(of: OperationsCase, promtool: Promtool): Promise<OperationsProof> {
  const ours = new Set([...of.rules, ...of.dashboards].filter(isOurs).map(({ path }) => path));
  const by = (path: string) => (ours.has(path) ? { asGenerated: true as const } : {});
  const { rules, problems } = await checkRules(of.rules, promtool);
  const alerts = readAlerts(rules);
  const boards = of.dashboards.map((file) => ({ path: file.path, ...readDashboard(file) }));
  const exprs = boards.flatMap(({ queries }) => queries);
  const asked = exprs.flatMap((query) => (query.asked === null ? [] : [query.asked]));
  const reads = [
    ...alerts.flatMap((alert) => alert.reads),
    ...asked.flatMap((expr) => readsInTheEnd(expr, rules)),
  ];
  const footprints = [of.healthy, ...of.faults.flatMap((fault) => [fault.healthy, fault.footprint])];
  const target = targetLabels(of.service, reads, footprints);
  const given = { ...of, rules, callsPerSecond, target: target.labels };
  const [proved, answered] = await both(
    proveAlerts({ ...given, alerts }, promtool),
    proveQueries({ ...given, exprs: [...new Set(asked)] }, promtool),
  );
  const known = knownNames(footprints, rules);
  const labels = { ...target, known };
  return {
    promtool: promtool.version,
    assumed: assumptions(target, proved.cut),
    problems: problems.map((one) => ({ ...one, ...by(one.file) })),
    alerts: alerts.map((alert) => ({ ...alertFacts(alert, labels, footprints), ...by(alert.file) })),
    control: proved.control,
    controlMs: proved.controlMs,
    faults: [...proved.faults].map(([id, firing]) => ({ id, firing })),
    dashboards: boards.map(({ path, queries, foreign, problem }) => ({
      path,
      queries: queries.length,
      foreign,
      problem,
      ...by(path),
    })),
    queries: exprs.map((query) => queryFacts(query, { answered, rules, labels, footprints })),
    metrics: [...known].toSorted(),
  };
}

/** What both come to; where one fails, not before the other has ended, so that nothing is left running. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

function isOurs({ text }: RuleText): boolean {
  return markOf(text) === "ours";
}

function assumptions(target: ReturnType<typeof targetLabels>, cut: boolean): readonly string[] {
  const told = ["job", ...target.assumed.filter((label) => label !== "job")].map(
    (label) => `${label}=${JSON.stringify(target.labels[label])}`,
  );
  return [
    `each scenario has ${callsPerSecond} call a second; under a fault one has, and every call meets it`,
    `the scrape sets ${told.join(", ")}`,
    ...(cut ? [`rules that look back further see ${historyMsMax / 3_600_000} h of history`] : []),
  ];
}

function knownNames(footprints: readonly Footprint[], rules: readonly ReadRule[]): ReadonlySet<string> {
  const exported = footprints.flatMap(({ series }) => [...series.values()].map(({ name }) => name));
  return new Set([...exported, ...rules.flatMap(({ kind, name }) => (kind === "record" ? [name] : []))]);
}

function alertFacts(
  alert: ReadAlert,
  { known, labels: target }: ReturnType<typeof targetLabels> & { readonly known: ReadonlySet<string> },
  footprints: readonly Footprint[],
): AlertFacts {
  const metrics = [...new Set(alert.reads.map(({ metric }) => metric))];
  const { file, name, labels, annotations } = alert;
  const missing = metrics.filter((one) => isMissing(one, known));
  // A value that is gone stays in sight for the lookback of five minutes.
  const looksBackMs = alert.longestMs + alert.keepFiringForMs + 300_000;
  const unmatched = [...new Set(alert.reads.flatMap((read) => unmatchedIn(read, target, footprints)))];
  const found = { file, name, labels, annotations, metrics, missing, looksBackMs };
  return unmatched.length === 0 ? found : { ...found, unmatched };
}

function isMissing(metric: string, known: ReadonlySet<string>): boolean {
  return metric !== "" && !known.has(metric) && !always.test(metric);
}

function queryFacts(
  query: PanelExpr,
  of: {
    readonly answered: readonly AnsweredQuery[];
    readonly rules: readonly ReadRule[];
    readonly labels: ReturnType<typeof targetLabels> & { readonly known: ReadonlySet<string> };
    readonly footprints: readonly Footprint[];
  },
): QueryFacts {
  const { dashboard, panel, expr, asked, unknown } = query;
  const where = { dashboard, panel, expr };
  const nothing = { metrics: [], missing: [], healthyValues: 0, faults: [] };
  if (asked === null)
    return {
      ...where,
      ...nothing,
      problem: { kind: "unread", says: `the variable ${unknown ?? ""} has no value in the file` },
    };
  const answer = of.answered.find((one) => one.expr === asked);
  const shape = readShape(asked);
  const metrics = [...new Set(readsInTheEnd(asked, of.rules).map(({ metric }) => metric))];
  const named = [...shape.reads.map(({ metric }) => metric), ...metrics];
  const missing = [
    ...new Set(
      named.filter((metric) => isMissing(metric, of.labels.known) && !mayAppear(metric, of.labels.known)),
    ),
    ...shape.reads.flatMap((read) => strangeLabels(read, of.labels.labels, of.footprints)),
  ];
  const refused = answer === undefined ? "promtool did not answer it" : answer.error;
  return {
    ...where,
    problem: refused === null ? null : { kind: "refused", says: refused },
    metrics,
    missing,
    healthyValues: answer?.healthyValues ?? 0,
    faults: [...(answer?.faults ?? [])].map(([id, one]) => ({ id, ...one })),
  };
}

/** Labels that a reader asks for and no series of that metric has. */
function strangeLabels(
  { metric, matchers }: SeriesReading,
  target: Readonly<Record<string, string>>,
  footprints: readonly Footprint[],
): readonly string[] {
  const own = footprints.flatMap(({ series }) => [...series.values()].filter(({ name }) => name === metric));
  if (own.length === 0) return [];
  const wanted = matchers.filter(({ is, value }) => (is === "=" || is === "=~") && value !== "");
  return wanted
    .filter(
      ({ label }) => !Object.hasOwn(target, label) && !own.some(({ labels }) => Object.hasOwn(labels, label)),
    )
    .map(({ label }) => `${metric}{${label}}`);
}
