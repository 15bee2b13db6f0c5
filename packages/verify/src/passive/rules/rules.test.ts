import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpIntegration } from "@holdfast/contract";
import { checks } from "../../checks/index.ts";
import { leftOut } from "../left-out.ts";
import {
  amongWell,
  type CallFacts,
  contractWith,
  saidBy,
  times,
  trafficOf,
  well,
} from "../testing/traffic.ts";
import { passiveRules } from "./index.ts";

const policy: HttpIntegration["policy"] = {
  deadlineMs: 4_000,
  attemptTimeoutMs: 500,
  retry: { attempts: 3, backoff: { baseMs: 100, jitter: "full" } },
};
const declared = contractWith({ policy });
const keyed = contractWith({
  policy,
  operation: { request: { method: "POST", path: "/v1/charges" }, idempotencyKey: "idempotency-key" },
});

const fails = (...ends: CallFacts["tried"][number]["end"][]): CallFacts => ({
  tried: ends.map((end, at) => ({
    end,
    tookMs: end === "hang" ? 500 : 10,
    afterMs: at === 0 ? 0 : 80 + 40 * at,
  })),
});
const hung = (tookMs: number): CallFacts => ({
  tried: [
    { end: "hang", tookMs },
    { end: 200, afterMs: 50 },
  ],
});
const asked = (value: string, afterMs: number): CallFacts => ({
  tried: [
    { end: 429, headers: { "answer:retry-after": value } },
    { end: 200, afterMs, headers: { "answer:retry-after": null } },
  ],
});
const waiting = (first: number, second: number): CallFacts => ({
  tried: [{ end: 503 }, { end: 503, afterMs: first }, { end: 503, afterMs: second }],
});
const jittered = (at: number): number => 1 + ((at * 7) % 10) / 20;
const withKey = (...keys: (string | null)[]): CallFacts => ({
  tried: keys.map((key, at) => ({
    end: at === keys.length - 1 ? 200 : 503,
    afterMs: 100,
    headers: { "idempotency-key": key },
  })),
});
const traced = (...spans: number[]): CallFacts => ({
  tried: spans.map((_, at) => ({ end: at === spans.length - 1 ? 200 : 503, afterMs: 100 })),
});

const table: readonly (readonly [
  check: string,
  name: string,
  verdict: string,
  calls: readonly CallFacts[],
  contract?: typeof declared,
])[] = [
  ["attempt", "given up in time", "pass", amongWell(times(20, hung(500))), declared],
  ["attempt", "given up far too late", "fail", amongWell(times(20, hung(2_000))), declared],
  ["attempt", "too few", "inconclusive", amongWell(times(3, hung(2_000))), declared],
  [
    "deadline",
    "outlived",
    "fail",
    amongWell(times(3, fails("hang", ...Array<"hang">(8).fill("hang")))),
    declared,
  ],
  ["deadline", "kept, silence alone", "inconclusive", amongWell(times(30, fails("hang", 200))), declared],
  [
    "retries-transient",
    "made again",
    "pass",
    amongWell([...times(20, fails(503, 200)), ...times(20, fails("reset", 200))]),
    declared,
  ],
  [
    "retries-transient",
    "made again after one kind",
    "inconclusive",
    amongWell(times(40, fails(503, 200))),
    declared,
  ],
  ["retries-transient", "never made again", "fail", amongWell(times(20, fails(503))), declared],
  [
    "retries-transient",
    "now and then",
    "inconclusive",
    amongWell([...times(15, fails(503)), ...times(15, fails(503, 200))]),
    declared,
  ],
  ["retries-transient", "three", "inconclusive", amongWell(times(3, fails(503))), declared],
  ["retries-after-timeout", "made again", "pass", amongWell(times(20, fails("hang", 200))), declared],
  ["retries-after-timeout", "never made again", "fail", amongWell(times(20, fails("hang"))), declared],
  ["bounded", "stops at the number", "pass", amongWell(times(12, fails(503, 503, 503))), declared],
  ["bounded", "goes on", "fail", amongWell(times(3, fails(503, 503, 503, 503))), declared],
  ["bounded", "goes on once", "inconclusive", amongWell(times(1, fails(503, 503, 503, 503))), declared],
  ["bounded", "never seen to stop", "inconclusive", amongWell(times(30, fails(503, 200))), declared],
  ["classification", "a refused request repeated", "fail", amongWell(times(5, fails(422, 422))), declared],
  [
    "classification",
    "once in a while",
    "inconclusive",
    amongWell([...times(3, fails(422, 422)), ...times(30, fails(422))]),
    declared,
  ],
  ["honours-retry-after", "came early", "fail", amongWell(times(5, asked("2", 300))), declared],
  [
    "honours-retry-after",
    "waited, dates unseen",
    "inconclusive",
    amongWell(times(40, asked("2", 2_010))),
    declared,
  ],
  [
    "backs-off",
    "grows",
    "pass",
    amongWell(times(20, (at) => waiting(100 * jittered(at), 220 * jittered(at + 3)))),
    declared,
  ],
  [
    "backs-off",
    "constant",
    "fail",
    amongWell(times(20, (at) => waiting(100 + (at % 3), 100 + (at % 4)))),
    declared,
  ],
  ["backs-off", "three", "inconclusive", amongWell(times(3, waiting(100, 200))), declared],
  [
    "jitters",
    "always the same",
    "fail",
    amongWell(times(20, (at) => waiting(400 + (at % 2), 800 + (at % 2)))),
    declared,
  ],
  [
    "jitters",
    "spread",
    "inconclusive",
    amongWell(times(20, (at) => waiting(400 * jittered(at), 800 * jittered(at + 3)))),
    declared,
  ],
  ["budget", "no outage", "inconclusive", amongWell(times(20, fails(503, 503, 503))), declared],
  ["key-present", "on every request", "pass", times(30, withKey("a")), keyed],
  ["key-present", "not sent", "fail", times(30, withKey(null)), keyed],
  ["key-present", "not written down", "inconclusive", times(30, well), keyed],
  ["key-stable", "changes", "fail", amongWell(times(5, withKey("a", "b"))), keyed],
  ["key-stable", "kept, one kind of failure", "inconclusive", amongWell(times(30, withKey("a", "a"))), keyed],
  ["key-unique", "one for all", "fail", times(30, withKey("a")), keyed],
  ["key-unique", "all different", "inconclusive", times(40, (at) => withKey(`k${at}`)), keyed],
  [
    "logs-carry-id",
    "each has its line",
    "pass",
    amongWell(times(20, { ...fails(503, 503), log: true })),
    declared,
  ],
  ["logs-carry-id", "no log was read", "inconclusive", amongWell(times(20, fails(503))), declared],
  ["retries-are-siblings", "not written down", "inconclusive", amongWell(times(20, traced(1, 2))), declared],
  ["id-in-to-out", "not written down", "inconclusive", times(30, well), declared],
];

const asPost = (calls: readonly CallFacts[], contract = declared) =>
  contract === keyed
    ? trafficOf(calls).map((one) =>
        one.kind === "request" && one.side !== "in" ? { ...one, method: "POST" } : one,
      )
    : trafficOf(calls);

describe("passive rules", () => {
  for (const [check, name, verdict, calls, contract] of table) {
    it(`${check}, ${name}: ${verdict}`, () => {
      const said = saidBy(check, asPost(calls, contract), contract);

      assert.equal(said.verdict, verdict, said.because);
    });
  }

  it("say nothing but what they declare to say", () => {
    for (const [check, , verdict] of table) {
      const rule = passiveRules.find((one) => one.check === check);
      assert.ok(rule, check);
      if (verdict !== "inconclusive")
        assert.ok(rule.says.includes(verdict as "pass"), `${check} says ${verdict}`);
    }
  });

  it("are of checks that exist, each once, and every other check is left out for a reason", () => {
    const ids = passiveRules.map(({ check }) => check);
    const all = checks.map(({ id }) => id);

    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual([...ids, ...leftOut().map(({ id }) => id)].sort(), [...all].sort());
    assert.ok(leftOut().every(({ because }) => because.length > 10));
  });
});
