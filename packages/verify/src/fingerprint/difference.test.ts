import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fingerprint } from "../report/testing/fixture-fingerprint.ts";
import { compareFingerprints } from "./difference.ts";
import type { FailureSeen, Fingerprint, Seen, TraitField, TraitValue } from "./model.ts";
import { standingOf } from "./standing.ts";

function seen(field: TraitField, value: TraitValue | null, more: Partial<Seen> = {}): Seen {
  return { field, value, note: "", samples: 5, experiments: [], ...more };
}

function withTraits(traits: readonly Seen[], failures: readonly FailureSeen[] = []): Fingerprint {
  return {
    ...fingerprint,
    failures,
    traits: traits.map((one) => ({ ...one, declared: null, standing: "not-declared" })),
  };
}

const failure = (name: string, retried: number): FailureSeen => ({
  failure: name,
  calls: 3,
  retried,
  attemptsMax: retried > 0 ? 2 : 1,
});

describe("two runs of a policy", () => {
  const table: readonly (readonly [string, Seen, Seen, string])[] = [
    ["timeouts within 5 %", seen("attemptTimeout", 1_000), seen("attemptTimeout", 1_040), "agrees"],
    ["timeouts apart", seen("attemptTimeout", 1_000), seen("attemptTimeout", 1_200), "differs"],
    [
      "intervals that overlap",
      seen("retry.backoff.base", 100, { interval: [60, 150] }),
      seen("retry.backoff.base", 170, { interval: [140, 200] }),
      "agrees",
    ],
    [
      "a timeout that is gone",
      seen("attemptTimeout", 800),
      seen("attemptTimeout", null, { atLeast: 20_000 }),
      "differs",
    ],
    [
      "a bound below the other",
      seen("deadline", 4_000),
      seen("deadline", null, { atLeast: 2_500 }),
      "not-seen",
    ],
    [
      "two bounds",
      seen("deadline", null, { atLeast: 9 }),
      seen("deadline", null, { atLeast: 1 }),
      "not-seen",
    ],
    ["one attempt more", seen("retry.attempts", 3), seen("retry.attempts", 4), "differs"],
    ["attempts beyond", seen("retry.attempts", 3), seen("retry.attempts", null, { atLeast: 40 }), "differs"],
    [
      "another kind of jitter",
      seen("retry.backoff.jitter", "full"),
      seen("retry.backoff.jitter", "none"),
      "differs",
    ],
    [
      "a kind that may be it",
      seen("retry.backoff.jitter", "full"),
      seen("retry.backoff.jitter", null, { possible: ["full", "polly-v2"] }),
      "not-seen",
    ],
    [
      "a kind that is excluded",
      seen("retry.backoff.jitter", "none"),
      seen("retry.backoff.jitter", null, { possible: ["full", "polly-v2"] }),
      "differs",
    ],
    [
      "growth by a wider name",
      seen("retry.backoff.growth", "growing"),
      seen("retry.backoff.growth", "linear"),
      "agrees",
    ],
    [
      "growth that is gone",
      seen("retry.backoff.growth", "growing"),
      seen("retry.backoff.growth", "constant"),
      "differs",
    ],
    [
      "a key that is gone",
      seen("idempotency.key", "idempotency-key"),
      seen("idempotency.key", "none"),
      "differs",
    ],
  ];
  for (const [name, before, after, wanted] of table)
    it(`are told: ${name}`, () => {
      const of = (one: Seen, other: Seen) =>
        compareFingerprints([withTraits([one])], [withTraits([other])], 5)[0]?.traits[0]?.standing;
      assert.equal(of(before, after), wanted);
      assert.equal(of(after, before), wanted, "the other way round");
    });

  it("are compared by the failures that both have tried", () => {
    const on = seen("retry.on", []);
    const of = (one: readonly FailureSeen[], other: readonly FailureSeen[]) =>
      compareFingerprints([withTraits([on], one)], [withTraits([on], other)], 5)[0]?.traits[0]?.standing;
    assert.equal(of([failure("503", 3)], [failure("503", 2), failure("429", 3)]), "agrees");
    assert.equal(of([failure("503", 3)], [failure("503", 0)]), "differs");
    assert.equal(of([failure("503", 3)], [failure("429", 3)]), "not-seen");
  });

  it("say nothing about a target or a part that only one of them has", () => {
    const other = { ...withTraits([seen("deadline", 1)]), operation: "refund" };
    const found = compareFingerprints([withTraits([seen("deadline", 1)])], [other], 5);
    assert.deepEqual(
      found.map(({ operation, traits }) => [operation, traits[0]?.standing]),
      [
        ["charge", "not-seen"],
        ["refund", "not-seen"],
      ],
    );
  });
});

describe("what was seen beside what is declared", () => {
  const context = {
    noiseMs: 5,
    failures: [failure("503", 3), failure("429", 0), failure("reset", 0)],
    excused: new Set<string>(),
  };
  const table: readonly (readonly [string, Seen, TraitValue | null, string])[] = [
    ["nothing declared", seen("deadline", 1), null, "not-declared"],
    ["within 5 %", seen("attemptTimeout", 800), 820, "agrees"],
    ["far off", seen("attemptTimeout", 800), 1_000, "differs"],
    ["a call that lasted longer", seen("deadline", null, { atLeast: 5_000 }), 4_000, "differs"],
    ["a call that ended before", seen("deadline", null, { atLeast: 2_000 }), 4_000, "not-seen"],
    [
      "the timeout of the one attempt",
      seen("deadline", null, { atLeast: 2_900, possible: [3_000] }),
      3_000,
      "agrees",
    ],
    ["fewer attempts", seen("retry.attempts", 2, { interval: [1, 2] }), 3, "differs"],
    ["a key by another case", seen("idempotency.key", "idempotency-key"), "Idempotency-Key", "agrees"],
    ["no key", seen("idempotency.key", "none"), "Idempotency-Key", "differs"],
    ["jitter that may be it", seen("retry.backoff.jitter", null, { possible: ["full"] }), "full", "not-seen"],
    ["jitter of which nothing is known", seen("retry.backoff.jitter", null), "full", "not-seen"],
    ["what is tried again", seen("retry.on", ["503"]), ["503"], "agrees"],
    ["less than is declared", seen("retry.on", ["503"]), ["503", "429"], "differs"],
    ["more than is declared", seen("retry.on", ["503"]), ["429"], "differs"],
  ];
  for (const [name, one, declared, wanted] of table)
    it(`is told: ${name}`, () => assert.equal(standingOf(one, declared, context), wanted));

  it("is excused where sending again would not be safe", () => {
    const excused = { ...context, excused: new Set(["reset"]) };
    assert.equal(standingOf(seen("retry.on", ["503"]), ["503", "reset"], excused), "agrees");
    assert.equal(standingOf(seen("retry.on", ["503"]), ["503", "reset"], context), "differs");
  });
});
