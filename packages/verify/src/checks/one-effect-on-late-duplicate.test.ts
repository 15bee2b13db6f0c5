import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ExperimentEvidence, ObservedCall } from "../model.ts";
import {
  type CallFacts,
  evidenceWith,
  experimentOf,
  targetWith,
  times,
  verdictOf,
} from "../testing/evidence.ts";
import { oneEffectOnLateDuplicate } from "./one-effect-on-late-duplicate.ts";

const request = { method: "POST", path: "/v1/charges" };
const post = targetWith({ operation: { request }, severity: "high" });
const healthy: CallFacts = { attempts: [{ at: 1, healthy: true, method: "POST" }], effects: [{}] };
const answer = { status: 201, headers: [], bodyBytes: 2, firstByteMs: 0 };

/** A kind of calls, and when the first attempt was done, which came late; `null` when it never was delivered. */
interface Held {
  readonly facts: CallFacts;
  readonly lateAt: number | null;
}

function call(
  effects: readonly { deduplicated?: boolean }[],
  keys: readonly (string | null)[],
  lateAt: number | null = 300,
): Held {
  const attempts = keys.map((key, index) => ({
    at: index * 100,
    method: "POST",
    headers: key === null ? {} : { "idempotency-key": key },
    ...(index > 0 ? { healthy: true } : {}),
  }));
  return { facts: { attempts, effects, outcome: keys.length > 1 ? "succeeded" : "failed" }, lateAt };
}

/** The first attempt was done when it came late, the others were answered after 150 ms. */
function brought(name: string, count: number, { facts, lateAt }: Held): ExperimentEvidence {
  const found = experimentOf(name, times(count, facts));
  const calls = found.calls.map((one): ObservedCall => {
    const provider = lateAt === null ? null : { status: 201, doneMs: one.startedMs + lateAt };
    const response = { ...answer, completeMs: one.startedMs + 150 };
    const attempts = one.attempts.map((attempt, index) =>
      index === 0 ? { ...attempt, delivered: lateAt !== null, provider } : { ...attempt, response },
    );
    return { ...one, attempts };
  });
  return { ...found, calls };
}

function judged(usual: Held, target = post, silent?: Held, count = 4) {
  const experiments = {
    "late-duplicate-reset": brought("late-duplicate-reset", count, usual),
    ...(silent === undefined ? {} : { "late-duplicate-hang": brought("late-duplicate-hang", 3, silent) }),
  };
  return verdictOf(
    oneEffectOnLateDuplicate,
    evidenceWith(experiments, { healthyCall: () => healthy }),
    target,
  );
}

const recognised = call([{}, { deduplicated: true }], ["k", "k"]);
const twice = call([{}, {}], ["a", "b"]);
const notSentAgain = call([], [null], null);

describe("one-effect-on-late-duplicate", () => {
  it("passes when the provider recognises the key of the attempt that comes late", () => {
    const found = judged(recognised);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /4 calls whose first attempt reached the provider after/);
    assert.ok(found.bound !== undefined);
  });

  it("counts executions with one undeclared key once, and says what that relies on", () => {
    assert.match(judged(call([{}, {}], ["k", "k"])).because, /relies on the provider/);
    const declared = targetWith({ operation: { request, idempotencyKey: "idempotency-key" } });
    assert.doesNotMatch(judged(recognised, declared).because, /relies/);
  });

  it("fails when both attempts took effect, with another key or with none", () => {
    for (const one of [twice, call([{}, {}], [null, null])]) {
      const found = judged(one);
      assert.equal(found.verdict, "fail");
      assert.match(
        found.because,
        /4 of 4 calls took effect more than once, up to 2 times \(late-duplicate-reset\)/,
      );
      assert.equal(found.severity, "high");
    }
    assert.equal(judged(notSentAgain, post, twice).verdict, "fail");
  });

  it("does not apply to what may be repeated", () => {
    assert.equal(judged(twice, targetWith()).verdict, "not-applicable");
  });

  it("asks for silence where a reset is not answered by another attempt, and does not apply where neither is", () => {
    const open = judged(notSentAgain);
    assert.equal(open.verdict, "inconclusive");
    assert.equal(open.more?.experiment, "late-duplicate-hang");
    const never = judged(notSentAgain, post, notSentAgain);
    assert.equal(never.verdict, "not-applicable");
    assert.match(never.because, /nothing was sent again in 7 calls/);
    assert.equal(judged(notSentAgain, post, recognised).verdict, "pass");
  });

  it("is inconclusive when too few came late, or came before the success", () => {
    assert.equal(judged(recognised, post, undefined, 2).verdict, "inconclusive");
    assert.equal(judged(call([{}, {}], ["a", "b"], 120)).verdict, "inconclusive");
    assert.equal(judged(call([{}], ["k", "k"], null)).verdict, "inconclusive");
  });

  it("is inconclusive when effects are not seen, or when it did not run", () => {
    assert.match(judged(call([], ["k", "k"])).because, /does not see them all/);
    const nothing = evidenceWith({}, { healthyCall: () => healthy });
    assert.equal(verdictOf(oneEffectOnLateDuplicate, nothing, post).verdict, "inconclusive");
  });

  it("keeps silence as a reserve", () => {
    const planned = oneEffectOnLateDuplicate.plan(null, post).map(({ name, samples }) => [name, samples]);
    assert.deepEqual(planned, [
      ["late-duplicate-reset", 4],
      ["late-duplicate-hang", 0],
    ]);
  });
});
