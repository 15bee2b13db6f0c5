import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Policy, settingsOf } from "@holdfast/core";
import fc from "fast-check";
import { timedPolicies } from "./testing/policies.ts";
import { simulate } from "./testing/simulate.ts";
import { admissionMs, timeFacts } from "./time-facts.ts";

const facts = (policy: Policy) => timeFacts(settingsOf(policy));

describe("how long a call may take", () => {
  const policy = { attemptTimeoutMs: 800, retry: { attempts: 3, backoff: { baseMs: 100, capMs: 1_000 } } };

  it("is the deadline, or all that can come to pass", () => {
    assert.equal(facts({ ...policy, deadlineMs: 4_000 }).longestMs, 4_000);
    // Three attempts, and twice the 30 s that a provider may ask for with a tenth on top.
    assert.equal(facts(policy).longestMs, 3 * 800 + 2 * 33_000);
    const limit = { concurrent: 5, queue: 5, maxWaitMs: 100 };
    const rate = { calls: 5, maxWaitMs: 50 };
    assert.equal(facts({ attemptTimeoutMs: 800, limit, rate }).longestMs, 950);
  });

  it("has no bound where nothing ends an attempt or the waiting for a place", () => {
    assert.equal(facts({}).longestMs, null);
    assert.equal(facts({}).hanging.longestMs, null);
    assert.equal(facts({ attemptTimeoutMs: 1, limit: { concurrent: 1, queue: 1 } }).longestMs, null);
    assert.equal(facts({ attemptTimeoutMs: 1, limit: { concurrent: 1 } }).longestMs, 1);
  });

  it("counts one attempt where timeouts are never tried again", () => {
    assert.deepEqual(facts(policy).hanging, { longestMs: 2_700, attempts: 3 });
    assert.deepEqual(facts({ ...policy, retry: { ...policy.retry, on: ["429"] } }).hanging, {
      longestMs: 800,
      attempts: 1,
    });
    assert.deepEqual(facts({ deadlineMs: 900, retry: {} }).hanging, { longestMs: 900, attempts: 1 });
  });

  it("waits for a place within the deadline", () => {
    const limit = { concurrent: 5, queue: 5 };
    assert.equal(admissionMs(settingsOf({ deadlineMs: 900, limit })), 900);
    assert.equal(admissionMs(settingsOf({ limit })), Number.POSITIVE_INFINITY);
    assert.equal(admissionMs(settingsOf({})), 0);
  });

  it("is not outlasted by a call of the runtime, whatever the provider asks for", () => {
    let asked = 0;
    const failures = fc.record({
      class: fc.constantFrom("throttled" as const, "unavailable" as const),
      counts: fc.constant(true),
      retryAfterMs: fc.constantFrom(null, 0, 700, 5_000),
    });
    const property = fc.property(timedPolicies, failures, fc.nat(), (declared, failure, seed) => {
      const retry = { ...declared.retry, retryAfter: { capMs: 1_000 } };
      const settings = settingsOf({ attemptTimeoutMs: 300, ...declared, retry });
      const world = { seed, ratePerSecond: 1, endMs: 1, fails: () => true, failingMs: 1e9, failure };
      const [call] = simulate(settings, world).calls;
      const { longestMs } = timeFacts(settings);
      assert.ok(call !== undefined && longestMs !== null && call.endedMs <= longestMs + 1e-6);
      asked += Number(call.waits.some((waitMs) => waitMs > 1_000));
    });
    fc.assert(property, { numRuns: 300 });
    assert.ok(asked > 0);
  });
});
