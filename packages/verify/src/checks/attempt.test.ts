import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { attempt } from "./attempt.ts";

const declared = targetWith({ policy: { attemptTimeoutMs: 800 }, severity: "high" });
const undeclared = targetWith();

function judged(call: CallFacts, target = declared, count = 5) {
  return verdictOf(attempt, evidenceWith({ "hang-forever": times(count, call) }), target);
}

const closedAfter = (ms: number): CallFacts => ({
  attempts: [{ at: 0, doneAt: null, closedAt: ms }],
  endedAt: ms + 10,
});

describe("attempt", () => {
  it("passes when unanswered attempts are given up in time", () => {
    const found = judged(closedAfter(810));
    assert.equal(found.verdict, "pass");
    assert.equal(found.estimate?.value, 810);
    assert.equal(found.limit?.value, 800);
  });

  it("fails when they are given up later than declared", () => {
    const found = judged(closedAfter(950));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /950 ms.*declared 800 ms/);
    assert.equal(found.evidence.length, 3);
  });

  it("accuses nobody of being late on a machine that hardly runs", () => {
    const late = { "hang-forever": times(5, closedAfter(950)) };
    const found = verdictOf(attempt, evidenceWith(late, { stoodStill: 0.2 }), declared);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /stood still for 20 %.*950 ms/);
  });

  it("advises when only the default is missed", () => {
    assert.equal(judged(closedAfter(15_000), undeclared).verdict, "advice");
    assert.equal(judged(closedAfter(10_300), undeclared).verdict, "pass");
  });

  it("fails when one is not seen to give up, declared or not", () => {
    const open: CallFacts = { attempts: [{ at: 0, doneAt: null }], endedAt: null };
    for (const target of [declared, undeclared]) {
      const found = judged(open, target);
      assert.equal(found.verdict, "fail");
      assert.match(found.because, /not seen to give up within 20 s/);
    }
  });

  it("judges by the next attempt where the socket stays open", () => {
    const retried: CallFacts = {
      attempts: [
        { at: 0, doneAt: null },
        { at: 800, doneAt: null, closedAt: 1_600 },
      ],
      endedAt: 1_600,
    };
    const found = judged(retried);
    assert.equal(found.verdict, "pass");
    assert.equal(found.estimate?.value, 800);
  });

  it("judges by the caller's answer where nothing shows on the wire", () => {
    assert.equal(judged({ attempts: [{ at: 0, doneAt: null }], endedAt: 805 }).verdict, "pass");
  });

  it("does not judge a call that settles late by when it settles", () => {
    const attempts = [0, 4_000, 8_000, 12_000, 16_000].map((at) => ({
      at,
      doneAt: null,
      closedAt: at + 3_000,
    }));
    const found = judged({ attempts, endedAt: 19_500 }, undeclared);
    assert.equal(found.verdict, "pass");
    assert.equal(found.estimate?.value, 3_000);
  });

  it("takes an attempt cut off by the end of the watch for no evidence", () => {
    const attempts = [
      { at: 0, doneAt: null, closedAt: 790 },
      { at: 19_900, doneAt: null },
    ];
    assert.equal(judged({ attempts, endedAt: null }).verdict, "pass");
  });

  it("is inconclusive about fewer than three attempts, or when the experiment did not run", () => {
    assert.equal(judged(closedAfter(800), declared, 2).verdict, "inconclusive");
    assert.match(verdictOf(attempt, evidenceWith({}), declared).because, /did not run/);
  });
});
