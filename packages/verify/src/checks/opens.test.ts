import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { failed, type LoadFacts, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { opens } from "./opens.ts";

const breaker = { windowMs: 10_000, minCalls: 20, failureRate: 0.5, open: { baseMs: 1_000 } };
const declared = targetWith({ policy: { breaker } });
const undeclared = targetWith();

function judged(facts: LoadFacts, target = declared) {
  return verdictOf(opens, evidenceWith({ "load-503": loadExperiment("load-503", facts) }), target);
}

/** A call with so many requests, 20 ms apart. */
const tried = (attempts: number): CallFacts => ({
  attempts: Array.from({ length: attempts }, (_, index) => ({ at: 2 + 20 * index })),
});

describe("opens", () => {
  it("passes when calls in a row end without a request", () => {
    const found = judged({
      stages: { healthy: well, failing: [...times(24, failed), ...times(20, refused)] },
    });

    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /after 24 failing calls in 960 ms, 20 calls in a row ended without a request/,
    );
    assert.equal(found.evidence[0]?.note, "the first call without a request");
  });

  it("fails when calls go on beyond the declared threshold", () => {
    const found = judged({ stages: { healthy: well, failing: times(60, failed) } });

    assert.equal(found.verdict, "fail");
    assert.match(found.because, /never opened: .* reached after 12 failing calls, and 48 calls after that/);
  });

  it("does not take a few calls without a request for an opening", () => {
    const now = [...times(30, failed), ...times(4, refused), ...times(30, failed)];
    const spread = times(80, (index) => (index % 4 === 0 ? failed : refused));

    assert.equal(judged({ stages: { healthy: well, failing: now } }).verdict, "fail");
    assert.notEqual(judged({ stages: { healthy: well, failing: spread } }).verdict, "pass");
  });

  it("is inconclusive while the declared threshold was not reached, or just so", () => {
    const rare = targetWith({ policy: { breaker: { ...breaker, minCalls: 100 } } });
    const strict = targetWith({ policy: { breaker: { ...breaker, failureRate: 0.95 } } });

    const few = judged({ stages: { healthy: well, failing: times(60, failed) } }, rare);
    assert.equal(few.verdict, "inconclusive");
    assert.match(few.because, /60 failing calls were not enough .* was not reached/);
    assert.equal(
      judged({ stages: { healthy: well, failing: times(60, failed) } }, strict).verdict,
      "inconclusive",
    );
    assert.equal(judged({ stages: { healthy: well, failing: times(25, failed) } }).verdict, "inconclusive");
  });

  it("counts the last calls where the window is declared by number", () => {
    const byNumber = targetWith({ policy: { breaker: { windowCalls: 30, minCalls: 10, failureRate: 0.9 } } });

    const found = judged({ stages: { healthy: well, failing: times(60, failed) } }, byNumber);
    assert.match(found.because, /10 calls in the last 30.* after 27 failing calls/);
  });

  it("advises where nothing is declared and every call is tried again to the end", () => {
    const found = judged({ stages: { healthy: well, failing: times(240, tried(3)) } }, undeclared);

    assert.equal(found.verdict, "advice");
    assert.match(found.because, /none was seen in 240 failing calls .* 3\.0 requests for each call/);
  });

  it("accepts a service that never tries again, and retries that are held down", () => {
    const held = [...times(60, tried(3)), ...times(180, failed)];

    for (const failing of [times(240, failed), held]) {
      const found = judged({ stages: { healthy: well, failing } }, undeclared);
      assert.equal(found.verdict, "not-applicable", found.because);
      assert.match(found.because, /the provider is spared/);
    }
  });

  it("sees a breaker that nobody declared", () => {
    const failing = [...times(100, failed), ...times(30, refused)];

    assert.equal(judged({ stages: { healthy: well, failing } }, undeclared).verdict, "pass");
  });

  it("cannot tell by few calls, or by calls that take too long, where nothing is declared", () => {
    const slow = { ...tried(3), endedAt: 5_000 };

    assert.match(
      judged({ stages: { healthy: well, failing: times(90, tried(3)) } }, undeclared).because,
      /100 are needed/,
    );
    const found = judged({ stages: { healthy: well, failing: times(120, slow) } }, undeclared);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /a failing call takes 5 s/);
    // At 25 a second 120 calls begin within 4.8 s: none of them had failed by then.
    assert.equal(found.measured?.[0]?.value, 0);
  });

  it("does not apply to a breaker that is off, nor to a command per call without one", () => {
    const act = { kind: "exec", command: ["call"] } as const;

    for (const mode of ["off", "shadow"] as const) {
      assert.equal(
        judged({ stages: {} }, targetWith({ policy: { breaker: { mode } } })).verdict,
        "not-applicable",
      );
    }
    assert.equal(judged({ stages: {} }, targetWith({ scenario: { act } })).verdict, "not-applicable");
  });

  it("is inconclusive about a load that cannot be judged, and asks for another", () => {
    const failing = [...times(24, failed), ...times(20, refused)];
    const limited = times(12, (index) => (index % 2 === 0 ? served : refused));
    const gaps: readonly (readonly [LoadFacts, RegExp])[] = [
      [{ stages: { healthy: well, failing }, problem: "the instance ended by itself" }, /ended by itself/],
      [{ stages: { healthy: limited, failing } }, /50 % of 12 calls reached the provider/],
      [{ stages: { healthy: well.slice(0, 3), failing } }, /only 3 calls began/],
      [{ stages: { healthy: well, failing }, strays: 10 }, /10 of 46 requests carry neither/],
      [{ stages: { healthy: well, failing }, record: { withheld: 20 } }, /20 calls did not begin/],
    ];
    for (const [facts, says] of gaps) {
      const found = judged(facts);
      assert.equal(found.verdict, "inconclusive");
      assert.match(found.because, says);
      assert.equal(found.more?.experiment, "load-503");
    }
    assert.match(verdictOf(opens, evidenceWith({}), declared).because, /did not run/);
  });

  it("does not take a service that answers nothing for one that refuses", () => {
    const facts = { stages: { healthy: well, failing: [...times(24, failed), ...times(20, refused)] } };
    const experiment = loadExperiment("load-503", facts);
    const [load] = experiment.loads ?? [];
    assert.ok(load);
    const mute = { ...load, calls: load.calls.map((call) => ({ ...call, status: null })) };

    const found = verdictOf(opens, evidenceWith({ "load-503": { ...experiment, loads: [mute] } }), declared);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /the service itself gave no answer/);
  });

  it("judges by a second load where the first cannot be judged", () => {
    const good = { stages: { healthy: well, failing: [...times(24, failed), ...times(20, refused)] } };
    const experiment = loadExperiment("load-503", { ...good, problem: "the proxy had a problem" }, good);

    assert.equal(verdictOf(opens, evidenceWith({ "load-503": experiment }), declared).verdict, "pass");
  });
});
