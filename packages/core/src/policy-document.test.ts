import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readPolicy } from "./policy-document.ts";

function problemsOf(document: unknown): readonly { code: string; at: string; remedy: string }[] {
  const read = readPolicy(document);
  assert.ok("problems" in read, "it must not be accepted");
  return read.problems.map(({ code, path, remedy }) => ({ code, at: path.join("."), remedy }));
}

describe("the policy document", () => {
  it("reads every field", () => {
    const read = readPolicy({
      deadline: "4s",
      attemptTimeout: "800ms",
      connectTimeout: "250ms",
      idempotent: true,
      retry: {
        attempts: 3,
        on: ["connect-failure", "reset", "timeout", 429, "5xx", "502"],
        backoff: { base: "100ms", factor: 3, cap: "1s", jitter: "full" },
      },
      budget: { ratio: "20%", minPerSecond: 1 },
      breaker: {
        window: "10s",
        minCalls: 20,
        failureRate: "50%",
        open: { base: "2s", cap: "30s" },
        probes: 3,
      },
    });
    assert.ok("policy" in read);
    assert.deepEqual(read.policy, {
      deadlineMs: 4_000,
      attemptTimeoutMs: 800,
      connectTimeoutMs: 250,
      idempotent: true,
      retry: {
        attempts: 3,
        on: ["connect-failure", "reset", "timeout", "429", "5xx", "502"],
        backoff: { baseMs: 100, factor: 3, capMs: 1_000, jitter: "full" },
      },
      budget: { ratio: 0.2, minPerSecond: 1 },
      breaker: {
        windowMs: 10_000,
        minCalls: 20,
        failureRate: 0.5,
        open: { baseMs: 2_000, capMs: 30_000 },
        probes: 3,
      },
    });
    assert.deepEqual(read.notes, []);
  });

  it("keeps what is not declared absent", () => {
    const read = readPolicy({ retry: { backoff: {} } });
    assert.ok("policy" in read);
    assert.deepEqual(read.policy, { retry: { backoff: {} } });
  });

  const bad: readonly [why: string, document: unknown, code: string, at: string, remedy: RegExp][] = [
    [
      "an attempt longer than the deadline",
      { deadline: "1s", attemptTimeout: "2s" },
      "CONFLICT",
      "attemptTimeout",
      /Lower attemptTimeout/,
    ],
    [
      "a connect timeout longer than the attempt",
      { attemptTimeout: "1s", connectTimeout: "2s" },
      "CONFLICT",
      "connectTimeout",
      /raise attemptTimeout/,
    ],
    [
      "a cap below the base",
      { retry: { backoff: { base: "2s", cap: "1s" } } },
      "CONFLICT",
      "retry.backoff.base",
      /retry\.backoff\.cap/,
    ],
    [
      "an open time below its base",
      { breaker: { open: { base: "9s", cap: "1s" } } },
      "CONFLICT",
      "breaker.open.base",
      /breaker\.open\.cap/,
    ],
    [
      "an unknown jitter",
      { retry: { backoff: { jitter: "ful" } } },
      "UNKNOWN_VALUE",
      "retry.backoff.jitter",
      /Did you mean full\?/,
    ],
    ["an unknown word", { retry: { on: ["resett"] } }, "UNKNOWN_VALUE", "retry.on.0", /Did you mean reset\?/],
    ["a status that is no failure", { retry: { on: [200] } }, "UNKNOWN_VALUE", "retry.on.0", /status/],
    ["no attempts", { retry: { attempts: 0 } }, "OUT_OF_RANGE", "retry.attempts", /from 1 to 100/],
    [
      "retries in place of attempts",
      { retry: { retries: 3 } },
      "UNKNOWN_KEY",
      "retry.retries",
      /Remove|mean/,
    ],
    ["a deadline of nothing", { deadline: "0ms" }, "OUT_OF_RANGE", "deadline", /at least 1ms/],
    ["a bare number", { deadline: 4 }, "BAD_FORMAT", "deadline", /4s/],
    ["a ratio above one", { budget: { ratio: 20 } }, "BAD_FORMAT", "budget.ratio", /20%/],
    ["a list", [], "WRONG_TYPE", "", /mapping/],
  ];
  for (const [why, document, code, at, remedy] of bad) {
    it(`refuses ${why}`, () => {
      const [problem, ...others] = problemsOf(document);
      assert.deepEqual({ code: problem?.code, at: problem?.at, others }, { code, at, others: [] });
      assert.match(problem?.remedy ?? "", remedy);
    });
  }

  it("tells contradictions together with everything else that is wrong", () => {
    const problems = problemsOf({ deadline: "1s", attemptTimeout: "2s", retry: { attempts: 0 } });
    assert.deepEqual(problems.map(({ code }) => code).sort(), ["CONFLICT", "OUT_OF_RANGE"]);
  });

  it("notes attempts that the deadline leaves no time for, without refusing them", () => {
    const read = readPolicy({
      deadline: "2s",
      attemptTimeout: "800ms",
      retry: { attempts: 3, backoff: { base: "100ms", cap: "1s" } },
    });
    assert.ok("policy" in read);
    // 800 + 100 + 800 fits, another 200 + 800 does not.
    assert.match(read.notes[0]?.note ?? "", /3 attempts take 2\.7s, but the deadline is 2s: 2 of 3 fit/);
  });

  it("never throws, whatever it is given", () => {
    fc.assert(fc.property(fc.anything(), (document) => void readPolicy(document)));
  });
});
