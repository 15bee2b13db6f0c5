import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Judgement } from "../model.ts";
import { cutOffBesideName } from "../neighbour-experiments.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { failed, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { besideScenario, withNeighbour } from "../testing/neighbours.ts";
import { rightGranularity } from "./right-granularity.ts";

const declared = targetWith({ policy: { breaker: { open: { baseMs: 1_000 } } } });
const other = withNeighbour(declared);
const same = withNeighbour(declared, "same");
/** The operation fails, is cut off, and stays so. */
const cutOff = {
  healthy: well,
  failing: [...times(24, failed), ...times(20, refused)],
  open: times(60, refused),
};
const never = { healthy: well, failing: times(120, failed) };

interface Beside {
  readonly before?: readonly CallFacts[];
  readonly open: readonly CallFacts[];
  readonly p99Ms?: number;
}

function judged(
  { before = times(40, served), open, p99Ms = 4 }: Beside,
  at = other,
  stages: typeof cutOff | typeof never = cutOff,
): Judgement {
  const beside = { [besideScenario]: { healthy: before, failing: times(20, served), open } };
  const found = loadExperiment(cutOffBesideName, { stages, seen: ["failing"], beside });
  const evidence = evidenceWith({ [cutOffBesideName]: found });
  return verdictOf(rightGranularity, { ...evidence, noise: { ...evidence.noise, p99Ms } }, at);
}

describe("right-granularity", () => {
  it("passes when calls of others go on while the operation is cut off, and says how sure that is", () => {
    const found = judged({ open: times(60, served) });

    assert.equal(found.verdict, "pass");
    assert.match(found.because, /of \d+ calls of prices\.quote made meanwhile \d+ went well within/);
    assert.ok((found.estimate?.interval?.[1] ?? 1) <= 0.1);
    assert.ok((found.bound ?? 1) < 0.1);
  });

  it("fails when calls of another provider are held back too", () => {
    const found = judged({ open: times(60, refused) });

    assert.equal(found.verdict, "fail");
    assert.match(found.because, /60 calls did not get through to a provider that was well/);
    assert.equal(found.severity, "high");
    assert.ok(found.evidence.length > 0);
  });

  it("advises when calls of another operation of the same provider are", () => {
    assert.equal(judged({ open: times(60, refused) }, same).verdict, "advice");
    assert.equal(judged({ open: times(60, served) }, same).verdict, "pass");
  });

  it("takes calls that wait until it closes again for held back as well", () => {
    const late: CallFacts = { ...served, attempts: [{ at: 900, healthy: true, doneAt: 905 }], endedAt: 910 };

    assert.equal(judged({ open: times(60, late) }).verdict, "fail");
  });

  it("is not fooled by a provider that is slow itself", () => {
    const slow: CallFacts = { ...served, endedAt: 900 };
    const found = judged({ open: times(60, slow) });

    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /it was the provider that was slow/);
  });

  it("does not fail on a part that would prove nothing by itself", () => {
    const slow: CallFacts = { ...served, endedAt: 900 };
    const alone = judged({ open: [...times(62, served), ...times(7, refused)] });
    const found = judged({ open: [...times(55, served), ...times(7, refused), ...times(7, slow)] });

    assert.equal(alone.verdict, "inconclusive");
    assert.equal(found.verdict, "inconclusive");
    assert.match(
      found.because,
      /7 that did not get through are too few to tell whether more than 10 % are held/,
    );
    assert.equal(found.more?.experiment, cutOffBesideName);
  });

  it("is not fooled by a service that is too slow to serve anybody", () => {
    const slowly: CallFacts = { endedAt: 900 };
    const stages = {
      ...cutOff,
      failing: [...times(24, failed), ...times(20, slowly)],
      open: times(60, slowly),
    };
    const found = judged({ open: times(60, slowly) }, other, stages);

    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /the service itself was slow to refuse/);
    assert.equal(found.more?.experiment, cutOffBesideName);
  });

  it("blames a busy machine for what is slow, and not for what is refused", () => {
    const slow: CallFacts = { ...served, attempts: [{ at: 400, healthy: true, doneAt: 410 }], endedAt: 700 };
    const found = judged({ open: times(60, slow), p99Ms: 120 });

    assert.equal(judged({ open: times(60, slow) }).verdict, "fail");
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /this machine was too busy/);
    assert.equal(judged({ open: times(60, refused), p99Ms: 120 }).verdict, "fail");
  });

  it("is not fooled by a breaker of the neighbour's own, which opens on its own failures", () => {
    const gaveUp: CallFacts = { attempts: [{ at: 2, healthy: true }], endedAt: 500 };
    const found = judged({ open: [...times(10, gaveUp), ...times(50, refused)] });

    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /requests of its own failed too/);
  });

  it("is not fooled by a cache: who is answered without a request was not let through", () => {
    const cached: CallFacts = { outcome: "succeeded", endedAt: 3 };

    assert.match(judged({ open: times(60, cached) }).because, /a cache or a fallback answered/);
    assert.equal(judged({ open: times(60, cached) }).verdict, "inconclusive");
    const fromTheStart = judged({ before: times(40, cached), open: times(60, cached) });
    assert.match(fromTheStart.because, /without any fault 0 % of 40 calls of prices\.quote reached/);
  });

  it("asks for more calls where some are disturbed, and few are no evidence", () => {
    const some = judged({ open: [...times(55, served), ...times(5, refused)] });

    assert.equal(some.verdict, "inconclusive");
    assert.equal(some.more?.experiment, cutOffBesideName);
    assert.match(
      judged({ open: times(8, served) }).because,
      /only \d+ calls of prices\.quote began meanwhile/,
    );
    assert.equal(judged({ before: times(10, served), open: times(60, served) }).verdict, "inconclusive");
  });

  it("adds up several loads", () => {
    const load = (open: readonly CallFacts[]) => ({
      stages: cutOff,
      seen: ["failing"] as const,
      beside: { [besideScenario]: { healthy: times(40, served), failing: times(20, served), open } },
    });
    const disturbed = load([...times(55, served), ...times(5, refused)]);
    const clean = load(times(60, served));
    const found = loadExperiment(cutOffBesideName, disturbed, clean, clean);

    assert.equal(
      verdictOf(rightGranularity, evidenceWith({ [cutOffBesideName]: found }), other).verdict,
      "pass",
    );
  });

  it("does not apply where nothing is cut off, where nothing else can be asked, and to breakers that refuse nothing", () => {
    const found = judged({ open: [] }, other, never);

    assert.equal(found.verdict, "not-applicable");
    assert.match(found.because, /`opens` says why/);
    assert.equal(verdictOf(rightGranularity, evidenceWith({}), declared).verdict, "not-applicable");
    const shadow = withNeighbour(targetWith({ policy: { breaker: { mode: "shadow" } } }));
    assert.equal(verdictOf(rightGranularity, evidenceWith({}), shadow).verdict, "not-applicable");
  });

  it("is inconclusive where others are disturbed and nothing was seen cut off", () => {
    const beside = { [besideScenario]: { healthy: times(40, served), failing: times(60, refused) } };
    const found = loadExperiment(cutOffBesideName, { stages: never, beside });
    const { verdict, because } = verdictOf(
      rightGranularity,
      evidenceWith({ [cutOffBesideName]: found }),
      other,
    );

    assert.equal(verdict, "inconclusive");
    assert.match(because, /was not seen cut off/);
  });

  it("says to which profile it belongs when it was not made", () => {
    const found = verdictOf(rightGranularity, evidenceWith({}), other);

    assert.equal(found.verdict, "not-tested");
    assert.match(found.because, /--profile full/);
  });
});
