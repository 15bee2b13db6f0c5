export { type DraftFor, draftRule, draftSection } from "./alert-proof/drafts.ts";
export { besideIdle, footprintOf, type Stretch, together } from "./alert-proof/footprint.ts";
export { mayAppear } from "./alert-proof/may-appear.ts";
export type { Firing, Footprint, RuleProblem, RuleText } from "./alert-proof/model.ts";
export type {
  AlertFacts,
  DashboardFacts,
  OperationsProof,
  QueryFacts,
} from "./alert-proof/operations-proof.ts";
export { readShape } from "./alert-proof/promql.ts";
export type { Promtool } from "./alert-proof/promtool.ts";
export type { CapturedFault } from "./alert-proof/prove.ts";
export { type OperationsCase, proveOperations } from "./alert-proof/prove-operations.ts";
export { readRuleFiles } from "./alert-proof/rule-file.ts";
export { findPromtool } from "./alert-proof/run-promtool.ts";
export { modes } from "./alerts/index.ts";
export type { GrowthMode, LevelMode, Mode, ShareMode } from "./alerts/mode.ts";
export { contractObjectives } from "./contract-objectives.ts";
export { serviceName } from "./contract-subject.ts";
export { contractSubjects } from "./contract-subjects.ts";
export { checkQuery, labelNames, type QueryProblem, unseen } from "./dashboards/check-queries.ts";
export {
  type GeneratedDashboard,
  type GeneratedDashboards,
  generateDashboards,
} from "./dashboards/generate-dashboards.ts";
export { panelRows } from "./dashboards/panels/index.ts";
export type { Diagnosis, FirstCause, FoundFinding } from "./diagnose/diagnosis.ts";
export { Generations } from "./diagnose/generations.ts";
export type { Hypothesis } from "./diagnose/hypotheses.ts";
export { type Evidence, quotable } from "./diagnose/quote.ts";
export { isReadEnough } from "./diagnose/read-enough.ts";
export { type DiagnosedFiles, type DiagnoseOptions, diagnoseFiles } from "./diagnose/run-diagnose.ts";
export { stdinPath } from "./diagnose/run-lines.ts";
export type { ReadFileReport } from "./diagnose/run-source.ts";
export {
  type GeneratedAlerts,
  type GenerateOptions,
  generateAlerts,
} from "./generate-alerts.ts";
export { type GeneratedFile, marked, markOf } from "./generated-mark.ts";
export { importObjectives } from "./imports/imported.ts";
export { metricLabels, metricNames } from "./metrics/catalogue.ts";
export { type MetricType, readExposition, type Sample } from "./metrics/exposition.ts";
export { type CallFamily, familyOf, plainNames } from "./metrics/families.ts";
export { type Matcher, readMatchers } from "./metrics/selector.ts";
export type { ObjectiveReport } from "./objective-report.ts";
export type { Note, ObjectivesRead } from "./objectives-read.ts";
export { alertmanagerExample } from "./routing/alertmanager.ts";
export type { RunbookContext, RunbookFinding, RunbookRule } from "./runbooks/finding.ts";
export {
  type PlannedRunbook,
  planRunbooks,
  type RunbookSettings,
} from "./runbooks/generate-runbooks.ts";
export { lintRunbook, queryNames } from "./runbooks/lint-runbook.ts";
export { runbookModes } from "./runbooks/modes/index.ts";
export type { Observed } from "./runbooks/observed.ts";
export { freshText, type Merged, mergeText } from "./runbooks/parts.ts";
export { runbookRules } from "./runbooks/rules/index.ts";
export { type AlertSettings, alertSettingsDefault } from "./settings.ts";
export { type Alertable, alertable } from "./slo/alertable.ts";
export { durationEdges } from "./slo/buckets.ts";
export {
  budgetConsumed,
  budgetOf,
  detectionMs,
  exhaustionMs,
  resetMs,
  thresholdOf,
} from "./slo/burn-arithmetic.ts";
export { type BurnPair, burnPairs, type Urgency } from "./slo/burn-pairs.ts";
export { type Gate, gateDefault } from "./slo/gate.ts";
export type { Objective } from "./slo/objective.ts";
export { lineReader } from "./traffic/line-format.ts";
export type { TrafficFile, TrafficPlace } from "./traffic/run-source.ts";
export { readTraffic, type TrafficOptions, type TrafficRead } from "./traffic/run-traffic.ts";
export type { Ending, LoggedAttempt, LogSeen, RequestSeen, Seen, Spot } from "./traffic/seen.ts";
