import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Target } from "../model.ts";
import { type CallFacts, evidenceWith, targetWith, times } from "../testing/evidence.ts";
import { failed, type LoadFacts, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Trait, TraitField } from "./model.ts";

/** A call whose answer is held until after the probing stage. */
const held: CallFacts = { attempts: [{ at: 2, doneAt: 4_000 }], outcome: "succeeded", endedAt: 4_005 };
/** A call that fails after so many requests. */
const tried = (attempts: number): CallFacts => ({
  attempts: Array.from({ length: attempts }, (_, at) => ({ at: 2 + at })),
  endedAt: 20,
});
const failing = [...times(24, failed), ...times(16, refused)];

function seenOf(stages: LoadFacts["stages"], target: Target): (field: TraitField) => Trait | undefined {
  const load = loadExperiment("load-503", { stages: { healthy: well, ...stages } });
  const found = fingerprintOf(evidenceWith({ "load-503": load }), target);
  return (field) => found?.traits.find((trait) => trait.field === field);
}

const opening = (opened: number, probing: readonly CallFacts[] = [held, held, ...times(20, refused)]) => ({
  failing,
  open: [...times(opened, refused), held],
  probing,
  healed: times(12, served),
});
const breakerOf = (more: object) =>
  targetWith({ policy: { breaker: { minCalls: 20, open: { baseMs: 1_000, jitter: 0 }, ...more } } });

describe("the breaker of a fingerprint", () => {
  it("opens after so many failed calls, for so long, and lets so many try", () => {
    const at = seenOf(opening(10), breakerOf({ probes: 3 }));
    assert.equal(at("breaker.mode")?.value, "on");
    assert.equal(at("breaker.failures")?.value, 24);
    assert.deepEqual(at("breaker.failures")?.interval, [23, 24]);
    // 26 calls were refused, one each 40 ms: from the first of them to the last, and a call on either side.
    assert.deepEqual(at("breaker.open.base")?.interval, [1_000, 1_082]);
    assert.equal(at("breaker.probes")?.value, 3);
    for (const field of ["breaker.mode", "breaker.open.base", "breaker.probes"] as const)
      assert.equal(at(field)?.standing, "agrees", field);
  });

  it("differs where it stays open for another time, or others try", () => {
    const at = seenOf(opening(30), breakerOf({ probes: 2 }));
    assert.equal(at("breaker.open.base")?.standing, "differs");
    assert.equal(at("breaker.probes")?.standing, "differs");
  });

  it("takes declared jitter for what it is: the base may be shorter than what was seen by as much", () => {
    const longer = { baseMs: 900, jitter: 0.2 };
    assert.equal(seenOf(opening(10), breakerOf({ open: longer }))("breaker.open.base")?.standing, "agrees");
    const none = { baseMs: 900, jitter: 0 };
    assert.equal(seenOf(opening(10), breakerOf({ open: none }))("breaker.open.base")?.standing, "differs");
  });

  it("has no number of probes where too few calls stayed away to tell", () => {
    const probes = seenOf(opening(10, [held, held, refused]), breakerOf({ probes: 3 }))("breaker.probes");
    assert.deepEqual([probes?.value, probes?.atLeast, probes?.standing], [null, 3, "not-seen"]);
  });

  it("has at least an open time where no request came back", () => {
    const stages = { failing, open: times(50, refused), healed: times(10, refused) };
    const open = seenOf(stages, breakerOf({}))("breaker.open.base");
    assert.equal(open?.value, null);
    assert.ok((open?.atLeast ?? 0) >= 2_900, JSON.stringify(open));
    assert.equal(open?.standing, "differs");
  });

  it("is none after enough failing calls, and unknown after few", () => {
    const none = seenOf({ failing: times(120, failed) }, breakerOf({}))("breaker.mode");
    assert.deepEqual([none?.value, none?.standing], ["none", "differs"]);
    const undeclared = seenOf({ failing: times(120, failed) }, targetWith())("breaker.mode");
    assert.deepEqual([undeclared?.value, undeclared?.standing], ["none", "not-declared"]);
    const few = seenOf({ failing: times(30, failed) }, targetWith())("breaker.mode");
    assert.equal(few?.value, null);
  });

  it("is not seen in a load that cannot be judged", () => {
    const load = loadExperiment("load-503", { stages: { healthy: well, failing }, problem: "gone" });
    assert.equal(fingerprintOf(evidenceWith({ "load-503": load }), targetWith()), null);
  });
});

describe("the budget of a fingerprint", () => {
  const declared = targetWith({ policy: { budget: { ratio: 0.2 } } });

  it("is what is left of the retries at the end of an outage", () => {
    const bounded = [...times(60, tried(3)), ...times(90, (at) => tried(at % 5 === 0 ? 2 : 1))];
    const ratio = seenOf({ failing: bounded }, declared)("budget.ratio");
    assert.ok(Math.abs(Number(ratio?.value) - 0.2) <= 0.02, JSON.stringify(ratio));
    assert.equal(ratio?.standing, "agrees");
  });

  it("is none where every call is tried again to the end", () => {
    const ratio = seenOf({ failing: times(150, tried(3)) }, declared)("budget.ratio");
    assert.deepEqual([ratio?.value, ratio?.standing], ["none", "differs"]);
  });

  it("is told as not seen where one is declared and a breaker came first, or nothing was tried again", () => {
    assert.equal(seenOf({ failing: times(150, tried(1)) }, declared)("budget.ratio")?.standing, "not-seen");
    assert.match(seenOf(opening(10), declared)("budget.ratio")?.note ?? "", /breaker/);
    assert.equal(seenOf(opening(10), targetWith())("budget.ratio"), undefined);
  });
});
