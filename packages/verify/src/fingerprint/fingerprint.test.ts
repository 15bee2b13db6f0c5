import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, waits } from "@holdfast/core";
import { evidenceWith, targetWith } from "../testing/evidence.ts";
import { type PlayedPolicy, playedEvidence } from "../testing/policies.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Trait, TraitField } from "./model.ts";

const usual: PlayedPolicy = {
  attempts: 4,
  attemptTimeoutMs: 800,
  deadlineMs: 20_000,
  wait: (index) => 100 * 2 ** index,
};

function seenOf(policy: PlayedPolicy, seed: number): (field: TraitField) => Trait | undefined {
  const found = fingerprintOf(playedEvidence(policy, seededRandom(seed)), targetWith());
  return (field) => found?.traits.find((trait) => trait.field === field);
}

function isNear(found: unknown, wanted: number, least: number, share: number): boolean {
  return typeof found === "number" && Math.abs(found - wanted) <= Math.max(least, share * wanted);
}

describe("the fingerprint of a client with a known policy", () => {
  const policies: readonly Partial<PlayedPolicy>[] = [
    {},
    { attempts: 1 },
    { attempts: 2, attemptTimeoutMs: 2_000 },
    { attempts: 6, attemptTimeoutMs: 300 },
    { attempts: 4, attemptTimeoutMs: 1_000, deadlineMs: 2_500 },
    { attempts: 5, wait: (index, random) => 100 * 2 ** index * random.next() },
  ];
  for (const [number, part] of policies.entries())
    it(`has its attempts exactly and its timeouts within 5 % or 50 ms (${number + 1})`, () => {
      const policy = { ...usual, ...part };
      for (let seed = 1; seed <= 10; seed++) {
        const at = seenOf(policy, seed);
        assert.equal(at("retry.attempts")?.value ?? 1, policy.attempts);
        assert.ok(
          isNear(at("attemptTimeout")?.value, policy.attemptTimeoutMs, 50, 0.05),
          JSON.stringify(at("attemptTimeout")),
        );
        if (policy.deadlineMs < 20_000)
          assert.ok(
            isNear(at("deadline")?.value, policy.deadlineMs, 100, 0.05),
            JSON.stringify(at("deadline")),
          );
        else assert.equal(at("deadline")?.value, null);
      }
    });

  it("has the deadline that ends a call in the middle of a wait", () => {
    const at = seenOf({ ...usual, attemptTimeoutMs: 300, deadlineMs: 3_000, wait: () => 2_000 }, 7);
    assert.ok(isNear(at("deadline")?.value, 3_000, 100, 0.05), JSON.stringify(at("deadline")));
  });

  it("has no deadline because the last attempts of two calls of many came late", () => {
    const evidence = playedEvidence(usual, seededRandom(5));
    const hang = evidence.experiments["hang-forever"];
    assert.ok(hang !== undefined && hang.calls.length > 4);
    const calls = hang.calls.map((call, at) => ({
      ...call,
      attempts: call.attempts.map((one, index) =>
        at < 2 && index === usual.attempts - 1 ? { ...one, arrivedMs: one.arrivedMs + 250 } : one,
      ),
    }));
    const late = {
      ...evidence,
      experiments: { ...evidence.experiments, "hang-forever": { ...hang, calls } },
    };
    const deadline = fingerprintOf(late, targetWith())?.traits.find(({ field }) => field === "deadline");
    assert.equal(deadline?.value, null, JSON.stringify(deadline));
  });

  it("does not tell a deadline from the timeout of a single attempt", () => {
    const deadline = seenOf({ ...usual, attempts: 1 }, 3)("deadline");
    assert.equal(deadline?.value, null);
    assert.ok(isNear(deadline?.possible?.[0], 800, 50, 0.05));
  });
});

describe("the waits of a fingerprint", () => {
  const shapes: readonly (readonly [string, PlayedPolicy["wait"], Partial<Record<TraitField, unknown>>])[] = [
    [
      "exponential",
      (n) => 100 * 2 ** n,
      { "retry.backoff.growth": "exponential", "retry.backoff.jitter": "none" },
    ],
    ["linear", (n) => 300 * (n + 1), { "retry.backoff.growth": "linear", "retry.backoff.factor": null }],
    ["quadratic", (n) => 300 * (n + 1) ** 2, { "retry.backoff.growth": "quadratic" }],
    ["constant", () => 400, { "retry.backoff.growth": "constant", "retry.backoff.factor": 1 }],
    ["none at all", () => 0, { "retry.backoff.growth": "immediate", "retry.backoff.base": 0 }],
  ];
  for (const [name, wait, wanted] of shapes)
    it(`are told as ${name}`, () => {
      const at = seenOf({ ...usual, attempts: 5, wait }, 11);
      for (const [field, value] of Object.entries(wanted))
        assert.equal(at(field as TraitField)?.value, value, JSON.stringify(at(field as TraitField)));
    });

  it("start where they start, double, and stand still at their cap", () => {
    const at = seenOf({ ...usual, attempts: 7, wait: (n) => Math.min(800, 100 * 2 ** n) }, 5);
    assert.ok(isNear(at("retry.backoff.base")?.value, 100, 5, 0));
    assert.ok(isNear(at("retry.backoff.factor")?.value, 2, 0.05, 0));
    assert.ok(isNear(at("retry.backoff.cap")?.value, 800, 10, 0));
  });

  it("have no cap where none was met", () => {
    const cap = seenOf({ ...usual, attempts: 5 }, 5)("retry.backoff.cap");
    assert.equal(cap?.value, null);
    assert.ok(isNear(cap?.atLeast, 800, 10, 0));
  });
});

describe("the kind of jitter of a fingerprint", () => {
  const kinds: readonly (readonly [string, PlayedPolicy["wait"], number])[] = [
    ["proportional", (n, random) => 100 * 2 ** n * random.between(0.9, 1.1), 0.95],
    ["proportional", (n, random) => 100 * 2 ** n * random.between(0.8, 1.2), 0.95],
    ["equal", (n, random) => 100 * 2 ** n * random.between(0.5, 1), 0.9],
    ["full", (n, random) => 100 * 2 ** n * random.next(), 0.85],
    ["additive", (n, random) => 1_000 * 2 ** n + random.between(0, 1_000), 0.9],
  ];
  for (const [kind, wait, share] of kinds)
    it(`is told as ${kind} or left open, and nearly never wrong`, () => {
      const { right, wrong } = tally({ ...usual, attempts: 5, wait }, kind);
      assert.ok(right >= share * 30 && wrong <= 1, `${right} right, ${wrong} wrong of 30`);
    });

  for (const kind of ["decorrelated", "polly-v2"] as const)
    it(`is left open rather than wrong where each wait follows from the one before: ${kind}`, () => {
      let [right, wrong] = [0, 0];
      for (let seed = 1; seed <= 30; seed++) {
        const random = seededRandom(seed);
        const backoff = { baseMs: 100, factor: 2, capMs: 1e6, jitter: kind };
        let own: readonly number[] = [];
        const wait = (index: number): number => {
          if (index === 0) own = waits(backoff, 4, random);
          return own[index] ?? 0;
        };
        const value = seenOf({ ...usual, attempts: 5, wait }, seed)("retry.backoff.jitter")?.value;
        if (value === kind) right++;
        else if (value !== null) wrong++;
      }
      assert.ok(right >= 12 && wrong <= 4, `${right} right, ${wrong} wrong of 30`);
    });

  it("is left open where the first waits stand still and the later ones do not", () => {
    const wait: PlayedPolicy["wait"] = (n, random) =>
      n < 2 ? 500 : 500 * 2 ** (n - 1) * random.between(0.5, 1);
    const { right, wrong } = tally({ ...usual, attempts: 6, wait }, "equal");
    assert.ok(right + wrong <= 2, `${right} equal, ${wrong} of another kind of 30`);
  });

  it("is not told as proportional by one wait, which an addition spreads as well", () => {
    const wait: PlayedPolicy["wait"] = (_, random) => 1_000 + random.between(0, 200);
    const { right, wrong } = tally({ ...usual, attempts: 2, wait }, "additive");
    assert.ok(right + wrong <= 1, `${right} additive, ${wrong} of another kind of 30`);
  });

  function tally(policy: PlayedPolicy, kind: string): { right: number; wrong: number } {
    let [right, wrong] = [0, 0];
    for (let seed = 1; seed <= 30; seed++) {
      const value = seenOf(policy, seed)("retry.backoff.jitter")?.value;
      if (value === kind) right++;
      else if (value !== null) wrong++;
    }
    return { right, wrong };
  }
});

describe("a fingerprint", () => {
  it("is none where the baseline is not green, or where nothing but a key was looked at", () => {
    const red = evidenceWith({}, { healthyCall: () => ({ outcome: "failed" }) });
    assert.equal(fingerprintOf(red, targetWith()), null);
    assert.equal(fingerprintOf(evidenceWith({}), targetWith()), null);
  });

  it("counts no attempts where a healthy call makes several requests", () => {
    const evidence = playedEvidence(usual, seededRandom(1));
    const twice = evidence.healthy.map((call) => ({
      ...call,
      attempts: [...call.attempts, ...call.attempts],
    }));
    assert.equal(fingerprintOf({ ...evidence, healthy: twice }, targetWith()), null);
  });

  it("stands beside the declared policy, part by part", () => {
    const policy = {
      attemptTimeoutMs: 800,
      deadlineMs: 1_000,
      retry: { attempts: 3, backoff: { factor: 2 } },
    };
    const found = fingerprintOf(playedEvidence(usual, seededRandom(1)), targetWith({ policy }));
    const standings = Object.fromEntries(found?.traits.map((one) => [one.field, one.standing]) ?? []);
    assert.deepEqual(standings, {
      attemptTimeout: "agrees",
      deadline: "differs",
      "retry.attempts": "differs",
      "retry.on": "not-declared",
      "retry.backoff.growth": "not-declared",
      "retry.backoff.base": "not-declared",
      "retry.backoff.factor": "agrees",
      "retry.backoff.cap": "not-declared",
      "retry.backoff.jitter": "not-declared",
      "idempotency.key": "not-declared",
    });
  });
});
