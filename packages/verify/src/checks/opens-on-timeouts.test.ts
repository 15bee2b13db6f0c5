import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { breakerFacts } from "../breaker-facts.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { loadExperiment, refused, well } from "../testing/loads.ts";
import { opensOnTimeouts } from "./opens-on-timeouts.ts";

const breaker = { windowMs: 10_000, minCalls: 20, failureRate: 0.5, open: { baseMs: 1_000 } };
const declared = targetWith({ policy: { attemptTimeoutMs: 500, breaker } });

/** A call that waited for an answer until its attempt was given up. */
const silent: CallFacts = { attempts: [{ at: 2, doneAt: null, closedAt: 500 }], endedAt: 505 };

function judged(failing: readonly CallFacts[], target = declared) {
  const load = loadExperiment("load-silence", { stages: { healthy: well, failing } });
  return verdictOf(opensOnTimeouts, evidenceWith({ "load-silence": load }), target);
}

describe("opens-on-timeouts", () => {
  it("passes when calls in a row end without a request after so much silence", () => {
    const found = judged([...times(30, silent), ...times(30, refused)]);

    assert.equal(found.verdict, "pass");
    assert.match(found.because, /after 30 failing calls in 1\.2 s of silence, 30 calls in a row/);
  });

  it("fails when calls still go out to wait long after the threshold", () => {
    const found = judged(times(120, silent));

    assert.equal(found.verdict, "fail");
    assert.match(
      found.because,
      /never opened on silence: .* when 24 silent calls had begun, and 96 calls after that/,
    );
  });

  it("does not take a full pool for a breaker: it refuses while requests are under way", () => {
    const full = times(120, (index) => (index % 15 < 3 ? silent : refused));

    const found = judged(full);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /were not enough to tell/);
  });

  it("is inconclusive when too few calls ended to reach the threshold", () => {
    assert.equal(judged(times(25, silent)).verdict, "inconclusive");
    assert.equal(judged(times(120, { ...silent, endedAt: null })).verdict, "inconclusive");
  });

  it("is inconclusive where an attempt may wait for long, and plans nothing then", () => {
    const patient = targetWith({ policy: { breaker } });

    const found = judged(times(120, silent), patient);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /unanswered for 10 s.*declare an `attemptTimeout`/);
    assert.deepEqual(opensOnTimeouts.plan(breakerFacts(patient), patient), []);
  });

  it("does not apply where no breaker is declared, and is inconclusive without a load", () => {
    assert.equal(judged(times(120, silent), targetWith()).verdict, "not-applicable");
    assert.equal(verdictOf(opensOnTimeouts, evidenceWith({}), declared).verdict, "inconclusive");
  });
});
