import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { failed, type LoadFacts, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { probesGently } from "./probes-gently.ts";

const breaker = { minCalls: 20, open: { baseMs: 1_000 } };
const three = targetWith({ policy: { breaker: { ...breaker, probes: 3 } } });
const unsaid = targetWith({ policy: { breaker } });
const failing = [...times(24, failed), ...times(16, refused)];
/** A call whose answer is held until after the probing stage. */
const held: CallFacts = { attempts: [{ at: 2, doneAt: 4_000 }], outcome: "succeeded", endedAt: 4_005 };

function judged(probing: readonly CallFacts[], target = three, more: LoadFacts["stages"] = {}) {
  const stages = { healthy: well, failing, open: [...times(10, refused), held], probing, ...more };
  const load = loadExperiment("load-503", { stages: { ...stages, healed: times(12, served) } });
  return verdictOf(probesGently, evidenceWith({ "load-503": load }), target);
}

describe("probes-gently", () => {
  it("passes when no more requests come than probes are declared", () => {
    const found = judged([held, held, ...times(20, refused)]);

    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /held for 9\d\d ms, 3 requests came and 20 of 2\d calls offered .* \(limit 3\)/,
    );
  });

  it("fails when more come than declared", () => {
    const found = judged([...times(5, held), ...times(20, refused)]);

    assert.equal(found.verdict, "fail");
    assert.match(found.because, /6 requests came .* more than the declared 3/);
  });

  it("allows ten where nothing is said, fails when everybody comes, advises in between", () => {
    assert.equal(judged([...times(9, held), ...times(15, refused)], unsaid).verdict, "pass");
    assert.equal(judged(times(24, held), unsaid).verdict, "fail");
    assert.equal(judged([...times(12, held), ...times(12, refused)], unsaid).verdict, "advice");
    assert.equal(judged(times(24, held), targetWith()).verdict, "advice");
  });

  it("looks only until the first answer", () => {
    const quick: CallFacts = { attempts: [{ at: 2, closedAt: 120 }], endedAt: 125 };

    assert.match(judged([quick, ...times(20, held)]).because, /held for 1\d\d ms, [45] requests came/);
  });

  it("is inconclusive when too few calls were offered", () => {
    const found = judged([held, refused, refused]);

    assert.equal(found.verdict, "inconclusive");
    assert.equal(found.more?.experiment, "load-503");
  });

  it("does not apply where nothing opened, or nothing came back to be counted", () => {
    const never = loadExperiment("load-503", { stages: { healthy: well, failing: times(60, failed) } });
    const gone = loadExperiment("load-503", {
      stages: { healthy: well, failing, open: times(40, refused), healed: times(40, refused) },
    });
    const missed = loadExperiment("load-503", {
      stages: { healthy: well, failing, healed: times(40, served) },
    });

    for (const load of [never, gone]) {
      assert.equal(
        verdictOf(probesGently, evidenceWith({ "load-503": load }), three).verdict,
        "not-applicable",
      );
    }
    const found = verdictOf(probesGently, evidenceWith({ "load-503": missed }), three);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /was not held/);
  });
});
