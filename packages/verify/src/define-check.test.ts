import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checks } from "./checks/index.ts";
import { type CheckDefinition, defineCheck } from "./define-check.ts";
import { outage } from "./experiments.ts";
import { say } from "./judgement.ts";
import type { Judgement } from "./model.ts";
import { evidenceWith, experimentOf, times, verdictOf } from "./testing/evidence.ts";

const cap = "`maxCalls: 50` of payments was used up: raise it";
const faulty = { attempts: [{ at: 0 }] };

/** A check on one experiment that wants ten samples, or says what it is told to. */
function checkSaying(verdict: Judgement["verdict"], timed = false) {
  return defineCheck<null>({
    id: "test",
    item: "reliability/timeouts",
    timed,
    question: "?",
    rule: "",
    source: "",
    required: true,
    about: () => null,
    commitment: () => [],
    plan: (_, target) => [outage(target)],
    judge: (_, evidence) => {
      const { calls } = evidence.experiments["503-forever"] ?? { calls: [] };
      return say(verdict, `${calls.length} samples, 10 are needed`, calls);
    },
  });
}

function judged(verdict: Judgement["verdict"], samples: number, reasons: readonly string[]): Judgement {
  const setAside = [
    ...reasons.map((because, index) => ({ call: `call-${index}`, because })),
    { call: "", because: cap },
  ];
  const found = experimentOf("503-forever", times(samples, faulty), { setAside });
  return verdictOf(checkSaying(verdict), evidenceWith({ "503-forever": found }));
}

describe("a machine that hardly runs", () => {
  const calls = { "503-forever": experimentOf("503-forever", times(12, faulty)) };
  const judgedAt = (stoodStill: number, verdict: Judgement["verdict"], timed = true) =>
    verdictOf(checkSaying(verdict, timed), evidenceWith(calls, { stoodStill }));

  it("is no ground to accuse anybody of being late, and what was seen is told all the same", () => {
    for (const verdict of ["fail", "advice"] as const) {
      const judged = judgedAt(0.2, verdict);
      assert.equal(judged.verdict, "inconclusive");
      assert.equal(
        judged.because,
        "this machine stood still for 20 % of the run, which may be why 12 samples, 10 are needed",
      );
    }
  });

  it("leaves what passes, what has nothing to do with time, and what was seen on a machine that ran most of the time", () => {
    assert.equal(judgedAt(0.2, "pass").verdict, "pass");
    assert.equal(judgedAt(0.14, "fail").verdict, "fail");
    assert.equal(judgedAt(0.9, "fail", false).verdict, "fail");
  });
});

describe("the checks that a busy machine may excuse", () => {
  const timed = new Set(
    checks.filter((one) => (one as CheckDefinition<unknown>).timed === true).map(({ id }) => id),
  );

  it("are those by which sound consumers were accused on one", () => {
    const accused = [
      "attempt",
      "deadline-propagates",
      "retries-transient",
      "retries-after-timeout",
      "classification",
      "honours-retry-after",
      "rejects-bad-certificate",
      "logs-diagnose",
    ];
    assert.deepEqual(
      accused.filter((id) => !timed.has(id)),
      [],
    );
  });

  it("are none of what no delay brings about", () => {
    const certain = [
      "stays-alive",
      "bounded",
      "resends-identical-request",
      "no-hidden-replay",
      "key-stable",
      "one-effect-on-lost-reply",
      "no-secrets-in-logs",
    ];
    assert.deepEqual(
      certain.filter((id) => timed.has(id) || !checks.some((one) => one.id === id)),
      [],
    );
  });
});

describe("an experiment that was stopped early", () => {
  it("is told when its samples are too few, however many other reasons there are", () => {
    const { because, verdict } = judged("pass", 1, ["one", "two", "three"]);
    assert.equal(verdict, "inconclusive");
    assert.match(because, /1 sample of 503-forever can be judged.*maxCalls: 50.* was used up: raise it/);
  });

  it("is told once", () => {
    assert.equal(judged("pass", 1, []).because.split(cap).length, 2);
  });

  it("is told beside samples during which the machine stood still", () => {
    const { because } = judged("inconclusive", 4, ["this machine stood still for 900 ms meanwhile"]);
    const lost = "1 sample set aside, during which this machine stood still";
    assert.equal(because, `4 samples, 10 are needed; stopped early: ${cap}; ${lost}`);
  });

  it("is told when the check itself wants more samples", () => {
    const { because } = judged("inconclusive", 4, []);
    assert.equal(because, `4 samples, 10 are needed; stopped early: ${cap}`);
  });

  it("does not matter to a verdict that was reached all the same", () => {
    assert.equal(judged("pass", 4, []).because, "4 samples, 10 are needed");
  });
});
