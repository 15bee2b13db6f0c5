import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { subjectOf } from "../policy-subject.ts";
import { absentFrom, defaultedIn } from "./defaulted.ts";

const told = (policy: Parameters<typeof subjectOf>[0]) =>
  defaultedIn(subjectOf(policy)).map(({ path, value }) => `${path.join(".")} ${value}`);

describe("what a policy leaves out", () => {
  it("is told with what stands in its place, as the document writes it", () => {
    assert.deepEqual(told({ budget: { ratio: 0.1 }, limit: { concurrent: 3 } }), [
      "budget.minPerSecond 1",
      "budget.window 10s",
      "limit.queue 0",
    ]);
    assert.ok(told({ breaker: { slow: { over: "1s" } } }).includes("breaker.slow.rate 80%"));
    assert.ok(told({ retry: { backoff: { base: "1s" } } }).includes("retry.backoff.cap 10s"));
  });

  it("names the parts that are not declared at all", () => {
    const subject = subjectOf({ deadline: "1s", retry: { attempts: 1 }, limit: { concurrent: 3 } });
    assert.deepEqual(absentFrom(subject), ["budget", "breaker", "rate"]);
  });

  it("is nothing of a part that is not declared, nor what has nothing in its place", () => {
    assert.deepEqual(told({ deadline: "1s" }), []);
    for (const line of told({ retry: {}, breaker: {}, rate: { calls: 5 }, budget: {} }))
      assert.doesNotMatch(line, /null|key|\.on |consecutive|slow/);
  });

  it("is nothing of what is declared, 0 included", () => {
    const lines = told({ retry: { attempts: 3, minAttempt: 0, backoff: { jitter: "full" } } });
    for (const line of lines) assert.doesNotMatch(line, /attempts|minAttempt|jitter/);
  });
});
