import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Answer } from "@holdfast/contract";
import { answersMet, type Met } from "../testing/answers.ts";
import { evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { survivesUnknownVersion } from "./survives-unknown-version.ts";

const fault = { kind: "mutate", change: "unknown-version" };
const versioned = { status: 200, headers: { "content-type": "application/vnd.shop.v1+json" }, body: "{}" };
const target = targetWith({ operation: { answer: versioned } });
const judged = (...met: readonly Omit<Met, "fault">[]) =>
  verdictOf(
    survivesUnknownVersion,
    evidenceWith({
      [fault.change]: answersMet(
        fault.change,
        met.map((one) => ({ fault, ...one })),
      ),
    }),
    target,
  );

describe("survives-unknown-version", () => {
  it("does not apply where the declared answer names no version", () => {
    const body = { ...versioned, headers: {}, body: `{"schemaVersion":1}` };
    const plain = { ...versioned, headers: {} };
    const planned = (answer: Answer) =>
      survivesUnknownVersion.plan(null, targetWith({ operation: { answer } })).length;
    assert.deepEqual([planned(versioned), planned(body), planned(plain)], [1, 1, 0]);
    const found = verdictOf(survivesUnknownVersion, evidenceWith({}), targetWith());
    assert.deepEqual(
      [found.verdict, found.because],
      ["not-applicable", "the declared answer names no version"],
    );
    assert.equal(judged({ fired: false }).verdict, "not-applicable");
  });

  it("passes when calls succeed, or are refused at once", () => {
    assert.match(judged({}).because, /all 3 calls succeeded/);
    const refused = judged({ outcome: "failed", status: 502 });
    assert.equal(refused.verdict, "pass");
    assert.match(refused.because, /all 3 calls were refused at once/);
  });

  it("fails when the process ends or calls never do", () => {
    const crashed = judged({ crashed: true });
    assert.equal(crashed.verdict, "fail");
    assert.match(crashed.diagnosis ?? "", /TypeError: planted/);
    assert.match(judged({ outcome: "unfinished" }).because, /3 of 3 calls never ended/);
  });

  it("fails for two calls without an end, and not for one", () => {
    const open = (calls: number) => ({ calls, outcome: "unfinished" as const });
    assert.equal(judged({ calls: 1 }, open(2)).verdict, "fail");
    assert.equal(judged({ calls: 2 }, open(1)).verdict, "inconclusive");
  });

  it("advises where it is asked for again, or ends in a bare 500", () => {
    assert.match(judged({ outcome: "failed", attempts: 4 }).because, /sent again, up to 4 attempts/);
    assert.match(judged({ outcome: "failed", status: 500 }).because, /bare 500/);
  });

  it("is inconclusive where some calls failed and others did not, and without evidence", () => {
    const mixed = judged({ calls: 2 }, { calls: 1, outcome: "failed" });
    assert.equal(mixed.verdict, "inconclusive");
    assert.equal(mixed.more?.experiment, "unknown-version");
    assert.equal(judged({ calls: 2, outcome: "failed" }, { calls: 1 }).verdict, "inconclusive");
    assert.equal(judged({ calls: 1 }).verdict, "inconclusive");
    assert.equal(verdictOf(survivesUnknownVersion, evidenceWith({}), target).verdict, "inconclusive");
  });
});
