import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  countWindowModel,
  timeWindowModel,
  type WindowCounts,
  type WindowStep,
} from "./testing/window-model.ts";
import { CountWindow, TimeWindow, type Window } from "./window.ts";

/** Steps in quarters of a millisecond, so that model and machine reckon without rounding; now and then time goes back. */
const steps = fc
  .array(
    fc.record({
      waitMs: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }).map((quarters) => quarters / 4) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 300 }) },
        { weight: 1, arbitrary: fc.integer({ min: -60, max: 0 }) },
      ),
      do: fc.constantFrom("record", "record", "record", "record", "record", "record", "move", "reset"),
      failed: fc.boolean(),
      slow: fc.boolean(),
    }),
    { maxLength: 80, size: "max" },
  )
  .map((relative) => {
    let atMs = 0;
    return relative.map(({ waitMs, do: what, failed, slow }): WindowStep => {
      atMs += waitMs;
      return what === "record" ? { do: what, atMs, failed, slow } : { do: what as "move" | "reset", atMs };
    });
  });

function countsOf({ calls, failures, slow }: Window): WindowCounts {
  return { calls, failures, slow };
}

function take(window: Window, step: WindowStep): void {
  if (step.do === "record") window.record(step.atMs, step.failed, step.slow);
  else window[step.do](step.atMs);
}

/** Plays the steps on the machine and compares it with the model after each; returns the counts on the way. */
function assertLikeModel(
  window: Window,
  history: readonly WindowStep[],
  model: (history: readonly WindowStep[]) => WindowCounts,
): readonly WindowCounts[] {
  return history.map((step, at) => {
    take(window, step);
    const counts = countsOf(window);
    assert.deepEqual(counts, model(history.slice(0, at + 1)));
    return counts;
  });
}

/** What the counts went through, so that a property can prove that it was there. */
function passed(counts: readonly WindowCounts[]): readonly string[] {
  return counts.flatMap(({ calls, failures, slow }, at) => {
    const before = counts[at - 1]?.calls ?? 0;
    const mixed = failures > 0 && slow > 0 && failures < calls && slow < calls;
    return [move(before, calls), ...(mixed ? ["mixed"] : [])];
  });
}

function move(before: number, after: number): string {
  if (after > before) return "grew";
  if (after === before) return "stayed";
  return after > 0 ? "forgot some" : "forgot all";
}

describe("TimeWindow", () => {
  it("counts what an array of all calls would, whatever happens when", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 3, 10), (history, buckets) => {
        const windowMs = 12 * buckets;
        const counts = assertLikeModel(new TimeWindow(windowMs, buckets), history, (steps) =>
          timeWindowModel(steps, windowMs, buckets),
        );
        for (const what of passed(counts)) seen.add(what);
        if (history.some(({ atMs }, at) => atMs < (history[at - 1]?.atMs ?? 0))) seen.add("time went back");
      }),
      { numRuns: 500 },
    );
    assert.deepEqual([...seen].sort(), [
      "forgot all",
      "forgot some",
      "grew",
      "mixed",
      "stayed",
      "time went back",
    ]);
  });

  it("divides its span by ten and forgets one tenth after the other", () => {
    const window = new TimeWindow(1_000);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 50) window.record(nowMs, true, false);
    assert.equal(window.calls, 20);

    window.move(999.9);
    assert.equal(window.calls, 20);
    window.move(1_000);
    assert.equal(window.calls, 18);
    window.move(1_399.9);
    assert.equal(window.failures, 12);
  });

  it("keeps many failures and many slow calls apart", () => {
    const window = new TimeWindow(1_000);
    for (let call = 0; call < 300; call++) window.record(0, call < 200, call >= 170);
    assert.deepEqual(countsOf(window), { calls: 300, failures: 200, slow: 130 });
  });

  it("is empty after a pause longer than its span", () => {
    const window = new TimeWindow(10_000);
    for (let call = 0; call < 4; call++) window.record(call, true, true);

    window.record(300_000, true, false);

    assert.deepEqual(countsOf(window), { calls: 1, failures: 1, slow: 0 });
  });

  it("takes a time before the latest for the latest, that of a reset too", () => {
    const window = new TimeWindow(100);
    window.record(5_000, true, false);
    window.record(1_000, true, false); // An hour back must neither empty it nor shift it.
    assert.equal(window.calls, 2);

    window.reset(9_000);
    window.record(0, true, false);
    window.move(9_099);
    assert.equal(window.calls, 1);
    window.move(9_100);
    assert.equal(window.calls, 0);
  });
});

describe("CountWindow", () => {
  it("counts the last calls as an array of all calls would", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (history, size) => {
        const counts = assertLikeModel(new CountWindow(size), history, (steps) =>
          countWindowModel(steps, size),
        );
        for (const what of passed(counts)) seen.add(what);
        if (history.length > 3 * size) seen.add("went round");
      }),
      { numRuns: 500 },
    );
    assert.deepEqual([...seen].sort(), ["forgot all", "grew", "mixed", "stayed", "went round"]);
  });

  it("costs the same whatever its size", () => {
    // The counts are kept, never added up: asking a window of a million calls a million times ends at once.
    const window = new CountWindow(1_000_000);
    let sum = 0;
    for (let call = 0; call < 1_000_000; call++) {
      window.record(call, true, false);
      sum += window.failures;
    }
    assert.equal(sum, (1_000_000 * 1_000_001) / 2);
  });
});
