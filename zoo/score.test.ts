import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Case, misses, scores, steadiness, totalScore, wilson } from "./score.ts";

function one(
  subject: string,
  fails: string | null,
  verdicts: Record<string, string>,
  mayFail: string[] = [],
): Case {
  const said = Object.entries(verdicts).map(([check, verdict]) => ({ check, verdict, because: "seen" }));
  return { subject, fails, as: "fail", mayFail, said, error: null, wallMs: 1 };
}

function scoreOf(id: string, cases: readonly Case[]) {
  const found = scores(cases).find((score) => score.id === id);
  assert.ok(found);
  return found;
}

describe("the scorecard of the zoo", () => {
  it("counts a mutant as found by a fail or an advice, and a pass as false", () => {
    const cases = [
      one("a", "bounded", { bounded: "fail" }),
      one("b", "bounded", { bounded: "advice" }),
      one("c", "bounded", { bounded: "pass" }),
      one("d", "bounded", { bounded: "inconclusive" }),
    ];

    const score = scoreOf("bounded", cases);

    assert.equal(score.sensitivity, 0.5);
    assert.equal(score.falsePass, 1);
    assert.equal(score.inconclusive, 1);
    assert.equal(score.cases, 4);
  });

  it("adds the checks up", () => {
    const cases = [
      one("a", "bounded", { bounded: "fail", jitters: "pass" }),
      one("b", "jitters", { bounded: "pass", jitters: "inconclusive" }),
      one("clean", null, { bounded: "fail", jitters: "pass" }),
    ];

    const { id, sensitivity, specificity, falsePass, inconclusive, cases: counted } = totalScore(cases);

    assert.deepEqual([id, sensitivity, specificity], ["all", 0.5, 0.75]);
    assert.deepEqual([falsePass, inconclusive, counted], [0, 1, 6]);
  });

  it("counts a check that verify never reported as not found", () => {
    const score = scoreOf("bounded", [one("a", "bounded", {})]);

    assert.equal(score.sensitivity, 0);
    assert.equal(score.inconclusive, 1);
  });

  it("takes specificity from decided verdicts on consumers that have nothing to find", () => {
    const cases = [
      one("clean", null, { bounded: "pass" }),
      one("other", "jitters", { jitters: "fail", bounded: "fail" }),
      one("excused", "jitters", { jitters: "fail", bounded: "fail" }, ["bounded"]),
      one("silent", null, { bounded: "not-applicable" }),
    ];

    const score = scoreOf("bounded", cases);

    assert.equal(score.specificity, 0.5);
    assert.equal(score.cases, 2);
  });

  it("names what was missed and what was alarmed about for nothing", () => {
    const cases = [
      one("a", "bounded", { bounded: "advice", jitters: "pass" }),
      one("b", "bounded", { bounded: "fail", jitters: "advice", attempt: "inconclusive" }),
    ];

    const found = misses(cases).map(({ subject, check, expected, verdict }) => [
      subject,
      check,
      expected,
      verdict,
    ]);

    assert.deepEqual(found, [
      ["a", "bounded", "fail", "advice"],
      ["b", "jitters", "pass", "advice"],
      ["b", "attempt", "pass", "inconclusive"],
    ]);
  });

  it("sees verdicts that differ between rounds, but for those that are excused", () => {
    const first = [one("a", "bounded", { bounded: "fail", deadline: "pass" }, ["deadline"])];
    const second = [one("a", "bounded", { bounded: "inconclusive", deadline: "fail" }, ["deadline"])];

    const { decided, wavering } = steadiness([first, second]);

    assert.equal(decided.value, 0.5);
    assert.deepEqual(wavering, ["a: bounded (fail, inconclusive)"]);
  });

  it("gives the Wilson interval", () => {
    const [low, high] = wilson(10, 10);

    assert.ok(Math.abs(low - 0.7225) < 0.001);
    assert.equal(high, 1);
    assert.deepEqual(wilson(0, 0), [0, 1]);
  });
});
