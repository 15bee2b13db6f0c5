import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { failed, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { failsFast } from "./fails-fast.ts";

const declared = targetWith({ policy: { breaker: { minCalls: 20 } } });
const failing = times(24, failed);

function judged(
  cut: readonly (typeof refused)[],
  options: { target?: typeof declared; p99Ms?: number } = {},
) {
  const { target = declared, p99Ms = 4 } = options;
  const load = loadExperiment("load-503", { stages: { healthy: well, failing: [...failing, ...cut] } });
  const evidence = evidenceWith({ "load-503": load });
  return verdictOf(failsFast, { ...evidence, noise: { ...evidence.noise, p99Ms } }, target);
}

const after = (endedAt: number) => ({ ...refused, endedAt });

describe("fails-fast", () => {
  it("passes when calls end at once while no request goes out", () => {
    const found = judged(times(40, after(4)));

    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /19 of 20 of the 40 calls without a request ended within 4 ms.* \(limit 110 ms\)/,
    );
  });

  it("fails when they wait, and advises where nothing is declared", () => {
    assert.equal(judged(times(40, after(510))).verdict, "fail");
    assert.equal(judged(times(40, after(510)), { target: targetWith() }).verdict, "advice");
    assert.match(judged(times(40, after(510))).because, /half of them within 510 ms, more than 110 ms/);
  });

  it("fails for a slow end of one in ten, unless the machine is to blame", () => {
    const some = times(40, (index) => after(index % 10 === 0 ? 400 : 4));

    assert.equal(judged(some).verdict, "fail");
    assert.equal(judged(some, { p99Ms: 80 }).verdict, "inconclusive");
    assert.equal(judged(times(40, after(510)), { p99Ms: 80 }).verdict, "fail");
  });

  it("adds the service's own time to the limit", () => {
    const slow = times(12, { ...served, endedAt: 300 });
    const load = loadExperiment("load-503", {
      stages: { healthy: slow, failing: [...failing, ...times(40, after(350))] },
    });

    assert.equal(verdictOf(failsFast, evidenceWith({ "load-503": load }), declared).verdict, "pass");
  });

  it("is inconclusive with few refusals, and does not apply where nothing opened", () => {
    const few = loadExperiment("load-503", {
      stages: { healthy: well, failing: [...failing, ...times(9, refused), ...times(5, failed)] },
    });

    assert.equal(verdictOf(failsFast, evidenceWith({ "load-503": few }), declared).verdict, "inconclusive");
    const never = judged(times(40, failed));
    assert.equal(never.verdict, "not-applicable");
    assert.match(never.because, /no breaker was seen open/);
    assert.equal(verdictOf(failsFast, evidenceWith({}), declared).verdict, "inconclusive");
  });
});
