export { exportedIn, isAddressed } from "./alerts/measured.ts";
export { catalogue, catalogueOf, type Known } from "./catalogue.ts";
export { checks } from "./checks/index.ts";
export { type Assembled, assemble, evidenceFor } from "./evidence.ts";
export { compareFingerprints, type FingerprintDifference } from "./fingerprint/difference.ts";
export type { Fingerprint, Seen, Standing, Trait, TraitField, TraitValue } from "./fingerprint/model.ts";
export {
  declaredText,
  fingerprintName,
  rangeText,
  seenText,
  standingWords,
  traitNames,
} from "./fingerprint/trait-text.ts";
export { type JudgeOptions, judge, judgeOne } from "./judge.ts";
export type {
  Attempt,
  BypassRecord,
  CallLogRecord,
  CallRecord,
  CanaryRecord,
  Check,
  Citation,
  Evidence,
  Experiment,
  ExperimentEvidence,
  ExperimentRecord,
  ExperimentSpec,
  InstanceRecord,
  Judgement,
  KeptText,
  LeakRecord,
  LoadRecord,
  Measured,
  NoiseRecord,
  Observation,
  ObservedCall,
  OperationsTexts,
  Plan,
  Profile,
  RunRecord,
  ScrapeRecord,
  Target,
} from "./model.ts";
export { type PassiveJudge, type PassiveOptions, passiveJudge } from "./passive/judge-passive.ts";
export type { PassiveReport, PassiveResult, PassiveTarget, QuotedLine } from "./passive/model.ts";
export { passiveSchema } from "./passive/passive-schema.ts";
export { type PlanOptions, placeOf, planRun, targets } from "./plan.ts";
export type { LoadStage } from "./procedure-model.ts";
export { profileDefault, profileNames, profiles } from "./profiles.ts";
export { checklistSchema } from "./report/checklist-schema.ts";
export type { Format } from "./report/format.ts";
export { formats } from "./report/index.ts";
export type { Checklist, CheckResult, Finding, Incident, ItemResult, RunbookGap } from "./report/model.ts";
export { isWorthALine, type ProgressOptions, progressLine, progressLines } from "./report/progress.ts";
export type { ProgressEvent } from "./report/progress-event.ts";
export { createProgressWriter, type ProgressTarget, type ProgressWriter } from "./report/progress-writer.ts";
export { renderTerminal, type TerminalOptions } from "./report/terminal.ts";
export { writeReport } from "./report/write-report.ts";
export { logFile } from "./run/run-folder.ts";
export { type RunFile, readRun, type StoredRun } from "./run/stored-run.ts";
export { type ShownMode, shownModes } from "./shown-modes.ts";
export { moreSamples, type TopUp } from "./top-ups.ts";
export { type Verified, type VerifyOptions, verify } from "./verify.ts";
