import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { deadline } from "./deadline.ts";

const declared = targetWith({ policy: { deadlineMs: 4_000 } });
const undeclared = targetWith();
const ended = (ms: number): CallFacts => ({
  attempts: [{ at: 0, doneAt: null, closedAt: ms - 5 }],
  endedAt: ms,
});
const open: CallFacts = { attempts: [{ at: 0, doneAt: null }], endedAt: null };
const retriedOn: CallFacts = {
  attempts: [0, 6_000, 13_000].map((at) => ({ at, doneAt: null, closedAt: at + 5_000 })),
  endedAt: null,
};

function judged(hang: CallFacts, drip: CallFacts, target = declared) {
  const evidence = evidenceWith({ "hang-forever": times(5, hang), "drip-forever": times(5, drip) });
  return verdictOf(deadline, evidence, target);
}

describe("deadline", () => {
  it("passes when calls end in time, silent or trickling", () => {
    const found = judged(ended(2_700), ended(4_100));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /all 10 calls ended within 4\.1 s/);
  });

  it("fails when a call ends too late", () => {
    const found = judged(ended(4_500), ended(1_000));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /silent, 5 of 5 calls took up to 4\.5 s/);
  });

  it("fails on the trickle alone", () => {
    const found = judged(ended(2_000), open);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /trickled/);
    assert.match(found.diagnosis ?? "", /every byte/);
  });

  it("fails when one call of many is late", () => {
    const hang = [...times(4, ended(2_000)), ended(9_000)];
    const evidence = evidenceWith({ "hang-forever": hang, "drip-forever": times(5, ended(2_000)) });
    assert.equal(verdictOf(deadline, evidence, declared).verdict, "fail");
  });

  it("fails when an attempt starts after the deadline although the caller has its answer", () => {
    const late: CallFacts = {
      attempts: [{ at: 0, doneAt: null }, { at: 6_000 }],
      endedAt: 3_000,
      watchedUntil: 7_000,
    };
    const found = judged(late, ended(2_000));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /started 6 s after/);
  });

  it("does not take the one attempt of a machine that stood still for a policy", () => {
    const late: CallFacts = {
      attempts: [{ at: 0, doneAt: null }, { at: 4_500 }],
      endedAt: 3_000,
      watchedUntil: 7_000,
    };
    const trickled = [...times(4, ended(2_000)), late];
    const evidence = evidenceWith({ "hang-forever": times(5, ended(2_000)), "drip-forever": trickled });
    const found = verdictOf(deadline, evidence, declared);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /one of 5 calls .* may be the machine/);
    assert.equal(found.more?.experiment, "drip-forever");
    const again = [...trickled, late];
    const twice = evidenceWith({ "hang-forever": times(5, ended(2_000)), "drip-forever": again });
    assert.equal(verdictOf(deadline, twice, declared).verdict, "fail");
  });

  it("fails undeclared when a call hangs and nothing was ever given up", () => {
    assert.equal(judged(open, ended(1_000), undeclared).verdict, "fail");
    assert.equal(judged(ended(1_000), open, undeclared).verdict, "fail");
  });

  it("says of a hang which attempt limit it is held against, the default or the declared one", () => {
    const byDefault = judged(open, ended(1_000), undeclared);
    assert.match(
      byDefault.because,
      /held the caller for 20 s .* default of 10 s for an attempt; no deadline/,
    );
    const attemptOnly = targetWith({ policy: { attemptTimeoutMs: 2_000 } });
    assert.match(judged(ended(1_000), open, attemptOnly).because, /the declared 2 s for an attempt/);
  });

  it("is inconclusive about an open call whose declared deadline lies beyond the watch", () => {
    const patient = targetWith({ policy: { deadlineMs: 40_000 } });
    for (const found of [judged(open, ended(1_000), patient), judged(ended(1_000), open, patient)]) {
      assert.equal(found.verdict, "inconclusive");
      assert.match(found.because, /not seen to end within 20 s; the declared 40 s lies beyond the watch/);
    }
  });

  it("is inconclusive undeclared when the declared attempt limit lies beyond the watch", () => {
    const slow = targetWith({ policy: { attemptTimeoutMs: 25_000 } });
    assert.equal(judged(open, ended(1_000), slow).verdict, "inconclusive");
  });

  it("takes an end after the default for advice, and after a declared deadline for a failure", () => {
    assert.equal(judged(ended(33_000), ended(1_000), undeclared).verdict, "advice");
    const asLong = targetWith({ policy: { deadlineMs: 30_000 } });
    assert.equal(judged(ended(33_000), ended(1_000), asLong).verdict, "fail");
  });

  it("is inconclusive undeclared while attempts are given up and made again", () => {
    const found = judged(retriedOn, ended(1_000), undeclared);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /default of 30 s/);
  });

  it("takes one hanging call among retried ones for a hang, and a closed attempt for given up", () => {
    const evidence = evidenceWith({
      "hang-forever": [...times(3, retriedOn), open],
      "drip-forever": times(5, ended(1_000)),
    });
    assert.equal(verdictOf(deadline, evidence, undeclared).verdict, "fail");
    const closed: CallFacts = { attempts: [{ at: 0, doneAt: null, closedAt: 9_000 }], endedAt: null };
    assert.equal(judged(closed, ended(1_000), undeclared).verdict, "inconclusive");
    const mixed: CallFacts = {
      attempts: [
        { at: 0, doneAt: null },
        { at: 12_000, doneAt: null },
      ],
      endedAt: null,
    };
    assert.equal(judged(mixed, ended(1_000), undeclared).verdict, "inconclusive");
  });

  it("lets a hang under the trickle outweigh what is open under silence", () => {
    assert.equal(judged(retriedOn, open, undeclared).verdict, "fail");
  });

  it("needs both experiments", () => {
    const evidence = evidenceWith({ "hang-forever": times(5, ended(2_000)) });
    assert.match(verdictOf(deadline, evidence, declared).because, /drip-forever did not run/);
  });
});
