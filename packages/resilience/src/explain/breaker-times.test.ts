import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settingsOf } from "@holdfast/core";
import fc from "fast-check";
import {
  failureOpeningMs,
  longestOpening,
  openTime,
  probesNeeded,
  slowOpeningMs,
  soonest,
} from "./breaker-times.ts";
import { outageFacts } from "./outage.ts";
import { breakers } from "./testing/policies.ts";
import { simulate } from "./testing/simulate.ts";
import { timeFacts } from "./time-facts.ts";

type Breaker = NonNullable<ReturnType<typeof settingsOf>["breaker"]>;
const breakerOf = (declared: Parameters<typeof settingsOf>[0]["breaker"] & object): Breaker => {
  const { breaker } = settingsOf({ breaker: declared });
  assert.ok(breaker !== null);
  return breaker;
};
const single = (ratePerSecond: number, lateMs: number) => ({
  ratePerSecond,
  healthyPerSecond: ratePerSecond,
  loadFactor: 1,
  callMs: lateMs,
  lateMs,
});
/** A healthy time that fills every window. */
const healthyMs = 60_000;
const rates = fc.constantFrom(1, 2, 5, 30);

/** How long the runtime's breaker takes to open when every attempt fails so late; `null` where it does not. */
function openedAfter(
  settings: ReturnType<typeof settingsOf>,
  ratePerSecond: number,
  failingMs: number,
): number | null {
  const world = { seed: 1, ratePerSecond, endMs: healthyMs + 90_000, failingMs };
  const { changes } = simulate(settings, { ...world, fails: (nowMs) => nowMs >= healthyMs });
  const opened = changes.find(({ to }) => to === "open");
  return opened === undefined ? null : opened.atMs - healthyMs;
}

/** The runtime's windows turn in tenths, so that one which holds just enough calls does so only now and then. */
function assertAgree(breaker: Breaker, rate: number, told: number | null, tookMs: number | null): void {
  const { windowMs, minCalls, slow } = breaker;
  const spare = (countedMs: number) =>
    windowMs === null ? Number.POSITIVE_INFINITY : (rate * (windowMs - countedMs)) / 1_000 - minCalls;
  const because = `${tookMs} seen, ${told} told: ${JSON.stringify(breaker)}`;
  if (told === null) {
    assert.ok(tookMs === null || spare(0) > -1, because);
    return;
  }
  const bucketMs = (windowMs ?? 0) / 10;
  const slackMs = (spare(0) < 2 ? 12 : 2) * bucketMs + 3_000 / rate;
  assert.ok(tookMs !== null && tookMs <= told + slackMs, because);
  const nearMargin = [0, 100, 900, slow?.overMs ?? 0].some(
    (countedMs) => Math.abs(spare(countedMs)) < 2 + (rate * bucketMs) / 1_000,
  );
  if (!nearMargin) assert.ok(tookMs >= told - slackMs, because);
}

describe("how long an outage takes to open a circuit", () => {
  it("is the share of the window, or the calls that it must have seen", () => {
    const breaker = breakerOf({ windowMs: 10_000, minCalls: 20, failureRate: 0.5 });
    assert.equal(failureOpeningMs(breaker, single(10, 0)), 5_000);
    // The window has drained for 2 s when the first timeout counts.
    assert.equal(failureOpeningMs(breaker, single(10, 2_000)), 6_000);
    // Of the 20 calls of a window 4 are missing after that, so that nothing is judged until 20 have failed.
    assert.equal(failureOpeningMs(breaker, single(2, 2_000)), 12_000);
    assert.equal(failureOpeningMs(breaker, single(1.9, 0)), null);
    assert.equal(failureOpeningMs(breakerOf({ consecutive: 5 }), single(1, 0)), 5_000);
    assert.equal(failureOpeningMs(breakerOf({ windowCalls: 50 }), single(1, 0)), 25_000);
  });

  it("is a window once all attempts are made, where the calls alone are too few", () => {
    const breaker = breakerOf({ windowMs: 10_000, minCalls: 20 });
    const traffic = { ...single(1, 0), loadFactor: 2.2, callMs: 300 };
    assert.equal(failureOpeningMs(breaker, traffic), 10_300);
    assert.equal(failureOpeningMs(breaker, { ...traffic, loadFactor: 1.9 }), null);
    const late = { ...single(1, 2_000), loadFactor: 2.2, callMs: 5_000 };
    assert.equal(failureOpeningMs(breaker, late), 17_000);
  });

  it("is a window where fewer calls can begin than in the healthy time", () => {
    const breaker = breakerOf({ windowMs: 10_000, minCalls: 20 });
    assert.equal(failureOpeningMs(breaker, { ...single(3, 800), healthyPerSecond: 10 }), 10_800);
    assert.equal(failureOpeningMs(breaker, { ...single(1, 800), healthyPerSecond: 10 }), null);
  });

  it("is what attempts in flight need to be slow, where that is sooner", () => {
    const breaker = breakerOf({ windowMs: 10_000, minCalls: 20, slow: { overMs: 300, rate: 0.8 } });
    assert.equal(slowOpeningMs(breaker, single(10, 800)), 300 + 0.8 * 9_700);
    assert.equal(slowOpeningMs(breaker, single(10, 300)), null);
    assert.equal(slowOpeningMs(breakerOf({}), single(10, 800)), null);
    // One a second is ten in a window, but ten more are in flight and slow.
    const patient = breakerOf({ windowMs: 10_000, minCalls: 20, slow: { overMs: 1_000 } });
    assert.equal(slowOpeningMs(patient, single(1, 11_000)), 21_000);
  });

  it("is what slow attempts beside a window of calls come to", () => {
    const breaker = breakerOf({ windowCalls: 40, slow: { overMs: 300, rate: 0.8 } });
    // Five in flight beside the forty: four fifths of that are 36.
    assert.equal(slowOpeningMs(breaker, single(10, 800)), 300 + 3_600);
    // 160 beside forty fast ones are four fifths too.
    assert.equal(Math.round(slowOpeningMs(breaker, single(10, Number.POSITIVE_INFINITY)) ?? 0), 300 + 16_000);
    const all = breakerOf({ windowCalls: 40, slow: { overMs: 300, rate: 1 } });
    assert.equal(slowOpeningMs(all, single(10, 800)), 300 + 4_500);
    assert.equal(slowOpeningMs(all, single(10, Number.POSITIVE_INFINITY)), null);
  });

  it("is what the runtime's breaker takes", () => {
    const seen = { never: 0, span: 0, calls: 0, slow: 0, hung: 0 };
    const property = fc.property(breakers, rates, fc.constantFrom(0, 100, 900), (declared, rate, lateMs) => {
      const settings = settingsOf({ breaker: declared, attemptTimeoutMs: 900 });
      const breaker = settings.breaker as Breaker;
      const slow = slowOpeningMs(breaker, single(rate, lateMs));
      const told = soonest(failureOpeningMs(breaker, single(rate, lateMs)), slow);
      const tookMs = openedAfter(settings, rate, lateMs);

      assertAgree(breaker, rate, told, tookMs);
      seen.never += Number(told === null);
      seen[breaker.windowMs === null ? "calls" : "span"]++;
      seen.slow += Number(told !== null && told === slow);
      seen.hung += Number(lateMs === 900);
    });
    fc.assert(property, { numRuns: 300 });
    for (const [kind, count] of Object.entries(seen)) assert.ok(count > 0, `${kind}: ${count}`);
  });
});

describe("an outage of a service that makes too few calls for its circuit", () => {
  it("opens it by its retries within the time that is told", () => {
    const seen = { opened: 0, never: 0 };
    fc.assert(
      fc.property(
        fc.record({ attempts: fc.integer({ min: 2, max: 5 }), minCalls: fc.integer({ min: 11, max: 50 }) }),
        fc.constantFrom(null, 0.2, 1),
        fc.nat(),
        ({ attempts, minCalls }, ratio, seed) => {
          const settings = settingsOf({
            deadlineMs: 5_000,
            retry: { attempts, backoff: { baseMs: 50, jitter: "full" } },
            ...(ratio === null ? {} : { budget: { ratio, minPerSecond: 1 } }),
            breaker: { windowMs: 10_000, minCalls, failureRate: 0.9 },
          });
          const { opens } = outageFacts(settings, 1, timeFacts(settings));
          const world = { seed, ratePerSecond: 1, endMs: healthyMs + 60_000, failingMs: 0 };
          const { changes } = simulate(settings, { ...world, fails: (nowMs) => nowMs >= healthyMs });
          const opened = changes.find(({ to }) => to === "open");
          seen[opens?.quickMs === null ? "never" : "opened"]++;
          if (opens === null || opens.quickMs === null) return;
          assert.ok(opened !== undefined, `told ${opens.quickMs}`);
          assert.ok(
            opened.atMs - healthyMs <= opens.quickMs + 2_000,
            `${opened.atMs} seen, ${opens.quickMs} told`,
          );
        },
      ),
    );
    assert.ok(seen.opened > 20 && seen.never > 20, JSON.stringify(seen));
  });
});

describe("an outage of a provider that holds all places", () => {
  it("opens the circuit within the time that is told", () => {
    let told = 0;
    const property = fc.property(
      breakers,
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(100, 900),
      (breaker, concurrent, attemptTimeoutMs) => {
        const settings = settingsOf({ breaker, attemptTimeoutMs, limit: { concurrent } });
        const { opens } = outageFacts(settings, 30, timeFacts(settings));
        const tookMs = openedAfter(settings, 30, attemptTimeoutMs);
        if (opens === null || opens.hangingMs === null) return;
        told++;
        const slackMs = 0.2 * (settings.breaker?.windowMs ?? 0) + attemptTimeoutMs + 100;
        assert.ok(
          tookMs !== null && tookMs <= opens.hangingMs + slackMs,
          `${tookMs} seen, ${opens.hangingMs} told`,
        );
      },
    );
    fc.assert(property, { numRuns: 200 });
    assert.ok(told > 20, `${told} told`);
  });
});

describe("a circuit that is open", () => {
  const breaker = breakerOf({ open: { baseMs: 2_000, capMs: 30_000, factor: 2, jitter: 0.2 } });

  it("stays so for longer each time, up to the cap", () => {
    assert.deepEqual(openTime(breaker, 1), { minMs: 1_600, maxMs: 2_400 });
    assert.deepEqual(openTime(breaker, 2), { minMs: 3_200, maxMs: 4_800 });
    assert.equal(longestOpening(breaker), 5);
    assert.deepEqual(openTime(breaker, 5), { minMs: 24_000, maxMs: 30_000 });
    assert.equal(longestOpening(breakerOf({ open: { factor: 1 } })), 1);
    assert.equal(longestOpening(breakerOf({ open: { baseMs: 1_000, capMs: 4_000 } })), 3);
  });

  it("needs as many of its probes as reach the share", () => {
    for (const [probes, probeSuccess, needed] of [
      [3, 0.6, 2],
      [5, 0.6, 3],
      [1, 0.0001, 1],
      [4, 0.75, 3],
      [4, 0.76, 4],
    ] as const)
      assert.equal(probesNeeded({ probes, probeSuccess }), needed, `${probes} ${probeSuccess}`);
  });

  it("is open for those times, and closed again within the time that is told", () => {
    const seen = { openings: 0, longest: 0 };
    const outages = fc.integer({ min: 1_000, max: 40_000 });
    const property = fc.property(breakers, outages, fc.nat(), (declared, outageMs, seed) => {
      const settings = settingsOf({ breaker: declared });
      const breaker = settings.breaker as Breaker;
      const backMs = healthyMs + outageMs;
      const world = { seed, ratePerSecond: 25, endMs: backMs + 90_000, failingMs: 0 };
      const fails = (nowMs: number) => nowMs >= healthyMs && nowMs < backMs;
      const { changes } = simulate(settings, { ...world, fails });

      const spans = openingsIn(changes);
      for (const { count, tookMs } of spans) {
        const { minMs, maxMs } = openTime(breaker, count);
        const longestMs = maxMs + 1_000 / world.ratePerSecond;
        assert.ok(minMs <= tookMs + 1e-6 && tookMs <= longestMs + 1e-6, `${minMs} <= ${tookMs} <= ${maxMs}`);
        seen.longest += Number(count >= longestOpening(breaker));
      }
      seen.openings += spans.length;
      const closed = changes.at(-1);
      if (closed === undefined) return;
      assert.equal(closed.to, "closed");
      const { closesWithinMs } = outageFacts(settings, world.ratePerSecond, timeFacts(settings));
      const tookMs = closed.atMs - backMs;
      assert.ok(tookMs <= (closesWithinMs ?? 0) + 1e-6, `${tookMs} seen, ${closesWithinMs} told`);
    });
    fc.assert(property, { numRuns: 100 });
    assert.ok(seen.openings > 50 && seen.longest > 5, JSON.stringify(seen));
  });
});

/** How long each opening lasted, and the how manieth in a row it was. */
function openingsIn(changes: ReturnType<typeof simulate>["changes"]): { count: number; tookMs: number }[] {
  const spans: { count: number; tookMs: number }[] = [];
  let count = 0;
  for (const [index, { to, atMs }] of changes.entries()) {
    if (to === "closed") count = 0;
    if (to === "open") count++;
    if (to === "half-open") spans.push({ count, tookMs: atMs - (changes[index - 1]?.atMs ?? 0) });
  }
  return spans;
}
