import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Policy, settingsOf } from "@holdfast/core";
import { breakerFacts, chanceFacts, outageFacts } from "./outage.ts";
import { timeFacts } from "./time-facts.ts";

const outageOf = (policy: Policy, rate: number) => {
  const settings = settingsOf(policy);
  return outageFacts(settings, rate, timeFacts(settings));
};

describe("the facts of an outage", () => {
  it("tell the load, the calls held, and when the circuit opens and closes", () => {
    const retry = { attempts: 3, backoff: { baseMs: 100, capMs: 1_000 } };
    const open = { baseMs: 2_000, capMs: 30_000 };
    assert.deepEqual(outageOf({ attemptTimeoutMs: 800, retry, breaker: { open } }, 10), {
      ratePerSecond: 10,
      startedPerSecond: 10,
      loadFactor: 3,
      attemptsPerSecond: 30,
      heldCalls: 27,
      opens: { quickMs: 5_000, hangingMs: 800 + 0.5 * 9_200 },
      closesWithinMs: 30_200,
    });
  });

  it("let no more calls start than the policy's own limits do", () => {
    const retry = { attempts: 3 };
    const budget = { ratio: 0.2, minPerSecond: 1 };
    const limits = { rate: { calls: 5 }, limit: { concurrent: 3, queue: 1 } };
    const told = outageOf(
      { deadlineMs: 9_000, attemptTimeoutMs: 2_000, retry, budget, ...limits, breaker: { minCalls: 5 } },
      50,
    );
    assert.equal(told.startedPerSecond, 5);
    assert.equal(told.attemptsPerSecond, 7);
    assert.equal(told.heldCalls, 4);
    // Three places begin less than half a call per second: only with retries does a window see five attempts.
    assert.deepEqual(told.opens, { quickMs: 5_000, hangingMs: 21_000 });
    assert.equal(outageOf({ limit: { concurrent: 3 } }, 50).heldCalls, 3);
  });

  it("tell nothing of a circuit where there is none, or it is off", () => {
    for (const policy of [{}, { breaker: { mode: "off" } }] as const) {
      const { opens, closesWithinMs, heldCalls } = outageOf(policy, 10);
      assert.deepEqual([opens, closesWithinMs, heldCalls], [null, null, null]);
    }
  });

  it("know that attempts which nothing ends can only be slow", () => {
    assert.equal(outageOf({ breaker: {} }, 10).opens?.hangingMs, null);
    assert.equal(outageOf({ breaker: { slow: { overMs: 1_000, rate: 0.5 } } }, 10).opens?.hangingMs, 5_500);
  });
});

describe("the facts of failures by chance", () => {
  it("say whether the budget is spent and the circuit opens", () => {
    const settings = settingsOf({ retry: {}, budget: { ratio: 0.2 }, breaker: { failureRate: 0.5 } });
    const told = [0.1, 0.5].map((failing) => {
      const { budgetSpent, breakerOpens } = chanceFacts(settings, failing, { quick: 3, hanging: 1 }, 1e9);
      return [budgetSpent, breakerOpens];
    });
    assert.deepEqual(told, [
      [false, false],
      [true, true],
    ]);
    const shadow = settingsOf({ breaker: { mode: "shadow" } });
    assert.equal(chanceFacts(shadow, 0.9, { quick: 1, hanging: 1 }, 1).breakerOpens, false);
  });
});

describe("the facts of a breaker", () => {
  it("tell how long a call waits at an open circuit for nothing", () => {
    const refused = (policy: Policy) => breakerFacts(settingsOf({ ...policy, breaker: {} }))?.refusedWithinMs;
    assert.equal(refused({}), 0);
    assert.equal(refused({ limit: { concurrent: 1, queue: 9, maxWaitMs: 80 } }), 80);
    assert.equal(refused({ limit: { concurrent: 1, queue: 9 } }), null);
    assert.equal(breakerFacts(settingsOf({})), null);
  });

  it("tell the first opening and the longest", () => {
    const open = { baseMs: 1_000, capMs: 4_000, jitter: 0 };
    const told = breakerFacts(settingsOf({ breaker: { open } }));
    assert.deepEqual(told?.firstOpening, { minMs: 1_000, maxMs: 1_000 });
    assert.deepEqual([told?.openingsToLongest, told?.longestOpening], [3, { minMs: 4_000, maxMs: 4_000 }]);
  });
});
