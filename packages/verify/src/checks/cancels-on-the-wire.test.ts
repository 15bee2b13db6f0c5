import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, times, verdictOf } from "../testing/evidence.ts";
import { cancelsOnTheWire } from "./cancels-on-the-wire.ts";

function judged(call: CallFacts) {
  return verdictOf(cancelsOnTheWire, evidenceWith({ "hang-forever": times(5, call) }));
}

const released = (closedAt: number | undefined, watchedUntil = 4_000): CallFacts => ({
  attempts: [{ at: 0, doneAt: null, ...(closedAt === undefined ? {} : { closedAt }) }],
  endedAt: 1_000,
  watchedUntil,
});

describe("cancels-on-the-wire", () => {
  it("passes when the socket closes with the caller's answer, before or shortly after", () => {
    for (const closedAt of [990, 1_000, 1_250]) assert.equal(judged(released(closedAt)).verdict, "pass");
  });

  it("advises when it closes noticeably later", () => {
    const found = judged(released(1_260));
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /260 ms later/);
  });

  it("fails when it is still open 2 s later, or closed only then", () => {
    assert.equal(judged(released(undefined)).verdict, "fail");
    assert.equal(judged(released(3_100)).verdict, "fail");
    assert.match(judged(released(undefined)).because, /5 of 5.*at least 3 s/);
  });

  it("takes a close after the watch, when the instance is stopped, for none", () => {
    assert.equal(judged(released(9_000)).verdict, "fail");
  });

  it("says nothing when the watch was too short to call it a leak", () => {
    assert.equal(judged(released(undefined, 2_500)).verdict, "inconclusive");
  });

  it("holds an attempt against the next one", () => {
    const retried: CallFacts = {
      attempts: [
        { at: 0, doneAt: null },
        { at: 800, doneAt: null, closedAt: 1_600 },
      ],
      endedAt: 1_600,
      watchedUntil: 4_000,
    };
    assert.equal(judged(retried).verdict, "fail");
  });

  it("is inconclusive when nothing was given up", () => {
    const found = judged({ attempts: [{ at: 0, doneAt: null }], endedAt: null });
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /nothing to release/);
  });
});
