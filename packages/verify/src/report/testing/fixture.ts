import { items } from "@holdfast/core";
import type { Checklist, CheckResult, Finding, ItemResult } from "../model.ts";
import { experiments, observations } from "./fixture-calls.ts";
import { fingerprint } from "./fixture-fingerprint.ts";
import type { MadeResult } from "./fixture-helpers.ts";
import { noise, run } from "./fixture-observations.ts";
import { others } from "./fixture-others.ts";
import { retries } from "./fixture-retries.ts";
import { timeouts } from "./fixture-timeouts.ts";

export { observations };

const rules: Readonly<Record<string, string>> = {
  bounded: "A call makes no more attempts than the contract declares; without a declaration, no more than 5.",
  deadline:
    "The caller has its answer within the deadline plus 5 % and the noise of the machine, whatever the provider does.",
};

function result(made: MadeResult): CheckResult {
  const { integration = "payments", ...rest } = made;
  const where = integration === "" ? {} : { integration, operation: "charge", scenario: "place-order" };
  return {
    fired: 0,
    samples: 0,
    evidence: [],
    question: `Does the integration keep what ${made.id} asks?`,
    rule:
      rules[made.id] ??
      "What the contract declares is kept in every judged call, noise of the machine allowed for.",
    source: "guide/references/reliability-retries.md; Google SRE book, chapter 22",
    required: true,
    repeat: `holdfast verify --only ${made.id} --seed ${run.seed}`,
    ...where,
    ...rest,
  };
}

const results: readonly CheckResult[] = [...timeouts, ...retries, ...others].map(result);

function saysOf(checks: readonly CheckResult[], open: readonly CheckResult[]): string {
  const decided = checks.filter((check) => check.verdict !== "not-applicable" && !open.includes(check));
  const waiting = open.filter((check) => check.required).map((check) => check.id);
  const rest = waiting.length === 0 ? "" : `; required and open: ${waiting.join(", ")}`;
  return `${decided.length} of ${checks.length} checks${rest}`;
}

function item(declared: (typeof items)[number]): ItemResult {
  const checks = results.filter((check) => check.item === declared.id);
  const open = checks.filter((check) => check.verdict === "inconclusive" || check.verdict === "not-tested");
  const failed = checks.some((check) => check.verdict === "fail" && check.accepted === undefined);
  const applicable = checks.filter((check) => check.verdict !== "not-applicable");
  const incomplete = open.some((check) => check.required);
  const advised = checks.some((check) => check.verdict === "advice" && check.accepted === undefined);
  const rest = incomplete ? "incomplete" : advised ? "advice" : "pass";
  const decided = applicable.length === 0 ? "not-applicable" : rest;
  return {
    ...declared,
    verdict: failed ? "fail" : decided,
    says: saysOf(checks, open),
    checks,
  };
}

function finding(check: CheckResult, index: number): Finding {
  return {
    id: `F-${(0x5e1f00 + index * 7919).toString(16)}`,
    check: check.id,
    at: "payments.charge",
    verdict: check.verdict === "fail" ? "fail" : "advice",
    severity: check.severity ?? "medium",
    because: check.because,
    diagnosis: check.diagnosis ?? "",
    remedy: check.remedy ?? "",
    accepted: check.accepted !== undefined,
  };
}

const findings = results
  .filter((check) => check.verdict === "fail" || check.verdict === "advice")
  .map(finding);

function findingOf(check: string): Finding {
  const found = findings.find((candidate) => candidate.check === check);
  if (found === undefined) throw new Error(`the fixture has no finding of ${check}`);
  return found;
}

/** A checklist as a real run of a naive payments integration would bring it. */
export const checklist: Checklist = {
  schemaVersion: 1,
  run: run.run,
  service: "checkout",
  contract: { file: run.contractFile, digest: run.contractDigest },
  seed: run.seed,
  startedAt: run.startedAt,
  wallMs: 48_210,
  longestExperimentMs: 21_400,
  startMs: 298,
  lowerBoundMs: 39_500,
  versions: run.versions,
  noise,
  items: items.map(item),
  experiments: experiments.map(({ experiment, samples, wallMs }) => ({
    id: experiment.id,
    summary: experiment.summary,
    checks: experiment.checks,
    samples,
    wallMs,
    lowerBoundMs: experiment.lowerBoundMs,
  })),
  findings,
  incidents: [
    {
      id: "INC-5e1f2a90",
      title: "Customers are charged twice when a reply of payments is lost",
      finding: findingOf("one-effect-on-lost-reply").id,
      severity: "critical",
      story:
        "When the connection to payments breaks after the charge was made, checkout sends the charge again under a new key. Each such customer pays twice; at a connection failure rate of 0.1 % and 50,000 orders a day that is 50 double charges a day.",
      timeline: [
        { atMs: 3_003, what: "Attempt 1 is sent: POST /v1/charges" },
        { atMs: 3_005.1, what: "payments executes the charge" },
        { atMs: 3_006.4, what: "The connection is reset before the reply arrives" },
        { atMs: 3_207, what: "Attempt 2 is sent with another key" },
        { atMs: 3_209, what: "payments executes the charge again" },
        { atMs: 3_214, what: "The caller is told that the order succeeded" },
      ],
      file: "incidents/INC-5e1f2a90.md",
    },
    {
      id: "INC-07c41be3",
      title: "Retries of payments never end while it answers 503",
      finding: findingOf("bounded").id,
      severity: "critical",
      story:
        "While payments is down, every order keeps calling it five times a second until its process ends. The load on payments grows with each new order, and payments cannot come back.",
      timeline: [
        { atMs: 1_004, what: "Attempt 1 is answered with 503" },
        { atMs: 1_207, what: "Attempt 2 is answered with 503" },
        { atMs: 10_545, what: "Attempt 48 is answered with 503" },
        { atMs: 11_000, what: "We stop watching; the caller still has no answer" },
      ],
      file: "incidents/INC-07c41be3.md",
    },
  ],
  alertCoverage: [
    {
      integration: "payments",
      failureMode: "provider silent or slow",
      calls: 5,
      failed: 5,
      alert: { state: "fires", name: "ErrorBudgetBurn1h", afterMs: 120_000, resolvedMs: 300_000, others: 1 },
      runbook: { state: "covered", section: "Timeouts" },
    },
    {
      integration: "payments",
      failureMode: "provider unavailable (5xx)",
      calls: 12,
      failed: 12,
      alert: { state: "silent" },
      runbook: { state: "uncovered" },
    },
    {
      integration: "payments",
      failureMode: "connection reset or refused",
      calls: 4,
      failed: 0,
      alert: { state: "absorbed" },
      runbook: { state: "absorbed" },
    },
  ],
  runbookGaps: [
    {
      rule: "groups:\n  - name: payments",
      section: "## The provider is silent\n\nShed load.",
      failureMode: "payments hangs",
      integration: "payments",
      signature: "no answer and no error; requests in flight grow",
      gap: "runbooks/payments.md does not exist",
      todo: "Say how to see the hang, how to shed load, and when to switch charging off.",
    },
    {
      failureMode: "payments answers 503",
      integration: "payments",
      signature: "`provider said 503` five times a second for each order",
      gap: "runbooks/payments.md does not exist",
      todo: "Say how to stop the retries and how orders are taken up again afterwards.",
    },
  ],
  notBuilt: [{ path: "integrations.orders", line: 44, what: "protocol postgres" }],
  notes: ["The acceptance of jitters (holdfast.yaml:52) expired on 2026-10-31."],
  fingerprint: [fingerprint],
  interrupted: null,
};
