import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { keySurvivesRestart } from "./key-survives-restart.ts";

const request = { method: "POST", path: "/v1/charges" };
const declared = { request, idempotencyKey: "idempotency-key" };
const committed = targetWith({ operation: { ...declared, effectKey: "/orderId" }, severity: "high" });
const keyed = targetWith({ operation: declared });
const undeclared = targetWith({ operation: { request } });
const headers = { "idempotency-key": "healthy" };
const healthy: CallFacts = { attempts: [{ at: 1, healthy: true, method: "POST", headers }], effects: [{}] };

/** When the process was killed, after the start of the call. */
const killedAt = 50;

/** A call whose first request went out under `before`, and the one after the restart under `after`. */
function call(
  before: string | null,
  after: readonly (string | null)[],
  effects: CallFacts["effects"] = [{}, {}],
): CallFacts {
  const headersOf = (key: string | null) => (key === null ? {} : { "idempotency-key": key });
  return {
    attempts: [
      {
        at: 10,
        method: "POST",
        headers: headersOf(before),
        delivered: true,
        doneAt: null,
        closedAt: killedAt,
      },
      ...after.map((key, index) => ({
        at: 900 + index * 100,
        method: "POST",
        headers: headersOf(key),
        healthy: true,
      })),
    ],
    effects,
    endedAt: 1_200,
    outcome: "succeeded",
    requests: [{ role: "first", endedMs: killedAt }, { role: "again" }],
  };
}

const same = call("k", ["k"], [{}, { deduplicated: true }]);
const another = call("a", ["b"]);

function judged(
  usual: CallFacts,
  target = committed,
  more: Record<string, readonly CallFacts[]> = {},
  count = 3,
) {
  const brought = { "again-after-crash": times(count, usual), ...more };
  return verdictOf(keySurvivesRestart, evidenceWith(brought, { healthyCall: () => healthy }), target);
}

describe("key-survives-restart", () => {
  it("passes when the command carries the same key after the restart", () => {
    const found = judged(same);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /the same key before a crash and after it in 3 calls/);
    assert.equal(judged(call("k", ["k", "k"]), undeclared).verdict, "pass");
  });

  it("fails when another key, or none, makes the declared effect come about twice", () => {
    for (const one of [another, call("a", [null]), call("a", ["a", "b"])]) {
      const found = judged(one);
      assert.equal(found.verdict, "fail");
      assert.match(found.because, /another key or none in 3 of 3 calls; 3 took effect more than once/);
      assert.equal(found.severity, "high");
    }
  });

  it("advises where the contract does not say what makes an effect the same, or none came about twice", () => {
    assert.equal(judged(another, keyed).verdict, "advice");
    assert.equal(judged(another, undeclared).verdict, "advice");
    assert.equal(judged(call("a", ["b"], [{}])).verdict, "advice");
    const different = call("a", ["b"], [{ effectKey: "one" }, { effectKey: "two" }]);
    assert.equal(judged(different).verdict, "advice");
  });

  it("does not apply where no key is sent or needed, or where nothing of ours can be killed", () => {
    const bare: CallFacts = { attempts: [{ at: 1, healthy: true, method: "POST" }] };
    const evidence = evidenceWith(
      { "again-after-crash": times(3, call(null, [null])) },
      { healthyCall: () => bare },
    );
    const found = verdictOf(keySurvivesRestart, evidence, undeclared);
    assert.deepEqual([found.verdict, found.because], ["not-applicable", "no key is sent"]);
    const about = (facts: Parameters<typeof targetWith>[0]) => keySurvivesRestart.about(targetWith(facts));
    assert.deepEqual(about({}), { notApplicable: "GET asks for no effect" });
    const elsewhere = about({ operation: declared, service: { start: null } });
    assert.match(JSON.stringify(elsewhere), /not started by Holdfast/);
    assert.equal(about({ operation: declared }), "idempotency-key");
  });

  it("leaves a key that changes without any crash to the check of that", () => {
    const unstable: CallFacts = {
      attempts: [
        { at: 0, method: "POST", headers: { "idempotency-key": "1" } },
        { at: 100, method: "POST", headers: { "idempotency-key": "2" }, healthy: true },
      ],
    };
    const found = judged(another, committed, { "503-once": times(3, unstable) });
    assert.equal(found.verdict, "not-applicable");
    assert.match(found.because, /in 3 calls the key changed without any crash/);
  });

  it("is inconclusive when it did not come back, sent nothing afterwards, or was seen too seldom", () => {
    const gone: CallFacts = { ...another, requests: [{ role: "first", endedMs: killedAt }] };
    assert.equal(judged(gone).verdict, "inconclusive");
    const silent = judged(call("k", []));
    assert.equal(silent.verdict, "inconclusive");
    assert.match(silent.because, /0 of 3 calls .* \(3 sent nothing after the restart\)/);
    assert.equal(judged(same, committed, {}, 2).verdict, "inconclusive");
    const nothing = evidenceWith({}, { healthyCall: () => healthy });
    assert.match(verdictOf(keySurvivesRestart, nothing, committed).because, /did not run/);
  });
});
