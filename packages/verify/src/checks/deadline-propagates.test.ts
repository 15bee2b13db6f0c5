import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { deadlinePropagates } from "./deadline-propagates.ts";

const declared = targetWith({ policy: { deadlineMs: 4_000 } });
const envoy = "x-envoy-expected-rq-timeout-ms";

/** A call whose attempts, a second apart, tell these values; `null` tells nothing. */
function telling(values: readonly (string | null)[], name = envoy): CallFacts {
  return {
    attempts: values.map((value, index) => ({
      at: index * 1_000,
      doneAt: index * 1_000 + 500,
      closedAt: index * 1_000 + 500,
      headers: value === null ? {} : { [name]: value },
    })),
  };
}

function judged(
  values: readonly (string | null)[],
  { name = envoy, target = declared, healthy = values[0] ?? null, calls = 5 } = {},
) {
  const experiments = { "hang-forever": times(calls, telling(values, name)) };
  const healthyCall = (): CallFacts => ({
    attempts: [{ at: 2, healthy: true, headers: healthy === null ? {} : { [name]: healthy } }],
  });
  return verdictOf(deadlinePropagates, evidenceWith(experiments, { healthyCall }), target);
}

describe("deadline-propagates", () => {
  it("passes what is left, in gRPC's notation and in milliseconds", () => {
    const found = judged(["3990", "2980", "1970"]);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /told at most 3\.99 s, and never more than was left of the declared 4 s/);
    assert.match(found.because, /, 5 of them sent again$/);
    assert.equal(judged(["3990m", "2S", "900m"], { name: "grpc-timeout" }).verdict, "pass");
  });

  it("passes the limit of the attempt, as long as so much is left", () => {
    assert.equal(judged(["800", "800", "800"]).verdict, "pass");
  });

  it("fails the whole deadline on every attempt, and another unit", () => {
    const whole = judged(["4000", "4000", "4000"]);
    assert.equal(whole.verdict, "fail");
    assert.match(whole.because, /in 5 calls .* up to 2 s more .* told 4 s on attempt 3, when 2 s were left/);
    assert.match(whole.diagnosis ?? "", /as if none of it had been used/);
    assert.equal(judged(["4000S"], { name: "grpc-timeout" }).verdict, "fail");
    assert.equal(judged(["4000", "5000", "6000"]).verdict, "fail");
  });

  it("allows for a delay on the way, and for one call alone", () => {
    assert.equal(judged(["4000", "3390"]).verdict, "pass");
    const experiments = {
      "hang-forever": [telling(["4000", "4000"]), ...times(4, telling(["4000", "3000"]))],
    };
    const healthyCall = (): CallFacts => ({
      attempts: [{ at: 2, healthy: true, headers: { [envoy]: "4000" } }],
    });
    const found = verdictOf(deadlinePropagates, evidenceWith(experiments, { healthyCall }), declared);
    assert.equal(found.verdict, "inconclusive");
  });

  it("takes requests that follow a good answer for requests of their own", () => {
    const attempts = [0, 1_000, 2_000].map((at) => ({ at, healthy: true, headers: { [envoy]: "4000" } }));
    const found = verdictOf(
      deadlinePropagates,
      evidenceWith({}, { healthyCall: () => ({ attempts }) }),
      declared,
    );
    assert.equal(found.verdict, "pass");
  });

  it("advises on what cannot be read, and on attempts that are left out", () => {
    assert.match(judged(["4000"], { name: "grpc-timeout" }).because, /cannot be read \(grpc-timeout: 4000\)/);
    assert.equal(judged(["4000"], { name: "grpc-timeout" }).verdict, "advice");
    const partly = judged(["4000", null]);
    assert.equal(partly.verdict, "advice");
    assert.match(partly.because, /in 5 of 40 calls some attempts told/);
  });

  it("cannot judge a moment, or a time without a declared deadline", () => {
    assert.equal(judged(["1764000000000", "1764000000000"], { name: "x-deadline" }).verdict, "inconclusive");
    assert.equal(judged(["9000", "9000"], { target: targetWith() }).verdict, "not-applicable");
  });

  it("does not ask for a header where attempts are ended on the wire, or nothing is declared", () => {
    assert.equal(judged([null, null]).verdict, "not-applicable");
    const left = {
      "hang-forever": times(3, { attempts: [{ at: 0, doneAt: null }], endedAt: 500, watchedUntil: 3_500 }),
    };
    const found = verdictOf(deadlinePropagates, evidenceWith(left), declared);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /in 3 of 3 calls attempts that were given up stayed open for at least 2 s/);
    assert.equal(verdictOf(deadlinePropagates, evidenceWith(left), targetWith()).verdict, "not-applicable");
  });
});
