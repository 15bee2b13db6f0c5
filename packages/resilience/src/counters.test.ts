import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Counters, type Counts } from "./counters.ts";
import { type ErrorCode, errorCodes } from "./errors.ts";

const none: Counts = {
  calls: 0,
  successes: 0,
  fallbacks: 0,
  attempts: 0,
  attemptFailures: 0,
  retries: 0,
  errors: {},
};

/** What can be counted, each with what it changes. */
const happenings: readonly (readonly [count: (counters: Counters) => void, changes: Partial<Counts>])[] = [
  [(counters) => counters.called(), { calls: 1 }],
  [(counters) => counters.attempted(), { attempts: 1 }],
  [(counters) => counters.succeeded(5), { successes: 1 }],
  [(counters) => counters.fellBack(), { fallbacks: 1 }],
  [(counters) => counters.attemptFailed(), { attemptFailures: 1 }],
  [(counters) => counters.retried(), { retries: 1 }],
  ...errorCodes.map(
    (code) => [(counters: Counters) => counters.ended(code), { errors: { [code]: 1 } }] as const,
  ),
];

describe("counters", () => {
  it("begin with nothing, and leave out what never happened", () => {
    assert.deepEqual(new Counters().counts(), none);
  });

  it("change the one number that is meant, and no other", () => {
    for (const [count, changes] of happenings) {
      const counters = new Counters();
      count(counters);
      assert.deepEqual(counters.counts(), { ...none, ...changes });
    }
  });

  it("add up, in whatever order things happen", () => {
    const property = fc.property(
      fc.array(fc.nat(happenings.length - 1), { maxLength: 300, size: "max" }),
      (all) => {
        const counters = new Counters();
        for (const index of all) happenings[index]?.[0](counters);
        const times = (wanted: number): number => all.filter((index) => index === wanted).length;
        const errors = errorCodes.map((code, index): [ErrorCode, number] => [code, times(6 + index)]);
        assert.deepEqual(counters.counts(), {
          calls: times(0),
          attempts: times(1),
          successes: times(2),
          fallbacks: times(3),
          attemptFailures: times(4),
          retries: times(5),
          errors: Object.fromEntries(errors.filter(([, count]) => count > 0)),
        });
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it("answer with what was, not with what will be", () => {
    const counters = new Counters();
    const before = counters.counts();
    counters.called();
    counters.ended("OPEN");
    assert.deepEqual(before, none);
  });

  it("keep the latencies of successes, and of nothing else", () => {
    const counters = new Counters();
    for (const [count] of happenings) count(counters);
    assert.equal(counters.latency.count, 1);
    assert.ok(Math.abs(counters.latency.quantile(1) / 5 - 1) < 0.1);
  });

  it("know whether a call is under way, however it ends", () => {
    for (const [end] of happenings.filter(
      ([, { successes, fallbacks, errors }]) => successes ?? fallbacks ?? errors,
    )) {
      const counters = new Counters();
      assert.equal(counters.isUnderWay, false);
      counters.called();
      counters.attempted();
      counters.attemptFailed();
      counters.called();
      end(counters);
      assert.equal(counters.isUnderWay, true);
      end(counters);
      assert.equal(counters.isUnderWay, false);
    }
  });
});
