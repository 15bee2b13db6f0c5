import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FaultSpec } from "@holdfast/faults";
import type { ExperimentEvidence } from "../model.ts";
import { evidenceWith, experimentOf, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { coversObservedFailures } from "./covers-observed-failures.ts";

const path = "runbooks/payments.md";
const declared = targetWith();
const undeclared = { ...declared, integration: { ...declared.integration, runbook: null } };

function under(
  name: string,
  fault: FaultSpec,
  outcome: "failed" | "succeeded" | "unfinished" = "failed",
): ExperimentEvidence {
  const found = experimentOf(name, times(12, { attempts: [{ at: 0 }], outcome }));
  const program = { steps: [{ fault, times: "forever" as const }] };
  return { ...found, experiment: { ...found.experiment, program } };
}

const outage = { "503-forever": under("503-forever", { kind: "status", status: 503 }) };
const silence = { "hang-forever": under("hang-forever", { kind: "hang" }, "unfinished") };

function judged(
  text: string | null | undefined,
  experiments: Readonly<Record<string, ExperimentEvidence>>,
  failed: readonly string[] = [],
) {
  const runbook = text === undefined ? null : { path, text };
  return verdictOf(coversObservedFailures, evidenceWith(experiments, { runbook, failed }));
}

describe("covers-observed-failures", () => {
  it("passes a runbook that names every mode under which calls failed", () => {
    const found = judged("When it answers 503, or calls time out.", { ...outage, ...silence });
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /all 2 failure modes .*silent or slow, provider unavailable/);
  });

  it("names those that it leaves out, with how they looked", () => {
    const found = judged("When it answers 503, wait.", { ...outage, ...silence });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 of 2 failure modes that the run showed: provider silent or slow/);
    assert.match(found.evidence[0]?.note ?? "", /no answer/);
  });

  it("asks nothing of modes that the service lived with", () => {
    const lived = { "hang-forever": under("hang-forever", { kind: "hang" }, "succeeded") };
    assert.equal(judged("When it answers 503, wait.", { ...outage, ...lived }).verdict, "pass");
  });

  it("asks for what a failed check showed", () => {
    const failed = ["one-effect-on-lost-reply"];
    assert.match(judged("When it answers 503, wait.", outage, failed).because, /effect happens twice/);
    assert.equal(judged("503s, and duplicate charges.", outage, failed).verdict, "pass");
  });

  it("does not apply where nothing failed, or where there is no runbook", () => {
    const lived = { "503-forever": under("503-forever", { kind: "status", status: 503 }, "succeeded") };
    assert.equal(judged("Nothing.", lived).verdict, "not-applicable");
    assert.equal(judged(null, outage).verdict, "not-applicable");
    assert.equal(
      verdictOf(coversObservedFailures, evidenceWith(outage), undeclared).verdict,
      "not-applicable",
    );
  });

  it("is inconclusive without the outage or without a text", () => {
    assert.equal(judged("503", {}).verdict, "inconclusive");
    assert.equal(judged(undefined, outage).verdict, "inconclusive");
  });
});
