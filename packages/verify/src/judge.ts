import type { Contract } from "@holdfast/contract";
import { coverageOf } from "./alerts/coverage.ts";
import { withJudgedOn } from "./alerts/judged-on.ts";
import type { AlertProofRecord } from "./alerts/model.ts";
import { subtractAccepted } from "./baseline.ts";
import { rollUp } from "./checklist.ts";
import { checks } from "./checks/index.ts";
import { measuredCost } from "./cost.ts";
import { type Assembled, assemble, evidenceFor } from "./evidence.ts";
import { findingsOf } from "./findings.ts";
import { fingerprintsOf } from "./fingerprint/fingerprint.ts";
import { incidentsOf } from "./incidents.ts";
import type { Check, Evidence, Judgement, Observation, Plan, Target } from "./model.ts";
import { isNotApplicable, selected, targets } from "./plan.ts";
import type { Checklist, CheckResult } from "./report/model.ts";
import { runbookGaps } from "./runbook-gaps.ts";

/** What a judge is given besides the contract and the observations. */
export interface JudgeOptions {
  readonly contract: Contract;
  readonly observations: readonly Observation[];
  /** Remedies from the guide, by check id. */
  readonly remedies?: Readonly<Record<string, string>>;
  readonly only?: readonly string[];
  /** ISO date: acceptances are held against it. */
  readonly today: string;
  /** The command that repeats a check. */
  repeat(checkId: string): string;
  readonly wallMs?: number;
  /** What the run itself recorded, for where too little was observed to measure it. */
  readonly startMs?: number;
  readonly lowerBoundMs?: number;
  readonly plan?: Plan;
  /** Why the run ended early, if it did. */
  readonly interrupted?: string | null;
}

/** Judges a run from its observations alone: the same observations give the same checklist, at any time. */
export function judge(options: JudgeOptions): Checklist {
  const { contract, observations, plan } = options;
  const assembled = assemble(observations, plan?.experiments);
  const judged = targets(contract).flatMap((target) => resultsFor(target, assembled, options));
  const { results, notes } = subtractAccepted(judged, contract.accept, options.today);
  const run = assembled.run;
  const fingerprint = fingerprintsOf(contract, assembled);
  const coverage = coverageOf(alertProofOf(observations), run, contract);
  return {
    schemaVersion: 1,
    run: run?.run ?? "",
    service: contract.service?.name ?? contract.scenarios[0]?.name ?? "",
    contract: { file: contract.file, digest: contract.digest },
    seed: run?.seed ?? plan?.seed ?? 0,
    ...(run?.profile === undefined ? {} : { profile: run.profile }),
    startedAt: run?.startedAt ?? "",
    versions: run?.versions ?? { holdfast: "", node: "", platform: "" },
    noise: assembled.noise,
    ...measuredCost(assembled, options),
    items: rollUp(results),
    findings: findingsOf(results),
    incidents: incidentsOf(results, assembled),
    runbookGaps: runbookGaps(results, assembled, contract, coverage),
    ...(coverage.length > 0 ? { alertCoverage: coverage } : {}),
    notBuilt: contract.notBuilt.map((one) => ({
      path: one.path.join("."),
      line: one.place.line,
      what: one.what,
    })),
    interrupted: options.interrupted ?? null,
    notes,
    ...(fingerprint.length > 0 ? { fingerprint } : {}),
  };
}

function resultsFor(target: Target, assembled: Assembled, options: JudgeOptions): CheckResult[] {
  const evidence = evidenceFor(assembled, target);
  const wanted = new Set(selected(options.only).map((check) => check.id));
  const failed: string[] = [];
  return checks.map((check) => {
    const judgement = wanted.has(check.id)
      ? judgeOne(check, { ...evidence, failed: [...failed] }, target)
      : bare("not-tested", "not asked for in this run");
    if (judgement.verdict === "fail") failed.push(check.id);
    return resultOf(check, judgement, target, options);
  });
}

/** One check on one target, its own gates included. */
export function judgeOne(check: Check, evidence: Evidence, target: Target): Judgement {
  const subject = check.about(target);
  if (isNotApplicable(subject)) return bare("not-applicable", subject.notApplicable);
  return withJudgedOn(check.id, check.judge(subject, evidence, target), evidence.alertProof);
}

function alertProofOf(observations: readonly Observation[]): AlertProofRecord | undefined {
  return observations.findLast((one) => one.type === "alert-proof");
}

function bare(verdict: Judgement["verdict"], because: string): Judgement {
  return { verdict, because, fired: 0, samples: 0, evidence: [] };
}

function resultOf(check: Check, judgement: Judgement, target: Target, options: JudgeOptions): CheckResult {
  const path = check.commitment(target);
  const place = target.contract.at(path);
  const remedy = options.remedies?.[check.id];
  const serves = check.served?.(target) ?? null;
  const isOpen = judgement.verdict === "fail" || judgement.verdict === "advice";
  return {
    id: check.id,
    item: check.item,
    ...(serves === null
      ? { integration: target.integration.name, operation: target.operation.name }
      : { serves }),
    scenario: target.scenario.name,
    question: check.question,
    rule: check.rule,
    source: check.source,
    required: check.required,
    contract: {
      file: target.contract.file,
      line: place.line,
      column: place.column,
      path: path.join("."),
      declared: target.contract.declares(path),
    },
    ...(isOpen && remedy !== undefined ? { remedy } : {}),
    repeat: options.repeat(check.id),
    ...judgement,
  };
}
