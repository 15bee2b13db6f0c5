import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FaultSpec } from "@holdfast/faults";
import type { ExperimentEvidence } from "../model.ts";
import { evidenceWith, experimentOf, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { logsDiagnose } from "./logs-diagnose.ts";

const declared = targetWith({ service: { logs: { format: "json", file: null } } });

const kinds: Readonly<Record<string, { readonly fault: FaultSpec; readonly says: string }>> = {
  "503-forever": { fault: { kind: "status", status: 503 }, says: "status 503" },
  "400-once": { fault: { kind: "status", status: 400 }, says: "status 400" },
  "429-once": { fault: { kind: "status", status: 429 }, says: "status 429" },
  "hang-forever": { fault: { kind: "hang" }, says: "timeout" },
  "reset-once-fresh": { fault: { kind: "reset" }, says: "ECONNRESET" },
};

type Say = (says: string, name: string) => readonly string[] | null;

/** Four failed calls of each kind, of three attempts each, with the lines that `say` makes of what the runtime says. */
function judged(say: Say, target = declared, outcome: "failed" | "succeeded" = "failed") {
  const experiments = Object.entries(kinds).map(([name, { fault, says }]): [string, ExperimentEvidence] => {
    const excerpt = say(says, name);
    const log = excerpt === null ? null : { lines: excerpt.length, excerpt };
    const attempts = [1, 2, 3].map((at) => ({ at, fault: { spec: fault, step: 0 } }));
    const found = experimentOf(name, times(4, { attempts, outcome, log }));
    const program = { steps: [{ fault, times: "forever" as const }] };
    return [name, { ...found, experiment: { ...found.experiment, program } }];
  });
  const healthyCall = () => ({ log: { lines: 1, excerpt: ["order paid"] } });
  return verdictOf(logsDiagnose, evidenceWith(Object.fromEntries(experiments), { healthyCall }), target);
}

const whole: Say = (says) => [`payments.charge attempt 3/3 failed after 120 ms: ${says}`];

describe("logs-diagnose", () => {
  it("passes lines that tell all six", () => {
    const found = judged(whole);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /6 of 6 facts; 5 of 5 kinds of failure can be told apart/);
  });

  it("lets one fact go, and advises when two are missing", () => {
    assert.equal(judged((says) => [`payments.charge attempt 3 failed: ${says}`]).verdict, "pass");
    const found = judged((says) => [`payments.charge failed: ${says}`]);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /no attempt, no elapsed time/);
  });

  it("finds one line for every failure, and fewer than half of the facts", () => {
    const found = judged(() => ["payments.charge attempt 3/3 failed after 120 ms"]);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 of 5 kinds .*429, 4xx, hang, reset look like 5xx/);
    assert.equal(
      judged((says) => [`failed: ${says.replace(/\d+/, (status) => `E${status}`)}`]).verdict,
      "fail",
    );
    assert.equal(judged(() => ["failed"], targetWith()).verdict, "advice");
  });

  it("finds silence, about every failure or about one kind", () => {
    assert.match(judged(() => ["order paid"]).because, /20 of 20 failed calls left no line/);
    const found = judged((says, name) => (name === "hang-forever" ? [] : whole(says, name)));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /nothing is logged after hang$/);
  });

  it("is inconclusive without captured logs", () => {
    assert.equal(judged(() => null).verdict, "inconclusive");
    const two = judged((says, name) => (name > "5" || name.startsWith("429") ? null : whole(says, name)));
    assert.equal(two.verdict, "inconclusive");
    assert.match(two.because, /only 2 kinds of failure can be compared|needed/);
  });

  it("does not apply without a failed call or without a service", () => {
    assert.equal(judged(whole, declared, "succeeded").verdict, "not-applicable");
    assert.equal(judged(whole, targetWith({ service: null })).verdict, "not-applicable");
  });
});
