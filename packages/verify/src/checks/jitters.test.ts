import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type JitterKind, seededRandom } from "@holdfast/core";
import { type CallFacts, evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { schedules, simulate } from "../testing/schedules.ts";
import { jitters } from "./jitters.ts";

const withJitter = (jitter: JitterKind) =>
  targetWith({ policy: { retry: { attempts: 3, backoff: { baseMs: 100, jitter } } } });

function judged(
  rows: readonly (readonly number[])[],
  target = withJitter("full"),
  more?: (index: number) => CallFacts,
) {
  const calls = rows.map((row, index) => {
    const attempts = [{ at: 0 }];
    for (const wait of row) attempts.push({ at: (attempts.at(-1)?.at ?? 0) + wait });
    return { attempts, ...more?.(index) };
  });
  return verdictOf(jitters, evidenceWith({ "503-forever": calls }), target);
}

const random = () => seededRandom(33);

describe("jitters", () => {
  it("passes full, equal and proportional jitter", () => {
    assert.equal(judged(simulate(schedules.full, 12, 2, random())).verdict, "pass");
    assert.equal(judged(simulate(schedules.equal, 12, 2, random()), withJitter("equal")).verdict, "pass");
    const wide = simulate((index, chance) => 200 * 2 ** index * chance.between(0.8, 1.2), 12, 2, random());
    assert.equal(judged(wide, withJitter("proportional")).verdict, "pass");
  });

  it("passes the weakest jitters of the corpus where nothing is declared", () => {
    for (const name of ["tenPercent", "upToTwenty", "additive"] as const) {
      assert.equal(judged(simulate(schedules[name], 40, 2, random()), targetWith()).verdict, "pass", name);
    }
  });

  it("finds that there is none", () => {
    const rows = simulate(schedules.exponential, 12, 2, random());
    assert.equal(judged(rows).verdict, "fail");
    assert.equal(judged(rows, targetWith()).verdict, "advice");
    assert.equal(judged(rows, withJitter("none")).verdict, "advice");
  });

  it("finds ±3 % too little", () => {
    const rows = simulate(schedules.threePercent, 40, 2, random());
    assert.match(judged(rows).because, /too little/);
    assert.equal(judged(rows).verdict, "fail");
    assert.equal(judged(rows, targetWith()).verdict, "advice");
  });

  it("does not take a busy consumer's own work for jitter", () => {
    const chance = random();
    const rows = Array.from({ length: 40 }, () => [400, 400].map((wait) => wait + chance.between(0, 60)));
    const lateBy = (mostMs: number) => {
      const calls = rows.map((row) => {
        const attempts = [{ at: chance.between(10, 10 + mostMs) }];
        for (const wait of row) attempts.push({ at: (attempts.at(-1)?.at ?? 0) + wait });
        return { attempts };
      });
      return verdictOf(jitters, evidenceWith({ "503-forever": calls }), targetWith()).verdict;
    };

    assert.equal(lateBy(5), "pass");
    assert.equal(lateBy(40), "inconclusive");
  });

  it("sees jitter, and that there is none, by the early half of the waits where a busy machine makes the others late", () => {
    const chance = random();
    const late = () => (chance.next() < 0.3 ? chance.between(0, 100) : chance.between(0, 6));
    const noise = { type: "noise", samples: 200, sigmaMs: 4.7, p50Ms: 3.6, p99Ms: 90, maxMs: 170 } as const;
    const seen = (wait: (base: number) => number, calls = 40) => {
      const all = Array.from({ length: calls }, () => {
        const attempts = [{ at: late() }];
        for (const base of [100, 200, 400])
          attempts.push({ at: (attempts.at(-1)?.at ?? 0) + wait(base) + late() });
        return { attempts };
      });
      return verdictOf(jitters, evidenceWith({ "503-forever": all }, { noise }), targetWith());
    };

    assert.equal(seen((base) => base * chance.between(0.5, 1)).verdict, "pass");
    assert.match(seen((base) => 2 * base).because, /the same every time|too little/);
    assert.equal(seen((base) => 2 * base).verdict, "advice");
    assert.equal(seen((base) => base * chance.between(0.5, 1), 12).verdict, "inconclusive");
  });

  it("does not take a jammed machine for the wide jitter that is declared: it makes first attempts late as well", () => {
    const chance = random();
    const late = () => (chance.next() < 0.8 ? -80 * Math.log(1 - chance.next()) : chance.between(0, 4));
    const noise = { type: "noise", samples: 200, sigmaMs: 6, p50Ms: 5, p99Ms: 60, maxMs: 290 } as const;
    const passes = (wait: (base: number) => number, first = late) =>
      Array.from({ length: 100 }, () => {
        const all = Array.from({ length: 26 }, () => {
          const attempts = [{ at: 15 + first() }];
          for (const base of [100, 200, 400])
            attempts.push({ at: (attempts.at(-1)?.at ?? 0) + wait(base) + late() });
          return { attempts };
        });
        return verdictOf(jitters, evidenceWith({ "503-forever": all }, { noise }), withJitter("equal"))
          .verdict;
      }).filter((verdict) => verdict === "pass").length;

    assert.ok(passes((base) => base * chance.between(0.97, 1.03)) <= 8);
    const calm = () => chance.between(0, 4);
    assert.ok(passes((base) => base * chance.between(0.97, 1.03), calm) >= 15, "nothing else would show it");
    assert.ok(passes((base) => base * chance.between(0.5, 1), calm) >= 85);
  });

  it("does not hold the start of a process per call against the waits of its attempts", () => {
    const chance = random();
    const target = withJitter("equal");
    const act = { kind: "exec", command: ["python3", "read.py"] } as const;
    const commands = { ...target, scenario: { ...target.scenario, act } };
    const seen = (wait: (base: number) => number) => {
      const calls = Array.from({ length: 26 }, () => {
        const attempts = [{ at: chance.between(450, 2_000) }];
        for (const base of [100, 200, 400]) attempts.push({ at: (attempts.at(-1)?.at ?? 0) + wait(base) });
        return { attempts, endedAt: (attempts.at(-1)?.at ?? 0) + chance.between(40, 60) };
      });
      return verdictOf(jitters, evidenceWith({ "503-forever": calls }), commands).verdict;
    };

    assert.equal(
      seen((base) => base * chance.between(0.5, 1)),
      "pass",
    );
    assert.equal(
      seen((base) => base * chance.between(0.97, 1.03)),
      "fail",
    );
  });

  it("finds one sequence on all instances", () => {
    const chance = random();
    const sequence = simulate(schedules.full, 4, 2, chance);
    const rows = Array.from({ length: 12 }, (_, index) =>
      (sequence[index % 4] ?? []).map((wait) => wait + chance.between(0, 0.8)),
    );
    const placed = (index: number) => ({ instance: `i${Math.floor(index / 4)}`, index: 1 + (index % 4) });
    const found = judged(rows, withJitter("full"), placed);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /same sequence/);
  });

  it("does not apply without a wait or without a retry", () => {
    assert.equal(judged(simulate(() => 1, 12, 2, random())).verdict, "not-applicable");
    assert.equal(judged(Array.from({ length: 12 }, () => [])).verdict, "not-applicable");
    assert.equal(judged([], targetWith({ policy: { retry: { attempts: 1 } } })).verdict, "not-applicable");
  });

  it("tells nothing from waits that are no longer than the machine's noise", () => {
    const noise = { type: "noise", samples: 400, sigmaMs: 20, p50Ms: 15, p99Ms: 300, maxMs: 700 } as const;
    const within = (waitMs: number) => {
      const calls = Array.from({ length: 12 }, () => ({ attempts: [{ at: 0 }, { at: waitMs }] }));
      return verdictOf(jitters, evidenceWith({ "503-forever": calls }, { noise }), targetWith()).verdict;
    };

    assert.equal(within(70), "inconclusive");
    assert.equal(within(20), "not-applicable");
  });

  it("asks for more while it is between the two, or too few calls were retried", () => {
    const between = Array.from({ length: 12 }, (_, index) => [500 + 3.2 * index]);
    const found = judged(between, targetWith());
    assert.equal(found.verdict, "inconclusive");
    assert.ok((found.more?.samples ?? 0) > 0);
    assert.equal(judged(simulate(schedules.full, 5, 2, random())).verdict, "inconclusive");
  });
});
