import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answersMet, type Met } from "../testing/answers.ts";
import { evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { toleratesUnknownField } from "./tolerates-unknown-field.ts";

const changes = [
  "unknown-field",
  "unknown-nested-field",
  "reordered-keys",
  "extra-header",
  "reason-phrase",
  "charset",
  "long-string",
  "big-integer",
  "unknown-enum",
];
const fault = (change: string) => ({ kind: "mutate", change });

/** Every change passes but for what is said of some. */
function judged(said: Readonly<Record<string, Omit<Met, "fault">>>) {
  const met = changes.map((change) => ({ fault: fault(change), ...said[change] }));
  return verdictOf(
    toleratesUnknownField,
    evidenceWith({ "changed-answers": answersMet("changed-answers", met) }),
  );
}

describe("tolerates-unknown-field", () => {
  it("asks for one experiment in which each call meets another change", () => {
    const [planned, ...more] = toleratesUnknownField.plan(null, targetWith());
    assert.equal(more.length, 0);
    assert.deepEqual(planned?.procedure, { kind: "step-per-call" });
    assert.deepEqual(
      planned.program.steps.map((step) => step.fault?.["change"]),
      changes,
    );
  });

  it("passes when every call ends as without a change, and names what was tried", () => {
    const found = judged({});
    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /^all 27 calls ended .*: an unknown field, .*another way to write the charset/,
    );
    assert.equal(found.samples, 27);
  });

  it("fails when a change without a meaning breaks every call, and says which", () => {
    for (const change of changes.slice(0, 6)) {
      const found = judged({ [change]: { outcome: "failed" } });
      assert.equal(found.verdict, "fail", change);
      assert.match(found.because, /\(3 of 3 calls\)$/);
    }
    assert.match(judged({ "unknown-field": { outcome: "failed" } }).diagnosis ?? "", /closed description/);
    assert.equal(judged({ "unknown-field": { outcome: "unfinished" } }).verdict, "fail");
  });

  it("fails when an instance ends under a change, whichever it is, and quotes its last words", () => {
    for (const change of ["unknown-field", "unknown-enum"]) {
      const found = judged({ [change]: { crashed: true, calls: 1 } });
      assert.equal(found.verdict, "fail", change);
      assert.match(found.because, /1 instance ended under it/);
      assert.match(found.diagnosis ?? "", /TypeError: planted/);
    }
  });

  it("advises where a value that is new breaks every call", () => {
    assert.equal(judged({ "long-string": { outcome: "failed" } }).verdict, "advice");
    assert.equal(judged({ "big-integer": { outcome: "failed", status: 502 } }).verdict, "advice");
  });

  it("takes a clean refusal of an unknown word for right, a bare 500 or another attempt for advice", () => {
    const clean = judged({ "unknown-enum": { outcome: "failed", status: 502 } });
    assert.equal(clean.verdict, "pass");
    assert.match(clean.because, /an unknown word in place of a known one was refused with a clean failure/);
    assert.equal(judged({ "unknown-enum": { outcome: "failed", status: 500 } }).verdict, "advice");
    assert.equal(judged({ "unknown-enum": { outcome: "failed", attempts: 3 } }).verdict, "advice");
  });

  it("is inconclusive where some calls failed and others did not, and asks for more", () => {
    const experiment = answersMet("changed-answers", [
      { fault: fault("unknown-field"), calls: 2 },
      { fault: fault("unknown-field"), calls: 1, outcome: "failed" },
    ]);
    const found = verdictOf(toleratesUnknownField, evidenceWith({ "changed-answers": experiment }));
    assert.equal(found.verdict, "inconclusive");
    assert.equal(found.more?.experiment, "changed-answers");
    assert.equal(judged({ "reordered-keys": { calls: 1 } }).verdict, "inconclusive");
  });

  it("leaves out what the answer has no place for, and does not apply to answers without JSON objects", () => {
    const found = judged({ "unknown-nested-field": { fired: false }, "long-string": { fired: false } });
    assert.equal(found.verdict, "pass");
    assert.doesNotMatch(found.because, /nested/);
    const plain = judged({ "unknown-field": { fired: false }, "unknown-nested-field": { fired: false } });
    assert.equal(plain.verdict, "not-applicable");
  });

  it("says nothing without evidence", () => {
    assert.equal(verdictOf(toleratesUnknownField, evidenceWith({})).verdict, "inconclusive");
    const none = changes.map((change) => [change, { fired: false }] as const);
    assert.equal(judged(Object.fromEntries(none)).verdict, "inconclusive");
    const red = evidenceWith(
      { "changed-answers": answersMet("changed-answers", [{ fault: fault("unknown-field") }]) },
      { healthyCall: () => ({ outcome: "failed" }) },
    );
    assert.equal(verdictOf(toleratesUnknownField, red).verdict, "inconclusive");
  });
});
