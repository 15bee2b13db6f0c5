import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPolicy } from "../policy-document.ts";
import { policyNotBuilt } from "./not-built.ts";

describe("the fields of the policy document", () => {
  const bad: readonly [why: string, document: unknown, code: string, at: string, remedy: RegExp][] = [
    [
      "an unknown jitter",
      { retry: { backoff: { jitter: "ful" } } },
      "UNKNOWN_VALUE",
      "retry.backoff.jitter",
      /Did you mean full\?/,
    ],
    ["an unknown word", { retry: { on: ["resett"] } }, "UNKNOWN_VALUE", "retry.on.0", /Did you mean reset\?/],
    [
      "a word that has no text",
      { retry: { on: [Object.create(null)] } },
      "UNKNOWN_VALUE",
      "retry.on.0",
      /status/,
    ],
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
    [
      "an unknown way to time out",
      { timeouts: "enforce" },
      "UNKNOWN_VALUE",
      "timeouts",
      /Did you mean enforced\?/,
    ],
    [
      "a switch for a mode",
      { breaker: { mode: true } },
      "WRONG_TYPE",
      "breaker.mode",
      /one of on, shadow, off/,
    ],
    ["a name of nothing", { name: " " }, "BAD_FORMAT", "name", /a text/],
    ["a function for a name", { classify: () => null }, "WRONG_TYPE", "classify", /a text/],
    ["an answer for a name", { fallback: 5 }, "WRONG_TYPE", "fallback", /"5"/],
    [
      "a budget without a span",
      { budget: { window: "0ms" } },
      "OUT_OF_RANGE",
      "budget.window",
      /at least 1ms/,
    ],
    ["a negative reserve", { budget: { minPerSecond: -1 } }, "OUT_OF_RANGE", "budget.minPerSecond", /from 0/],
    [
      "a rate that nothing reaches",
      { breaker: { failureRate: "0%" } },
      "OUT_OF_RANGE",
      "breaker.failureRate",
      /0\.01%/,
    ],
    [
      "a slow rate that nothing reaches",
      { breaker: { slow: { over: "1s", rate: 0 } } },
      "OUT_OF_RANGE",
      "breaker.slow.rate",
      /0\.01%/,
    ],
    [
      "slow calls that nobody measures",
      { breaker: { slow: { rate: 1 } } },
      "MISSING",
      "breaker.slow.over",
      /Add over/,
    ],
    [
      "closing without a success",
      { breaker: { probeSuccess: 0 } },
      "OUT_OF_RANGE",
      "breaker.probeSuccess",
      /0\.01%/,
    ],
    [
      "a window of no calls",
      { breaker: { windowCalls: 0 } },
      "OUT_OF_RANGE",
      "breaker.windowCalls",
      /from 1 to 100000/,
    ],
    [
      "failures in a row, none",
      { breaker: { consecutive: 0 } },
      "OUT_OF_RANGE",
      "breaker.consecutive",
      /from 1/,
    ],
    [
      "an opening that shrinks",
      { breaker: { open: { factor: 0.5 } } },
      "OUT_OF_RANGE",
      "breaker.open.factor",
      /from 1/,
    ],
    [
      "probes without measure",
      { breaker: { probes: 5_000 } },
      "OUT_OF_RANGE",
      "breaker.probes",
      /from 1 to 1000/,
    ],
    ["a limit of what", { limit: { queue: 5 } }, "MISSING", "limit.concurrent", /Add concurrent/],
    ["a limit of nothing", { limit: { concurrent: 0 } }, "OUT_OF_RANGE", "limit.concurrent", /from 1/],
    ["half a call", { rate: { calls: 0.5 } }, "WRONG_TYPE", "rate.calls", /a whole number/],
    ["a rate over no time", { rate: { calls: 5, per: "0s" } }, "OUT_OF_RANGE", "rate.per", /at least 1ms/],
    [
      "no number for a number",
      { retry: { attempts: Number.NaN } },
      "WRONG_TYPE",
      "retry.attempts",
      /whole number/,
    ],
    ["no number for a ratio", { budget: { ratio: Number.NaN } }, "BAD_FORMAT", "budget.ratio", /percentage/],
    ["a deadline that is undefined", { deadline: undefined }, "WRONG_TYPE", "deadline", /or remove the key/],
    ["a part that is undefined", { retry: undefined }, "WRONG_TYPE", "retry", /or remove the key/],
    [
      "an undefined setting deep inside",
      { breaker: { open: { cap: undefined } } },
      "WRONG_TYPE",
      "breaker.open.cap",
      /remove/,
    ],
    [
      "a required key that is undefined",
      { limit: { concurrent: undefined } },
      "MISSING",
      "limit.concurrent",
      /Add/,
    ],
    [
      "hedging, which is not built yet",
      { hedge: { after: "50ms" } },
      "NOT_BUILT_YET",
      "hedge",
      /short attemptTimeout/,
    ],
    ["throttling, which is not built yet", { throttle: true }, "NOT_BUILT_YET", "throttle", /breaker/],
    [
      "a limit that adapts, which is not built yet",
      { limit: { adaptive: true, min: 4, max: 200 } },
      "NOT_BUILT_YET",
      "limit.adaptive",
      /Write limit\.concurrent/,
    ],
    [
      "a limit that does not adapt",
      { limit: { adaptive: false } },
      "WRONG_TYPE",
      "limit.adaptive",
      /write concurrent/,
    ],
  ];
  for (const [why, document, code, at, remedy] of bad) {
    it(`refuses ${why}`, () => {
      const read = readPolicy(document);
      assert.ok("problems" in read, "it must not be accepted");
      const [problem, ...others] = read.problems;
      assert.deepEqual(
        { code: problem?.code, at: problem?.path.join("."), others },
        { code, at, others: [] },
      );
      assert.match(problem?.remedy ?? "", remedy);
    });
  }

  it("says of everything that is not built yet what to use meanwhile", () => {
    for (const { at, what, meanwhile } of policyNotBuilt) {
      assert.match(`${what} is not built yet`, /^[a-z]/);
      assert.match(meanwhile, /^[A-Z].*\.$/, at.join("."));
    }
  });
});
