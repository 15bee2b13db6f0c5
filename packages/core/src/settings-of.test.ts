import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backoffOf } from "./backoff.ts";
import type { Policy } from "./policy.ts";
import { policyDefaults } from "./policy-defaults.ts";
import { readPolicy } from "./policy-document.ts";
import type { PolicySettings } from "./policy-settings.ts";
import { policyDocuments } from "./policy-shapes/testing/documents.ts";
import { settingsOf } from "./settings-of.ts";
import { isMapping } from "./shapes/record.ts";

function backoff(declared: NonNullable<NonNullable<Policy["retry"]>["backoff"]>): unknown {
  const { baseMs, throttledBaseMs, capMs } =
    settingsOf({ retry: { backoff: declared } }).retry?.backoff ?? {};
  return [baseMs, throttledBaseMs, capMs];
}

function breaker(policy: Policy): NonNullable<PolicySettings["breaker"]> {
  const settings = settingsOf(policy).breaker;
  assert.ok(settings !== null);
  return settings;
}

/** Paths of `declared` whose value the settings do not hold. */
function changed(declared: unknown, settings: unknown, path = ""): string[] {
  if (!isMapping(declared)) return JSON.stringify(declared) === JSON.stringify(settings) ? [] : [path];
  return Object.entries(declared).flatMap(([key, value]) =>
    changed(value, isMapping(settings) ? settings[key] : undefined, `${path}.${key}`),
  );
}

/** Paths where something is left open: `undefined`, or no number. */
function open(settings: unknown, path = ""): string[] {
  if (settings === undefined || Number.isNaN(settings)) return [path];
  return isMapping(settings)
    ? Object.entries(settings).flatMap(([key, value]) => open(value, `${path}.${key}`))
    : [];
}

function assertConsistent({ retry, breaker }: PolicySettings): void {
  if (retry !== null) {
    assert.ok(retry.backoff.baseMs <= retry.backoff.capMs);
    assert.ok(retry.backoff.throttledBaseMs <= retry.backoff.capMs);
  }
  if (breaker !== null) {
    assert.ok(breaker.open.baseMs <= breaker.open.capMs);
    assert.ok((breaker.windowMs === null) !== (breaker.windowCalls === null));
    assert.ok(breaker.minCalls <= (breaker.windowCalls ?? breaker.minCalls));
  }
}

describe("the settings of a policy", () => {
  it("have no part that is not declared", () => {
    assert.deepEqual(settingsOf({}), {
      name: null,
      deadlineMs: null,
      attemptTimeoutMs: null,
      connectTimeoutMs: null,
      timeouts: "enforced",
      idempotent: false,
      classify: "default",
      retry: null,
      budget: null,
      breaker: null,
      limit: null,
      rate: null,
      fallback: null,
    });
  });

  it("fill in what a declared part leaves out", () => {
    const { retry, budget, breaker, limit, rate } = settingsOf({
      retry: {},
      budget: {},
      breaker: { slow: { overMs: 300 } },
      limit: { concurrent: 64 },
      rate: { calls: 50 },
    });
    assert.deepEqual(retry, {
      attempts: 3,
      on: null,
      backoff: { baseMs: 100, factor: 2, capMs: 1_000, jitter: "full", throttledBaseMs: 500 },
      retryAfter: { capMs: 30_000 },
      minAttemptMs: 0,
    });
    assert.deepEqual(budget, { key: null, ratio: 0.2, minPerSecond: 1, windowMs: 10_000 });
    assert.deepEqual(breaker, {
      key: null,
      mode: "on",
      windowMs: 10_000,
      windowCalls: null,
      minCalls: 20,
      failureRate: 0.5,
      consecutive: null,
      slow: { overMs: 300, rate: 0.8 },
      open: { baseMs: 5_000, factor: 2, capMs: 60_000, jitter: 0.2 },
      probes: 3,
      probeSuccess: 0.6,
      probeWaitMs: 10_000,
    });
    assert.deepEqual(limit, { key: null, concurrent: 64, queue: 0, maxWaitMs: null });
    assert.deepEqual(rate, { key: null, calls: 50, perMs: 1_000, burst: 50, maxWaitMs: 0 });
  });

  const waits: readonly [
    why: string,
    declared: Parameters<typeof backoff>[0],
    expected: readonly number[],
  ][] = [
    ["a longer base has a longer cap", { baseMs: 2_000 }, [2_000, 2_000, 20_000]],
    ["a shorter base has a shorter cap", { baseMs: 60 }, [60, 500, 600]],
    ["a very short base leaves room for throttling", { baseMs: 10 }, [10, 500, 500]],
    ["no base at all still waits when throttled", { baseMs: 0 }, [0, 500, 500]],
    ["a declared cap holds for all", { capMs: 50 }, [50, 50, 50]],
    ["a declared cap of nothing, too", { capMs: 0 }, [0, 0, 0]],
    ["a declared base for throttling raises the cap", { throttledBaseMs: 5_000 }, [100, 5_000, 5_000]],
  ];
  for (const [why, declared, expected] of waits) {
    it(`agree with one another: ${why}`, () => assert.deepEqual(backoff(declared), expected));
  }

  it("count a short window of calls from fewer calls, and in no span", () => {
    const { windowMs, windowCalls, minCalls } = breaker({ breaker: { windowCalls: 10 } });
    assert.deepEqual({ windowMs, windowCalls, minCalls }, { windowMs: null, windowCalls: 10, minCalls: 10 });
    assert.equal(breaker({ breaker: { windowCalls: 100 } }).minCalls, 20);
  });

  it("let no call outlive the window that it is counted in", () => {
    assert.equal(breaker({ attemptTimeoutMs: 8_000, breaker: {} }).windowMs, 16_000);
    assert.equal(breaker({ attemptTimeoutMs: 800, breaker: {} }).windowMs, 10_000);
    assert.equal(breaker({ attemptTimeoutMs: 8_000, breaker: { windowMs: 2_000 } }).windowMs, 2_000);
  });

  it("give a probe the time to time out and be counted", () => {
    assert.equal(breaker({ attemptTimeoutMs: 400, deadlineMs: 2_000, breaker: {} }).probeWaitMs, 800);
    assert.equal(breaker({ deadlineMs: 2_000, breaker: {} }).probeWaitMs, 4_000);
  });

  it("open for a longer or a shorter time when only one end is declared", () => {
    assert.equal(breaker({ breaker: { open: { baseMs: 90_000 } } }).open.capMs, 90_000);
    assert.equal(breaker({ breaker: { open: { capMs: 2_000 } } }).open.baseMs, 2_000);
  });

  it("take what code left undefined for not declared", () => {
    const careless = { deadlineMs: undefined, budget: { ratio: undefined }, breaker: { probes: undefined } };
    const settings = settingsOf(careless as unknown as Policy);
    assert.deepEqual(settings, settingsOf({ budget: {}, breaker: {} }));
  });

  it("start where the backoff arithmetic does", () => {
    const { baseMs, factor, jitter } = backoffOf();
    const { retry } = policyDefaults;
    assert.deepEqual(
      { baseMs, factor, jitter },
      { baseMs: retry.backoff.baseMs, factor: retry.backoff.factor, jitter: retry.backoff.jitter },
    );
  });

  it("keep what is declared, leave nothing open and never contradict themselves, whatever is declared", () => {
    const partsSeen = new Set<string>();
    let [accepted, zeros] = [0, 0];
    fc.assert(
      fc.property(policyDocuments, (document) => {
        const read = readPolicy(document, { numbers: "ms" });
        if ("problems" in read) {
          assert.deepEqual([...new Set(read.problems.map(({ code }) => code))], ["CONFLICT"]);
          return;
        }
        accepted++;
        const settings = settingsOf(read.policy);
        for (const key of Object.keys(read.policy)) partsSeen.add(key);
        if (/:0[,}]/.test(JSON.stringify(read.policy))) zeros++;
        assert.deepEqual(changed(read.policy, settings), []);
        assert.deepEqual(open(settings), []);
        assertConsistent(settings);
      }),
      { numRuns: 600 },
    );
    assert.ok(accepted > 30 && zeros > 2, `${accepted} accepted, ${zeros} of them with a 0`);
    assert.equal(partsSeen.size, Object.keys(settingsOf({})).length, [...partsSeen].join());
  });
});
