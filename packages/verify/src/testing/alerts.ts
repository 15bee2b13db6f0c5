import type { Firing, OperationsProof } from "@holdfast/operate";
import type { AlertProofRecord, CapturedMode } from "../alerts/model.ts";
import { judgeOne } from "../judge.ts";
import type { Check, Judgement, Target } from "../model.ts";
import { evidenceWith, targetWith } from "./evidence.ts";

/** The same target with everything declared that alerts are judged by. */
export function withAlerts(target: Target): Target {
  const { contract, integration } = target;
  const operations = { rules: [{ path: "/shop/ops/a.yml", written: "ops/a.yml" }], dashboards: [] };
  const metrics = { method: "GET", path: "/metrics" };
  const service = contract.service === null ? null : { ...contract.service, metrics };
  const slo = { availability: 0.999, latency: null, windowMs: null };
  return { ...target, contract: { ...contract, operations, service }, integration: { ...integration, slo } };
}

/** A target that declares everything that alerts are judged by; `over` changes what the integration declares. */
export function alertTarget(
  over: Partial<Target["integration"]> = {},
  contract: Partial<Target["contract"]> = {},
): Target {
  const target = withAlerts(targetWith());
  return {
    ...target,
    contract: { ...target.contract, ...contract },
    integration: { ...target.integration, ...over },
  };
}

/** A firing of an alert that does everything right. */
export function firingOf(facts: Partial<Firing> = {}): Firing {
  return {
    alert: "PaymentsFail",
    file: "ops/a.yml",
    labels: { alertname: "PaymentsFail", integration: "payments" },
    annotations: { summary: "calls fail", runbook_url: "runbooks/payments.md" },
    firedAtMs: 120_000,
    resolvedAtMs: 300_000,
    watchedMs: 3_600_000,
    ...facts,
  };
}

/** A way to fail under which every call failed. */
export function modeOf(facts: Partial<CapturedMode> = {}): CapturedMode {
  const mode = facts.mode ?? "provider unavailable (5xx)";
  return {
    id: `payments/${mode}`,
    integration: "payments",
    operation: "charge",
    mode,
    experiment: "place-order/payments.charge/503-forever",
    calls: 12,
    failed: 12,
    unread: null,
    ...facts,
  };
}

/** A proof in which one alert fires under an outage and nothing is wrong. */
export function proofOf(facts: Partial<OperationsProof> = {}): OperationsProof {
  const { alert, file, labels, annotations } = firingOf();
  return {
    promtool: "2.42.0",
    assumed: ["the traffic is 1 call a second"],
    problems: [],
    alerts: [
      { file, name: alert, labels, annotations, metrics: ["calls_total"], missing: [], looksBackMs: 600_000 },
    ],
    control: [],
    controlMs: 3_600_000,
    faults: [{ id: "payments/provider unavailable (5xx)", firing: [firingOf()] }],
    dashboards: [],
    queries: [],
    metrics: ["calls_total"],
    ...facts,
  };
}

/** The record of a run with this proof. */
export function proofRecord(
  facts: Partial<Omit<AlertProofRecord, "proof">> = {},
  proof: Partial<OperationsProof> | null = {},
): AlertProofRecord {
  return {
    type: "alert-proof",
    rules: "declared",
    dashboards: "declared",
    problem: null,
    scrapes: { read: 8, failed: 0, firstError: null },
    metrics: ["calls_total"],
    recorded: [],
    alerts: ["PaymentsFail"],
    modes: [modeOf()],
    proof: proof === null ? null : proofOf(proof),
    runbooks: [],
    links: [],
    ...facts,
  };
}

/** What a check says of a record; `undefined`: the run put nothing to the proof. */
export function alertVerdict(
  check: Check<never> | Check<null> | Check<string>,
  record: AlertProofRecord | undefined,
  target: Target = alertTarget(),
  runbook: string | null = "# Payments\n\n## Outage\n\nCall somebody.",
): Judgement {
  const kept = { path: "runbooks/payments.md", text: runbook };
  const evidence = evidenceWith(
    {},
    { runbook: kept, ...(record === undefined ? {} : { alertProof: record }) },
  );
  return judgeOne(check as Check, evidence, target);
}
