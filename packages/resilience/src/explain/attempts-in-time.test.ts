import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settingsOf } from "@holdfast/core";
import fc from "fast-check";
import { fitOf, hangingTimes, longestMs, quickTimes } from "./attempts-in-time.ts";
import { timedPolicies } from "./testing/policies.ts";
import { simulate } from "./testing/simulate.ts";

/** One call under these settings of which every attempt fails after so long. */
function callOf(settings: ReturnType<typeof settingsOf>, failingMs: number, seed: number) {
  const world = { seed, ratePerSecond: 1, endMs: 1, fails: () => true, failingMs };
  const [call] = simulate(settings, world).calls;
  assert.ok(call !== undefined);
  return call;
}

describe("attempts before the deadline", () => {
  const backoff = { baseMs: 100, capMs: 1_000, jitter: "none" } as const;
  const policy = { deadlineMs: 2_000, attemptTimeoutMs: 800, retry: { attempts: 3, backoff } };

  it("are counted with their waits", () => {
    // 800 + 100 + 800 = 1 700; the third begins at 1 900 and has 100 of its 800 ms.
    assert.deepEqual(fitOf(hangingTimes(settingsOf(policy)), "maxMs"), { begun: 3, whole: 2 });
    assert.deepEqual(fitOf(quickTimes(settingsOf(policy)), "maxMs"), { begun: 3, whole: 3 });
    assert.equal(longestMs(hangingTimes(settingsOf(policy))), 2_000);
  });

  it("fit to the millisecond", () => {
    const settings = settingsOf({ ...policy, deadlineMs: 1_700 });
    assert.deepEqual(fitOf(hangingTimes(settings), "maxMs"), { begun: 2, whole: 2 });
    assert.equal(
      fitOf(quickTimes(settingsOf({ ...policy, deadlineMs: 300, attemptTimeoutMs: 300 })), "maxMs").begun,
      3,
    );
    // The second begins at 900 with just the 100 ms that it must have.
    const tight = settingsOf({ ...policy, deadlineMs: 1_000, retry: { ...policy.retry, minAttemptMs: 100 } });
    assert.equal(longestMs(hangingTimes(tight)), 1_000);
  });

  it("are not begun with less time left than they must have", () => {
    const settings = settingsOf({ ...policy, retry: { ...policy.retry, minAttemptMs: 200 } });
    assert.deepEqual(fitOf(hangingTimes(settings), "maxMs"), { begun: 2, whole: 2 });
    assert.equal(longestMs(hangingTimes(settings)), 1_700);
  });

  it("are all of them where nothing limits them, and one where nothing ends it", () => {
    const { deadlineMs: _, ...open } = policy;
    assert.deepEqual(fitOf(hangingTimes(settingsOf(open)), "maxMs"), { begun: 3, whole: 3 });
    assert.equal(longestMs(hangingTimes(settingsOf(open))), 2_700);
    const { attemptTimeoutMs: __, ...endless } = open;
    assert.deepEqual(fitOf(hangingTimes(settingsOf(endless)), "maxMs"), { begun: 1, whole: 0 });
    assert.equal(longestMs(hangingTimes(settingsOf(endless))), Number.POSITIVE_INFINITY);
    const { attemptTimeoutMs: ___, ...one } = policy;
    assert.deepEqual(fitOf(hangingTimes(settingsOf(one)), "maxMs"), { begun: 1, whole: 0 });
    assert.equal(longestMs(hangingTimes(settingsOf(one))), 2_000);
  });

  it("are as many as the runtime makes, between the longest and the shortest waits", () => {
    const seen = { cut: 0, exact: 0 };
    const property = fc.property(timedPolicies, fc.boolean(), fc.nat(), (declared, hangs, seed) => {
      const settings = settingsOf(declared);
      const times = hangs ? hangingTimes(settings) : quickTimes(settings);
      fc.pre(Number.isFinite(longestMs(times)));
      const { attempts, whole, endedMs } = callOf(settings, times.attemptMs, seed);
      const [most, least] = [fitOf(times, "minMs"), fitOf(times, "maxMs")];

      const told = JSON.stringify({ attempts, whole, least, most });
      assert.ok(least.begun <= attempts && attempts <= most.begun, told);
      assert.ok(least.whole <= whole && whole <= most.whole, told);
      assert.ok(endedMs <= longestMs(times) + 1e-6, `${endedMs} of ${longestMs(times)}`);
      seen.cut += Number(attempts < times.attempts);
      seen.exact += Number(most.begun === least.begun);
    });
    fc.assert(property, { numRuns: 500 });
    assert.ok(seen.cut > 20 && seen.exact > 20, JSON.stringify(seen));
  });

  it("take the longest time that some chance really brings about", () => {
    let tried = 0;
    fc.assert(
      fc.property(timedPolicies, (declared) => {
        const settings = settingsOf({ attemptTimeoutMs: 100, ...declared });
        // The longest of these need one draw at its most after one at its least.
        fc.pre(!["decorrelated", "polly-v2"].includes(settings.retry?.backoff.jitter ?? ""));
        const longest = longestMs(hangingTimes(settings));
        const ends = Array.from(
          { length: 60 },
          (_, seed) => callOf(settings, Number.POSITIVE_INFINITY, seed).endedMs,
        );
        tried++;
        assert.ok(Math.max(...ends) > 0.6 * longest, `${Math.max(...ends)} seen, ${longest} told`);
      }),
      { numRuns: 60 },
    );
    assert.equal(tried, 60);
  });
});
