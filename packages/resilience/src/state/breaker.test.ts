import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { Breaker } from "./breaker.ts";
import { outcomeFailure, outcomeNeutral, outcomeSuccess } from "./breaker-settings.ts";
import { Flight } from "./flight.ts";
import { benchBreaker } from "./testing/bench-breaker.ts";
import { plain } from "./testing/breaker-settings.ts";

const [success, failure, neutral] = [outcomeSuccess, outcomeFailure, outcomeNeutral];

function settle(breaker: Breaker, flight: Flight | null, nowMs: number, outcome: typeof success): void {
  assert.ok(flight !== null);
  breaker.settle(flight, nowMs, outcome);
}

describe("a closed breaker", () => {
  it("opens at its rate, but not on fewer calls than it needs", () => {
    const { breaker, call, told } = benchBreaker();
    for (let at = 0; at < 3; at++) call(at, failure);
    assert.equal(breaker.state(3), "closed");
    call(4, success);
    assert.deepEqual(told, ["closed → open @ 4"]);
  });

  it("reckons a rate as it is written: 29 of 100 are 0.29", () => {
    const { call, told } = benchBreaker({ failureRate: 0.29, minCalls: 100 });
    for (let at = 0; at < 100; at++) call(at, at < 71 ? success : failure);
    assert.equal(told.length, 1);
    const spared = benchBreaker({ failureRate: 0.29, minCalls: 100 });
    for (let at = 0; at < 100; at++) spared.call(at, at < 72 ? success : failure);
    assert.equal(spared.told.length, 0);
  });

  it("does not open without a failure or a slow call, even where the rates are 0", () => {
    const { call, told } = benchBreaker({ failureRate: 0, slowRate: 0, minCalls: 0, slowOverMs: 100 });
    for (let at = 0; at < 10; at++) call(at, success);
    assert.deepEqual(told, []);
    call(10, failure);
    assert.equal(told.length, 1);
  });

  it("counts the calls that are in flight for too long, before any of them has come back", () => {
    const { breaker, start, told } = benchBreaker({ slowOverMs: 100, slowRate: 1 });
    for (let at = 0; at < 4; at++) assert.ok(start(at));
    assert.equal(breaker.state(103), "closed", "the last of them is not over the limit yet");
    assert.equal(start(103.5), null);
    assert.deepEqual(told, ["closed → open @ 103.5"]);
  });

  it("does not count a slow call twice, once in flight and once at its end", () => {
    const { breaker, start, call } = benchBreaker({ slowOverMs: 100, slowRate: 0.5 });
    const slow = start(0);
    assert.equal(breaker.state(101), "closed");
    assert.equal(slow?.slow, true);
    settle(breaker, slow, 102, success);
    call(102, success);
    call(102, success);
    call(102, success); // One of four.
    assert.equal(breaker.state(102), "closed");
    const other = start(102);
    settle(breaker, other, 203, success); // Two of five; noticed at its end only.
    assert.equal(breaker.state(203), "closed");
    const third = start(203);
    breaker.peek(304);
    assert.equal(third?.slow, true); // Three of six, one of them in flight.
    assert.equal(breaker.state(304), "open");
  });

  it("does not count a slow call whose caller gave up", () => {
    const { breaker, start, told } = benchBreaker({ slowOverMs: 100, slowRate: 1 });
    for (let at = 0; at < 3; at++) settle(breaker, start(at * 200), at * 200 + 150, neutral);
    const last = start(1_000);
    breaker.peek(1_150);
    settle(breaker, last, 1_150, neutral);
    for (let at = 0; at < 3; at++) start(2_000);
    breaker.peek(2_101);
    assert.deepEqual(told, []);
  });

  it("hears nobody twice", () => {
    const { breaker, start, told } = benchBreaker();
    const flight = start(0);
    for (let at = 0; at < 10; at++) settle(breaker, flight, at, failure);
    assert.deepEqual(told, []);
  });

  it("opens once, however many fail together", () => {
    const { breaker, start, told } = benchBreaker({ consecutive: 1 });
    const flights = Array.from({ length: 50 }, () => start(0));
    for (const flight of flights) settle(breaker, flight, 5, failure);
    assert.deepEqual(told, ["closed → open @ 5"]);
    assert.equal(breaker.retryAfterMs(5), 1_000);
  });
});

describe("an open breaker", () => {
  it("rejects until its time is over, and tells how long that is", () => {
    const { breaker, start, breakDown, told } = benchBreaker();
    breakDown(0);
    assert.equal(start(999.5), null);
    assert.equal(breaker.retryAfterMs(999.5), 0.5);
    assert.equal(breaker.peek(999.5), false);
    assert.ok(start(1_000));
    assert.deepEqual(told, ["closed → open @ 0", "open → half-open @ 1000"]);
  });

  it("stays open longer at every opening in a row, up to the cap, and starts afresh once closed", () => {
    const { breaker, call, breakDown } = benchBreaker({ probes: 1 });
    breakDown(0);
    const waits: number[] = [];
    let nowMs = 0;
    for (let opening = 0; opening < 4; opening++) {
      waits.push(breaker.retryAfterMs(nowMs));
      nowMs += breaker.retryAfterMs(nowMs);
      call(nowMs, failure);
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 4_000]);
    nowMs += 4_000;
    call(nowMs, success);
    breakDown(nowMs);
    assert.equal(breaker.retryAfterMs(nowMs), 1_000);
  });

  it("stays open for as long as the provider asked, but not beyond the cap", () => {
    for (const [hintMs, waitMs] of [
      [500, 1_000],
      [3_000, 3_000],
      [86_400_000, 4_000],
      [Number.POSITIVE_INFINITY, 4_000],
      [Number.NaN, 1_000],
      [-5_000, 1_000],
    ] as const) {
      const { breaker, call } = benchBreaker({ consecutive: 2 });
      call(0, failure, hintMs);
      call(0, failure);
      assert.equal(breaker.retryAfterMs(0), waitMs, `${hintMs}`);
    }
  });

  it("stays open for no longer than a fraction of a millisecond if that is all that anybody asks for", () => {
    const { breaker, call, start } = benchBreaker({ consecutive: 1, openBaseMs: 0 });
    call(0, failure, 0.5);
    assert.equal(breaker.retryAfterMs(0), 0.5);
    breaker.force("closed", 1);
    settle(breaker, start(1), 1, failure);
    assert.equal(breaker.retryAfterMs(1), 0);
    assert.equal(breaker.state(1), "half-open");
  });

  it("does not take up in one state what the provider asked for in another, nor from a call that succeeded", () => {
    const { breaker, call } = benchBreaker({ consecutive: 1, probes: 1, openFactor: 1 });
    call(0, failure, 3_900);
    call(3_900, success, 3_500);
    assert.equal(breaker.state(3_900), "closed");
    call(3_950, failure);
    assert.equal(breaker.retryAfterMs(3_950), 1_000);
  });

  it("hears nobody who started before", () => {
    const { breaker, start, breakDown, told } = benchBreaker({ probes: 1 });
    const [early, late] = [start(0), start(0)];
    breakDown(0);
    settle(breaker, early, 10, success);
    assert.equal(breaker.state(10), "open");
    settle(breaker, late, 1_000, failure); // Its time is over, but nobody has come to probe.
    assert.deepEqual(told, ["closed → open @ 0"]);
  });

  it("spreads the time at which it comes back by its jitter, never beyond the cap", () => {
    const waits = Array.from({ length: 400 }, (_, seed) => {
      const { breaker, breakDown } = benchBreaker({ openJitter: 0.2, openCapMs: 1_100 }, seed);
      breakDown(0);
      return breaker.retryAfterMs(0);
    });
    assert.ok(Math.min(...waits) >= 800 && Math.min(...waits) < 820, `${Math.min(...waits)}`);
    assert.equal(Math.max(...waits), 1_100);
    assert.ok(new Set(waits).size > 250);
  });
});

describe("a half-open breaker", () => {
  it("lets as many probes pass as it has places, rejects all others, and tells when a place may be free", () => {
    const { breaker, start, breakDown } = benchBreaker();
    breakDown(0);
    const flights = Array.from({ length: 100 }, (_, at) => start(1_000 + at));
    assert.equal(flights.filter((flight) => flight !== null).length, 3);
    assert.ok(flights.slice(0, 3).every((flight) => flight?.probe));
    assert.equal(breaker.retryAfterMs(1_100), 400);
    assert.equal(breaker.peek(1_100), false);
    assert.equal(breaker.retryAfterMs(1_500), 0);
  });

  it("closes as soon as enough have succeeded and forgets what it knew before", () => {
    const { breaker, start, call, breakDown, told } = benchBreaker();
    breakDown(0);
    const probes = [start(1_000), start(1_000), start(1_000)] as const;
    settle(breaker, probes[0], 1_010, success);
    assert.equal(breaker.state(1_010), "half-open");
    settle(breaker, probes[1], 1_020, success);
    assert.equal(breaker.state(1_020), "closed");
    settle(breaker, probes[2], 1_030, failure); // Too late to matter.
    for (let at = 0; at < 3; at++) call(1_040, failure);
    assert.equal(breaker.state(1_040), "closed", "the failures from before are forgotten");
    assert.equal(told.length, 3);
  });

  it("opens again as soon as enough cannot succeed any more", () => {
    const { breaker, start, breakDown, told } = benchBreaker();
    breakDown(0);
    const probes = [start(1_000), start(1_000)] as const;
    settle(breaker, probes[0], 1_010, failure);
    assert.equal(breaker.state(1_010), "half-open");
    settle(breaker, probes[1], 1_020, failure);
    assert.deepEqual(told.at(-1), "half-open → open @ 1020");
  });

  it("gives the place of a probe that came to nothing to another, and neither closes nor opens for it", () => {
    const { breaker, start, breakDown, told } = benchBreaker({ probes: 1 });
    breakDown(0);
    for (let at = 0; at < 20; at++) settle(breaker, start(1_000 + at), 1_000 + at, neutral);
    assert.equal(told.length, 2);
    settle(breaker, start(1_050), 1_050, success);
    assert.equal(breaker.state(1_050), "closed");
  });

  it("gives the place of a probe that hangs to another, and does not hear it any more", () => {
    const { breaker, start, breakDown, told } = benchBreaker({ probes: 1 });
    breakDown(0);
    const hung = start(1_000);
    assert.equal(start(1_499), null);
    const next = start(1_500);
    settle(breaker, hung, 1_501, failure);
    assert.equal(breaker.state(1_501), "half-open");
    assert.equal(start(1_501), null, "the lease of the second is not given back by the first");
    settle(breaker, next, 1_502, success);
    assert.deepEqual(told.at(-1), "half-open → closed @ 1502");
  });

  it("does not hear a probe at the moment its lease ends, looked at or not", () => {
    const { breaker, start, breakDown } = benchBreaker({ probes: 1 });
    breakDown(0);
    settle(breaker, start(1_000), 1_500, success);
    assert.equal(breaker.state(1_500), "half-open");
  });

  it("hears nobody of an older time: a late failure does not open it, a late success does not close it", () => {
    const { breaker, start, breakDown } = benchBreaker({ probes: 1 });
    const [failing, succeeding, third] = [start(0), start(0), start(0)];
    breakDown(0);
    const probe = start(1_000);
    settle(breaker, failing, 1_001, failure);
    settle(breaker, succeeding, 1_002, success);
    assert.equal(breaker.state(1_002), "half-open");
    settle(breaker, probe, 1_003, success);
    settle(breaker, third, 1_004, failure);
    assert.equal(breaker.state(1_004), "closed");
  });
});

describe("a breaker", () => {
  it("goes on when its listener throws, and hands the error to whoever wants it", () => {
    const errors: unknown[] = [];
    const boom = new Error("boom");
    const throwing = (): never => {
      throw boom;
    };
    for (const onError of [(error: unknown) => void errors.push(error), null]) {
      const breaker = new Breaker({ ...plain, consecutive: 1 }, seededRandom(1), throwing, onError);
      const flight = new Flight();
      assert.equal(breaker.admit(flight, 0), true);
      breaker.settle(flight, 0, failure);
      assert.equal(breaker.state(0), "open");
      assert.equal(breaker.state(1_000), "half-open");
    }
    assert.deepEqual(errors, [boom, boom]);
  });

  it("tells of a change after it has happened, so that a listener may look and decide", () => {
    const looks: string[] = [];
    const breaker: Breaker = new Breaker({ ...plain, consecutive: 1 }, seededRandom(1), (from, to, nowMs) => {
      looks.push(`${from} → ${to}: ${breaker.state(nowMs)}, ${breaker.retryAfterMs(nowMs)}`);
      if (to === "open") breaker.force("open", nowMs);
    });
    const flight = new Flight();
    breaker.admit(flight, 0);
    breaker.settle(flight, 0, failure);
    assert.deepEqual(looks, ["closed → open: open, 1000", "open → forced-open: forced-open, Infinity"]);
  });

  it("costs the same however many are in flight, and each of them is looked at once", () => {
    const { breaker, start } = benchBreaker({ slowOverMs: 10, slowRate: 1, minCalls: 1e9 });
    const flights = Array.from({ length: 100_000 }, (_, at) => start(at / 1_000));
    // Were all looked at for each, these would be 10^10 looks.
    for (const flight of flights) settle(breaker, flight, 1_000, success);
    assert.equal(breaker.state(1_000), "closed");
  });

  it("lets a flight that was slow be used again", () => {
    const { breaker, start, call } = benchBreaker({ slowOverMs: 10, slowRate: 1, minCalls: 2 });
    const flight = start(0);
    breaker.peek(11);
    settle(breaker, flight, 11, neutral);
    assert.ok(flight?.slow && breaker.admit(flight, 12));
    settle(breaker, flight, 13, success);
    call(13, failure);
    assert.equal(breaker.state(13), "open", "one of two has failed");
  });

  it("lets a flight be used again, while others of its time are still out", () => {
    const { breaker, start, breakDown } = benchBreaker({ probes: 2, probeSuccess: 1 });
    const [first, used, last] = [start(0), start(0), start(0)];
    breakDown(0);
    settle(breaker, used, 1, failure);
    assert.ok(used !== null && breaker.admit(used, 1_000));
    assert.equal(used.slow, false);
    const beside = start(1_000);
    settle(breaker, first, 1_001, failure);
    settle(breaker, last, 1_001, failure);
    settle(breaker, beside, 1_002, success);
    assert.equal(breaker.retryAfterMs(1_002), 498);
    settle(breaker, used, 1_003, success);
    assert.equal(breaker.state(1_003), "closed");
  });

  it("works without a listener, and refuses to stay open for ever", () => {
    const breaker = new Breaker({ ...plain, consecutive: 1 }, seededRandom(1));
    const flight = new Flight();
    breaker.admit(flight, 0);
    breaker.settle(flight, 0, failure);
    assert.equal(breaker.state(0), "open");
    const endless = { ...plain, openCapMs: Number.POSITIVE_INFINITY };
    assert.throws(() => new Breaker(endless, seededRandom(1)), /for ever/);
  });
});
