import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffOf, jitterKinds, seededRandom, settingsOf, waits } from "@holdfast/core";
import fc from "fast-check";
import { retryStep, retryWaitsOf } from "../call/retry-step.ts";
import { backoffs } from "./testing/policies.ts";
import { waitFacts } from "./wait-facts.ts";

const rounded = (facts: ReturnType<typeof waitFacts>) =>
  facts.map(({ minMs, meanMs, maxMs }) => [minMs, Math.round(meanMs * 10) / 10, maxMs]);

describe("the facts about waits", () => {
  it("are those of the formulas where these can be solved by hand", () => {
    const backoff = (jitter: "none" | "full" | "equal" | "proportional") =>
      rounded(waitFacts(backoffOf({ baseMs: 100, capMs: 300, jitter }), 3));
    assert.deepEqual(backoff("none"), [
      [100, 100, 100],
      [200, 200, 200],
      [300, 300, 300],
    ]);
    assert.deepEqual(backoff("full"), [
      [0, 50, 100],
      [0, 100, 200],
      [0, 150, 300],
    ]);
    assert.deepEqual(backoff("equal"), [
      [50, 75, 100],
      [100, 150, 200],
      [150, 225, 300],
    ]);
    // Half of the last lies at the cap, the other half evenly below it down to 240: 285 on average.
    assert.deepEqual(backoff("proportional"), [
      [80, 100, 120],
      [160, 200, 240],
      [240, 285, 300],
    ]);
  });

  for (const jitter of jitterKinds)
    it(`have the mean that many calls come to, with ${jitter} jitter`, () => {
      const backoff = backoffOf({ baseMs: 100, capMs: 1_500, jitter });
      const random = seededRandom(7);
      const sums = [0, 0, 0, 0, 0, 0];
      const calls = 20_000;
      for (let call = 0; call < calls; call++)
        for (const [retry, waitMs] of waits(backoff, sums.length, random).entries()) sums[retry]! += waitMs;

      for (const [retry, { meanMs }] of waitFacts(backoff, sums.length).entries()) {
        const seen = sums[retry]! / calls;
        assert.ok(Math.abs(seen / meanMs - 1) < 0.02, `retry ${retry}: ${meanMs} told, ${seen} seen`);
      }
    });

  it("bound every wait that the runtime takes", () => {
    let atLeast = 1;
    let atMost = 0;
    fc.assert(
      fc.property(
        backoffs,
        fc.nat(),
        fc.constantFrom("ambiguous" as const, "throttled" as const),
        (backoff, seed, kind) => {
          const settings = settingsOf({ retry: { attempts: 6, backoff } });
          const retryWaits = retryWaitsOf(settings);
          const facts = waitFacts(kind === "throttled" ? retryWaits.throttled : retryWaits.backoff, 5);
          const random = seededRandom(seed);
          let memory: number | null = null;
          for (const [retry, { minMs, maxMs }] of facts.entries()) {
            const failure = { class: kind, counts: true } as const;
            const given = { attempts: retry + 1, failure, retriable: true, remainingMs: 1e9, memory };
            const step = retryStep(retryWaits, given, random);
            assert.ok(step.again);
            assert.ok(step.waitMs >= minMs && step.waitMs <= maxMs, `${minMs} ≤ ${step.waitMs} ≤ ${maxMs}`);
            if (maxMs > minMs) {
              atLeast = Math.min(atLeast, (step.waitMs - minMs) / (maxMs - minMs));
              atMost = Math.max(atMost, (step.waitMs - minMs) / (maxMs - minMs));
            }
            memory = step.memory;
          }
        },
      ),
    );
    assert.ok(atLeast < 0.1 && atMost > 0.9, "the bounds were nearly reached");
  });
});
