import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Policy } from "@holdfast/core";
import { breakerFacts } from "./breaker-facts.ts";
import { holdOf, offerOf, outageLoad, returnLoads, silenceLoad } from "./load-experiments.ts";
import type { ExperimentSpec } from "./model.ts";
import type { LoadSpec } from "./procedure-model.ts";
import { targetWith } from "./testing/evidence.ts";

const offered = (policy: Policy, act?: "exec") => {
  const scenario = act === undefined ? {} : { act: { kind: act, command: ["call"] } as const };
  const target = targetWith({ policy, scenario });
  return offerOf(breakerFacts(target), target);
};

function loadOf(spec: ExperimentSpec | undefined): LoadSpec {
  assert.ok(spec?.procedure?.kind === "load");
  return spec.procedure;
}

describe("a load", () => {
  it("is as fast as the declared window needs, and never faster than 60 calls a second", () => {
    assert.equal(offered({ breaker: { windowMs: 10_000, minCalls: 20 } }).ratePerSecond, 25);
    assert.equal(offered({ breaker: { windowMs: 1_000, minCalls: 20 } }).ratePerSecond, 50);
    assert.equal(offered({ breaker: { windowMs: 1_000, minCalls: 90 } }).ratePerSecond, 60);
    assert.equal(offered({}).ratePerSecond, 25);
  });

  it("is no faster than the consumer says it goes, or than commands can be started", () => {
    assert.equal(offered({ breaker: {}, rate: { calls: 10, perMs: 1_000 } }).ratePerSecond, 8);
    assert.equal(offered({ breaker: {} }, "exec").ratePerSecond, 6);
  });

  it("offers enough failing calls to fill the window three times, within bounds", () => {
    assert.equal(offered({}).failingCalls, 150);
    assert.equal(offered({ breaker: { minCalls: 20 } }).failingCalls, 120);
    assert.equal(offered({ breaker: { minCalls: 60 } }).failingCalls, 180);
    assert.equal(offered({ breaker: { minCalls: 500 } }).failingCalls, 250);
  });

  it("never offers more calls than it may make", () => {
    const policies: readonly Policy[] = [
      {},
      { breaker: { open: { baseMs: 30_000 } }, attemptTimeoutMs: 200 },
      { breaker: { minCalls: 500, windowMs: 5_000, open: { baseMs: 30_000 } } },
    ];
    for (const policy of policies) {
      const target = targetWith({ policy });
      for (const one of returnLoads(breakerFacts(target), target)) {
        const { stages, callsMax } = loadOf(one);
        const most = stages.filter(({ name }) => name !== "healed");
        const calls = most.reduce((sum, stage) => sum + (stage.maxMs / 1_000) * stage.ratePerSecond, 0);
        assert.ok(calls < callsMax, `${calls} of ${callsMax}`);
      }
    }
  });

  it("holds answers for half an attempt at most, and for less than what counts as slow", () => {
    assert.equal(holdOf(targetWith({ policy: { attemptTimeoutMs: 500 } })), 250);
    assert.equal(holdOf(targetWith()), 500);
    assert.equal(holdOf(targetWith({ policy: { breaker: { slow: { overMs: 300 } } } })), 150);
  });

  it("has no more calls under way than the contract allows", () => {
    const target = targetWith({ policy: { breaker: {}, attemptTimeoutMs: 500, limit: { concurrent: 5 } } });
    const healed = loadOf(outageLoad(breakerFacts(target), target)).stages.at(-1);

    assert.equal(healed?.ratePerSecond, 16);
  });

  it("waits for silence only where a breaker is declared and attempts end soon", () => {
    const soon = targetWith({ policy: { breaker: {}, attemptTimeoutMs: 800 } });
    const late = targetWith({ policy: { breaker: {}, attemptTimeoutMs: 8_000 } });

    assert.equal(silenceLoad(breakerFacts(soon), soon).length, 1);
    assert.equal(silenceLoad(breakerFacts(late), late).length, 0);
    assert.equal(silenceLoad(breakerFacts(targetWith()), targetWith()).length, 0);
  });
});
