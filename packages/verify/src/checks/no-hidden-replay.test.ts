import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { noHiddenReplay } from "./no-hidden-replay.ts";

const post = targetWith({ operation: { request: { method: "POST", path: "/v1/charges" } } });
const once: CallFacts = { attempts: [{ at: 0 }] };

function twice(gapMs: number, headers: Readonly<Record<string, string>> = {}, second = "same"): CallFacts {
  const shared = { method: "POST", headers };
  return {
    attempts: [
      { at: 0, digest: "same", ...shared },
      { at: gapMs, healthy: true, digest: second, ...shared },
    ],
  };
}

function judged(facts: Readonly<Record<string, CallFacts>>, target = post) {
  const names = [
    "reset-once-fresh",
    "reset-once-reused",
    "close-once-fresh",
    "close-once-reused",
    "503-once",
  ];
  return verdictOf(
    noHiddenReplay,
    evidenceWith(Object.fromEntries(names.map((name) => [name, times(4, facts[name] ?? once)]))),
    target,
  );
}

describe("no-hidden-replay", () => {
  it("passes when nothing follows a broken connection", () => {
    const found = judged({});
    assert.equal(found.verdict, "pass");
    assert.ok((found.bound ?? 1) < 0.2);
  });

  it("speaks of reused connections only when one broke that really was reused", () => {
    assert.match(judged({}).because, /broke, fresh connections only: no connection was reused$/);
    const reused: CallFacts = { attempts: [{ at: 0, ordinal: 1 }] };
    for (const name of ["reset-once-reused", "close-once-reused"])
      assert.match(judged({ [name]: reused }).because, /broke, fresh or reused$/);
    assert.match(judged({ "reset-once-fresh": reused }).because, /fresh connections only/);
  });

  it("fails when a POST without a key comes again at once, on reused connections alone too", () => {
    const found = judged({ "reset-once-reused": twice(1) });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /reset-once-reused 4 of 4/);
    assert.equal(judged({ "close-once-fresh": twice(30) }).verdict, "fail");
  });

  it("finds a late replay by where it happens: on every reused connection and on no fresh one", () => {
    const reused = (gapMs: number): CallFacts => {
      const [first = { at: 0 }, ...rest] = twice(gapMs).attempts ?? [];
      return { attempts: [{ ...first, ordinal: 1 }, ...rest] };
    };
    const found = judged({ "close-once-reused": reused(60) });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /close-once-reused 4 of 4/);
    assert.equal(judged({ "close-once-reused": reused(60), "close-once-fresh": twice(60) }).verdict, "pass");
    assert.equal(judged({ "close-once-reused": twice(60) }).verdict, "pass", "no connection was reused");
  });

  it("says that it cannot tell where the machine's noise is as long as the gap, unless a 503 is retried as well", () => {
    const names = [
      "reset-once-fresh",
      "reset-once-reused",
      "close-once-fresh",
      "close-once-reused",
      "503-once",
    ];
    const seen = (p99Ms: number, after503: CallFacts) => {
      const facts: Readonly<Record<string, CallFacts>> = {
        "reset-once-fresh": twice(80),
        "503-once": after503,
      };
      const calls = Object.fromEntries(names.map((name) => [name, times(4, facts[name] ?? once)]));
      return verdictOf(
        noHiddenReplay,
        evidenceWith(calls, {
          noise: { type: "noise", samples: 30, sigmaMs: 5, p50Ms: 5, maxMs: p99Ms, p99Ms },
        }),
        post,
      );
    };
    assert.equal(seen(100, once).verdict, "inconclusive");
    assert.equal(seen(100, twice(120, {}, "other")).verdict, "pass");
    assert.equal(seen(5, once).verdict, "pass");
  });

  it("is not excused by a slow retry after a 503, nor by a key on some copies", () => {
    assert.equal(judged({ "reset-once-fresh": twice(1), "503-once": twice(200) }).verdict, "fail");
    const keyed = twice(1, { "idempotency-key": "k" });
    assert.equal(judged({ "reset-once-fresh": keyed, "close-once-fresh": twice(1) }).verdict, "fail");
  });

  it("leaves harmless replays alone: idempotent methods, stable keys", () => {
    const get = targetWith();
    assert.equal(judged({ "reset-once-fresh": twice(1) }, get).verdict, "pass");
    assert.match(judged({ "reset-once-fresh": twice(1) }, get).because, /harmless/);
    assert.equal(judged({ "reset-once-fresh": twice(1, { "idempotency-key": "k" }) }).verdict, "pass");
  });

  it("takes later, different or declared second requests for the application's own", () => {
    assert.equal(judged({ "reset-once-fresh": twice(40) }).verdict, "pass");
    assert.equal(judged({ "reset-once-fresh": twice(1, {}, "another span") }).verdict, "pass");
    const immediate = { "503-once": twice(2), "reset-once-fresh": twice(2) };
    assert.match(judged(immediate).because, /own retry/);
  });
});
