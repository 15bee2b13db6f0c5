import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { minCallsUnreachable as rule } from "./min-calls-unreachable.ts";

describe("min-calls-unreachable", () => {
  const breaker = { window: "10s", minCalls: 20 } as const;

  it("finds a breaker for more calls than the rate brings", () => {
    const note = noteOf(rule, { breaker }, { ratePerSecond: 1 });
    assert.deepEqual(note?.path, ["breaker", "minCalls"]);
    assert.match(
      note?.message ?? "",
      /At a rate of 1 per second a window of 10s never sees more than 10 attempts, .* 20\./,
    );
    assert.match(note?.remedy ?? "", /minCalls to 5/);
    assert.match(noteOf(rule, { breaker }, { ratePerSecond: 1.1 })?.remedy ?? "", /minCalls to 5/);
    assert.match(noteOf(rule, { breaker }, { ratePerSecond: 0.05 })?.remedy ?? "", /minCalls to 1,/);
  });

  it("counts the retries of an outage, as many as the budget allows", () => {
    const retry = { attempts: 3 };
    assert.equal(noteOf(rule, { breaker, retry }, { ratePerSecond: 1 }), null);
    const budget = { ratio: 0.2, minPerSecond: 0 };
    assert.match(
      noteOf(rule, { breaker, retry, budget }, { ratePerSecond: 1 })?.message ?? "",
      /12 attempts/,
    );
  });

  it("has nothing to say at a rate that is enough, nor where no rate is known", () => {
    assert.equal(noteOf(rule, { breaker }, { ratePerSecond: 2 }), null);
    assert.equal(noteOf(rule, { breaker }, { ratePerSecond: 1.95 }), null);
    assert.equal(noteOf(rule, { breaker: { ...breaker, minCalls: 2_000 } }, { ratePerSecond: 200 }), null);
    assert.equal(noteOf(rule, { breaker }), null);
    assert.equal(noteOf(rule, {}, { ratePerSecond: 1 }), null);
  });

  it("has nothing to say of a breaker that opens for another reason, or never", () => {
    const facts = { ratePerSecond: 1 };
    assert.equal(noteOf(rule, { breaker: { ...breaker, consecutive: 5 } }, facts), null);
    assert.equal(noteOf(rule, { breaker: { windowCalls: 20 } }, facts), null);
    assert.equal(noteOf(rule, { breaker: { ...breaker, mode: "off" } }, facts), null);
  });
});
