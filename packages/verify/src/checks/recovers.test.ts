import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { breakerFacts } from "../breaker-facts.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { failed, type LoadFacts, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { recovers } from "./recovers.ts";

const breaker = { minCalls: 20, open: { baseMs: 1_000, jitter: 0 } };
const declared = targetWith({ policy: { breaker } });
const undeclared = targetWith({ policy: { breaker: { minCalls: 20 } } });
const failing = [...times(24, failed), ...times(16, refused)];

function judged(stages: LoadFacts["stages"], target = declared) {
  const load = loadExperiment("load-503", { stages: { healthy: well, failing, ...stages } });
  return verdictOf(recovers, evidenceWith({ "load-503": load }), target);
}

/** The provider is well again: refusals until the breaker lets a request through, then what comes after. */
const returning = (refusals: number, healed: readonly CallFacts[]): LoadFacts["stages"] => ({
  open: times(refusals, refused),
  probing: [served, served],
  healed,
});

describe("recovers", () => {
  it("passes when all calls reach the provider again within the open time and two seconds", () => {
    const found = judged(returning(12, times(20, served)));

    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /^480 ms after the provider was well again every call reached it .*\(limit 2\.\d+ s\)/,
    );
    assert.equal(found.evidence.length, 1);
  });

  it("fails when not one request is sent, or some calls stay refused", () => {
    const silent = judged(returning(90, []));
    assert.equal(judged({ open: times(90, refused), healed: times(90, refused) }).verdict, "fail");
    assert.notEqual(silent.verdict, "pass");

    const some = judged(
      returning(
        12,
        times(150, (index) => (index % 4 === 0 ? served : refused)),
      ),
    );
    assert.equal(some.verdict, "fail");
    assert.match(some.because, /traffic was not back: of the last 20 calls 25 % succeeded/);
  });

  it("fails when traffic is back too late", () => {
    const late = [...times(100, refused), ...times(20, served)];

    assert.match(judged(returning(12, late)).because, /reached it again only after 4\.56 s/);
    assert.equal(judged(returning(12, late)).verdict, "fail");
  });

  it("does not take an answer without a request for a recovery", () => {
    const fallback: CallFacts = { outcome: "succeeded", endedAt: 3 };

    assert.equal(judged(returning(12, times(150, fallback))).verdict, "fail");
  });

  it("is inconclusive when the consumer gave answers up that were on their way", () => {
    const lost: CallFacts = { attempts: [{ at: 2, closedAt: 500 }], endedAt: 505 };

    const found = judged(returning(12, [lost, ...times(150, refused)]));
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /1 answer came too late/);
    assert.equal(found.more?.experiment, "load-503");
  });

  it("is inconclusive where no open time is declared, unless traffic is back", () => {
    assert.equal(judged(returning(12, times(20, served)), undeclared).verdict, "pass");
    const found = judged({ open: times(90, refused), healed: times(90, refused) }, undeclared);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /declare `breaker\.open\.base`/);
  });

  it("leaves an open time of more than half a minute to a nightly run", () => {
    const patient = targetWith({ policy: { breaker: { open: { baseMs: 60_000, jitter: 0 } } } });

    const found = judged({}, patient);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /open time of 60 s is longer than the 30 s .*--profile nightly/);
    const planned = recovers.plan(breakerFacts(patient), patient);
    assert.deepEqual(
      planned.map(({ name, profile }) => [name, profile]),
      [
        ["load-503", undefined],
        ["load-503-patient", "nightly"],
      ],
    );
    const stages = {
      healthy: well,
      failing,
      open: times(12, refused),
      probing: [served],
      healed: times(20, served),
    };
    const evidence = evidenceWith({
      "load-503": loadExperiment("load-503", { stages: { healthy: well, failing } }),
      "load-503-patient": loadExperiment("load-503-patient", { stages }),
    });
    assert.equal(verdictOf(recovers, evidence, patient).verdict, "pass");
  });

  it("does not apply where nothing opened", () => {
    const load = loadExperiment("load-503", { stages: { healthy: well, failing: times(60, failed) } });

    assert.equal(verdictOf(recovers, evidenceWith({ "load-503": load }), declared).verdict, "not-applicable");
  });
});
