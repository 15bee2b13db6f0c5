import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import fc from "fast-check";
import type { BreakerSettings, Outcome } from "./breaker-settings.ts";
import { outcomeFailure, outcomeNeutral, outcomeSuccess } from "./breaker-settings.ts";
import { Outage, openTimeMs } from "./outage.ts";
import { plain } from "./testing/breaker-settings.ts";

const durationMs = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1e9, noNaN: true }));
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.1, 0.3, 0.7, 0.9, 1));
const openings = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(1_000, 2_000, 1e15));
const factor = fc.double({ min: 1, max: 10, noNaN: true });

/** The time of an opening without jitter, step by step; after a thousand steps it has reached the cap or stays as it is. */
function nominalMs({ openBaseMs, openFactor, openCapMs }: BreakerSettings, openings: number): number {
  let forMs = Math.min(openBaseMs, openCapMs);
  for (let opening = 1; opening < Math.min(openings, 2_000); opening++) {
    forMs = Math.min(openCapMs, forMs * openFactor);
  }
  return forMs;
}

function assertOpenTime(settings: BreakerSettings, openings: number): string {
  const { openCapMs, openJitter } = settings;
  const forMs = openTimeMs(settings, openings, seededRandom(7));
  const nominal = nominalMs(settings, openings);
  assert.ok(forMs >= 0 && forMs <= openCapMs, `${forMs}`);
  if (openings <= 2_000) {
    assert.ok(forMs >= nominal * (1 - openJitter - 1e-6), `${forMs} is below ${nominal}`);
    assert.ok(forMs <= nominal * (1 + openJitter + 1e-6), `${forMs} is above ${nominal}`);
  }
  if (forMs === 0) return "none";
  return forMs === openCapMs ? "at the cap" : "below the cap";
}

function verdict(probes: number, probeSuccess: number, found: readonly Outcome[]): string {
  const succeeded = found.filter((outcome) => outcome === outcomeSuccess).length;
  const best = probes - found.filter((outcome) => outcome === outcomeFailure).length;
  if (succeeded > 0 && succeeded / probes >= probeSuccess) return "over";
  return best === 0 || best / probes < probeSuccess ? "goes on" : "undecided";
}

/** Plays probes one after the other until they have decided; what came of it. */
function playRound(probes: number, probeSuccess: number, outcomes: readonly Outcome[]): string {
  const outage = new Outage({ ...plain, probes, probeSuccess });
  for (const [at, outcome] of outcomes.entries()) {
    const expected = verdict(probes, probeSuccess, outcomes.slice(0, at));
    assert.equal(outage.isOver, expected === "over");
    assert.equal(outage.goesOn, expected === "goes on");
    if (expected !== "undecided") return expected;
    assert.equal(outage.hasPlace, true);
    outage.lease();
    outage.giveBack(outcome);
  }
  return "undecided";
}

describe("openTimeMs", () => {
  it("is a number from 0 to the cap, and within its jitter of the nominal time, at every opening", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(durationMs, durationMs, factor, share, openings, (base, cap, factor, jitter, openings) => {
        const times = { openBaseMs: base, openCapMs: cap, openFactor: factor, openJitter: jitter };
        seen.add(assertOpenTime({ ...plain, ...times }, openings));
      }),
      { numRuns: 1_000 },
    );
    assert.deepEqual([...seen].sort(), ["at the cap", "below the cap", "none"]);
  });
});

describe("an outage", () => {
  it("is over exactly when the share is reached, and goes on exactly when it cannot be any more", () => {
    const seen = new Set<string>();
    const outcomes = fc.array(fc.constantFrom(outcomeSuccess, outcomeFailure, outcomeNeutral), {
      maxLength: 30,
      size: "max",
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), share, outcomes, (probes, probeSuccess, outcomes) => {
        seen.add(playRound(probes, probeSuccess, outcomes));
      }),
      { numRuns: 1_000 },
    );
    assert.deepEqual([...seen].sort(), ["goes on", "over", "undecided"]);
  });

  it("has as many places as probes, less those that have found something", () => {
    const outage = new Outage({ ...plain, probes: 3, probeSuccess: 1 });
    outage.lease();
    outage.lease();
    assert.equal(outage.hasPlace, true);
    outage.lease();
    assert.equal(outage.hasPlace, false);
    outage.giveBack(outcomeSuccess);
    assert.equal(outage.hasPlace, false);
    outage.giveBack(outcomeNeutral);
    assert.equal(outage.hasPlace, true);
    outage.turn();
    for (let probe = 0; probe < 3; probe++) {
      assert.equal(outage.hasPlace, true);
      outage.lease();
    }
    assert.equal(outage.hasPlace, false);
  });
});
