import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policyShape, readPolicy } from "./policy-document.ts";
import { object } from "./shapes/object.ts";
import { readShape } from "./shapes/read-shape.ts";

function problemsOf(document: unknown, numbers: "refused" | "ms" = "refused"): readonly string[] {
  const read = readPolicy(document, { numbers });
  return "problems" in read ? read.problems.map(({ code, path }) => `${code} ${path.join(".")}`) : [];
}

type Case = readonly [why: string, document: object, at: string, found: RegExp, remedy: RegExp];

const contradictions: readonly Case[] = [
  [
    "an attempt longer than the deadline",
    { deadline: "1s", attemptTimeout: "2s" },
    "attemptTimeout",
    /^2s with deadline 1s$/,
    /Lower attemptTimeout or raise deadline/,
  ],
  [
    "connecting for longer than an attempt",
    { attemptTimeout: "1s", connectTimeout: "2s" },
    "connectTimeout",
    /^2s with attemptTimeout 1s$/,
    /raise attemptTimeout/,
  ],
  [
    "connecting for longer than the call",
    { deadline: "1s", connectTimeout: "2s" },
    "connectTimeout",
    /^2s with deadline 1s$/,
    /raise deadline/,
  ],
  [
    "an attempt that needs more than the whole call",
    { deadline: "1s", retry: { minAttempt: "2s" } },
    "retry.minAttempt",
    /^2s with deadline 1s$/,
    /Lower retry\.minAttempt/,
  ],
  [
    "a first wait beyond the longest",
    { retry: { backoff: { base: "2s", cap: "1s" } } },
    "retry.backoff.base",
    /^2s with retry\.backoff\.cap 1s$/,
    /raise retry\.backoff\.cap/,
  ],
  [
    "a first wait beyond the longest when throttled",
    { retry: { backoff: { throttledBase: "2s", cap: "1s" } } },
    "retry.backoff.throttledBase",
    /^2s with retry\.backoff\.cap 1s$/,
    /Lower retry\.backoff\.throttledBase/,
  ],
  [
    "a first opening beyond the longest",
    { breaker: { open: { base: "9s", cap: "1s" } } },
    "breaker.open.base",
    /^9s with breaker\.open\.cap 1s$/,
    /raise breaker\.open\.cap/,
  ],
  [
    "waiting for a place beyond the deadline",
    { deadline: "1s", limit: { concurrent: 5, queue: 5, maxWait: "2s" } },
    "limit.maxWait",
    /^2s with deadline 1s$/,
    /Lower limit\.maxWait/,
  ],
  [
    "waiting for a turn beyond the deadline",
    { deadline: "1s", rate: { calls: 5, maxWait: "2s" } },
    "rate.maxWait",
    /^2s with deadline 1s$/,
    /Lower rate\.maxWait/,
  ],
  [
    "waiting in a queue of nothing",
    { limit: { concurrent: 5, queue: 0, maxWait: "1s" } },
    "limit.maxWait",
    /^1s with a queue of 0$/,
    /Add queue/,
  ],
  [
    "waiting in a queue that nobody declared",
    { limit: { concurrent: 5, maxWait: "1s" } },
    "limit.maxWait",
    /^1s with a queue of 0$/,
    /remove maxWait/,
  ],
  [
    "two kinds of window",
    { breaker: { window: "10s", windowCalls: 100 } },
    "breaker.windowCalls",
    /windowCalls with window/,
    /Remove one of the two/,
  ],
  [
    "more calls than the window holds",
    { breaker: { windowCalls: 10, minCalls: 11 } },
    "breaker.minCalls",
    /^11 with breaker\.windowCalls 10$/,
    /Lower breaker\.minCalls/,
  ],
  ...["reset", "timeout", "5xx", "gateway-error", "ambiguous", "408", 500, 502, "504", 521].map(
    (word): Case => [
      `sending again what may have been executed, after ${word}`,
      { idempotent: false, retry: { on: ["refused", word] } },
      "retry.on.1",
      new RegExp(`^${word} with idempotent: false$`),
      new RegExp(`Remove ${word}, or`),
    ],
  ),
];

const consistent: readonly (readonly [why: string, document: object])[] = [
  [
    "equal times",
    { deadline: "1s", attemptTimeout: "1s", connectTimeout: "1000ms", retry: { minAttempt: "1s" } },
  ],
  ["equal waits", { retry: { backoff: { base: "1s", throttledBase: "1s", cap: "1s" } } }],
  ["as many calls as the window holds", { breaker: { windowCalls: 10, minCalls: 10 } }],
  ["a queue of nothing to wait in", { limit: { concurrent: 5, queue: 0 } }],
  ["a queue of nothing and no wait", { limit: { concurrent: 5, queue: 0, maxWait: "0ms" } }],
  [
    "sending again what was not executed",
    {
      idempotent: false,
      retry: {
        on: "connect-failure refused 429 503 retriable-4xx unsent throttled unavailable 425 501 505".split(
          " ",
        ),
      },
    },
  ],
  ["sending again what does no harm", { idempotent: true, retry: { on: ["reset", "5xx"] } }],
  ["sending again where nobody says what it does", { retry: { on: ["reset", "5xx"] } }],
  // These are worth a word of the linter, but they can be run as they stand.
  ["a window shorter than two attempts", { attemptTimeout: "10s", breaker: { window: "10s" } }],
  ["slow calls beyond the attempt timeout", { attemptTimeout: "1s", breaker: { slow: { over: "2s" } } }],
  ["keeping waits beyond the deadline", { deadline: "1s", retry: { retryAfter: { cap: "9s" } } }],
];

describe("contradictions of a policy", () => {
  for (const [why, document, at, found, remedy] of contradictions) {
    it(`are told: ${why}`, () => {
      const read = readPolicy(document);
      assert.ok("problems" in read, "it must not be accepted");
      const [problem, ...others] = read.problems;
      assert.deepEqual(
        { code: problem?.code, at: problem?.path.join("."), others },
        { code: "CONFLICT", at, others: [] },
      );
      assert.match(problem?.found ?? "", found);
      assert.match(problem?.remedy ?? "", remedy);
      assert.notEqual(problem?.expected ?? "", "");
    });
  }

  for (const [why, document] of consistent) {
    it(`are not seen in ${why}`, () => assert.deepEqual(problemsOf(document), []));
  }

  it("are seen in numbers of milliseconds, where those are taken", () => {
    assert.deepEqual(problemsOf({ deadline: 1_000, attemptTimeout: 2_000 }, "ms"), [
      "CONFLICT attemptTimeout",
    ]);
    assert.deepEqual(problemsOf({ deadline: "1s", attemptTimeout: 2_000 }, "ms"), [
      "CONFLICT attemptTimeout",
    ]);
  });

  it("are told together with everything else that is wrong", () => {
    const problems = problemsOf({ deadline: "1s", attemptTimeout: "2s", retry: { attempts: 0 } });
    assert.deepEqual(problems, ["OUT_OF_RANGE retry.attempts", "CONFLICT attemptTimeout"]);
  });

  it("are told at their place in a larger document", () => {
    const shape = object({ doc: "For the test.", fields: { policy: policyShape } });
    const read = readShape(shape, { policy: { deadline: "1s", attemptTimeout: "2s" } });
    assert.ok("problems" in read);
    assert.deepEqual(
      read.problems.map(({ path }) => path),
      [["policy", "attemptTimeout"]],
    );
  });

  it("are not invented: a queue that is misspelt is not missing as well", () => {
    const problems = problemsOf({ limit: { concurrent: 5, quue: 5, maxWait: "1s" } });
    assert.deepEqual(problems, ["UNKNOWN_KEY limit.quue"]);
  });
});
