import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, times, verdictOf } from "../testing/evidence.ts";
import { asked, effectsOnAttempts, madeBy, servingTarget } from "../testing/served.ts";
import { serialisesConcurrent } from "./serialises-concurrent.ts";

const healthy: CallFacts = {
  attempts: [{ at: 1, healthy: true, method: "POST" }],
  effects: [{}],
  outcome: "succeeded",
};

type Asked = ReturnType<typeof asked>;

/** Twenty requests in the first milliseconds, the provider's answer let through after 400 ms. */
function sample({
  others = asked("again", 409),
  effects = 1,
  heldMs = 400,
}: {
  others?: Asked;
  effects?: number;
  heldMs?: number;
} = {}): CallFacts {
  const answer = { status: 201, headers: [], bodyBytes: 0, completeMs: null } as const;
  return {
    attempts: [{ at: 5, method: "POST", response: { ...answer, firstByteMs: heldMs } }],
    requests: [
      asked("first", 201, { startedMs: 1, endedMs: heldMs }),
      ...Array.from({ length: 19 }, (_, at) => ({ ...others, startedMs: 1 + at / 10, endedMs: heldMs })),
    ],
    outcome: "succeeded",
    effects: Array.from({ length: effects }, () => ({ atMs: 6 })),
  };
}

function judged(calls: readonly CallFacts[], usual: CallFacts = healthy) {
  const found = effectsOnAttempts(madeBy("at-once", "same-key-at-once", calls));
  const held = found.calls.map((call) => ({
    ...call,
    attempts: call.attempts.map(({ response, ...one }) => ({
      ...one,
      response: response && { ...response, firstByteMs: call.startedMs + response.firstByteMs },
    })),
  }));
  const evidence = evidenceWith(
    { "same-key-at-once": { ...found, calls: held } },
    { healthyCall: () => usual },
  );
  return verdictOf(serialisesConcurrent, evidence, servingTarget());
}

describe("serialises-concurrent", () => {
  it("passes with one effect, whether the others are told to wait or get the same answer", () => {
    const found = judged(times(6, sample()));
    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /one effect in each of 6 samples: 0 others got the same answer, 114 were told to wait/,
    );
    assert.match(found.because, /0 of 114 racing requests had an effect of their own, which is below 2.6 %/);
    const shared = judged(times(6, sample({ others: asked("again", 201) })));
    assert.match(shared.because, /114 others got the same answer, 0 were told to wait/);
  });

  it("fails when any sample took effect more than once", () => {
    const found = judged([...times(5, sample()), sample({ effects: 3 })]);
    assert.equal(found.verdict, "fail");
    assert.match(
      found.because,
      /in 1 of 6 samples 20 simultaneous requests with one key took effect more than once, up to 3 times/,
    );
    assert.equal(found.estimate?.value, 3);
  });

  it("is inconclusive when the requests did not come while the first was under way", () => {
    const found = judged(times(6, sample({ heldMs: 1 })));
    assert.equal(found.verdict, "inconclusive");
    assert.match(
      found.because,
      /only 0 requests came while the first one of the same key was under way, 30 are needed/,
    );
  });

  it("is inconclusive when nobody got an answer, when effects are missing or cannot be counted", () => {
    const nobody = {
      ...sample(),
      requests: sample().requests?.map((one) => ({ ...one, status: 409, expected: false })) ?? [],
    };
    assert.match(judged(times(6, nobody)).because, /in 6 of 6 samples nobody got the expected answer/);
    assert.match(judged(times(6, sample({ effects: 0 }))).because, /fewer effects than usual/);
    const reads: CallFacts = { ...healthy, attempts: [{ at: 1, healthy: true, method: "GET" }] };
    assert.equal(judged(times(6, sample()), reads).verdict, "inconclusive");
  });

  it("advises on answers that are neither the result nor a refusal", () => {
    const found = judged(times(6, sample({ others: asked("again", 500) })));
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /114 of 120 requests got 500/);
    const other = judged(times(6, sample({ others: asked("again", 201, { answer: "other" }) })));
    assert.match(other.because, /114 of 120 requests got another result/);
  });

  it("is inconclusive when the provider's answers were not held", () => {
    const unheld = times(6, { ...sample(), attempts: [{ at: 1, healthy: true, method: "POST" }] });
    assert.match(judged(unheld).because, /took hold on 0 exchanges/);
  });
});
