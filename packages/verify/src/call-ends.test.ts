import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endsOf, helpOf, type Way, wayOf } from "./call-ends.ts";
import { assemble, observedCall } from "./evidence.ts";
import type { CallRecord, Observation, ObservedCall } from "./model.ts";
import { targetWith } from "./testing/evidence.ts";
import { callRecord, exchangeRecord } from "./testing/observations.ts";

const target = targetWith();
const { name } = target.integration;

/** A call that took so long, as a run with these observations saw it. */
function seen(tookMs: number, more: readonly Observation[] = [], facts: Partial<CallRecord> = {}) {
  const call = callRecord("a", { endedMs: 1_000 + tookMs, watchedUntilMs: 1_000 + tookMs + 500, ...facts });
  const assembled = assemble([call, ...more]);
  const observed = observedCall(call, assembled, target);
  return { call: observed, way: wayOf(observed, name, assembled) };
}

const during = { instance: "instance-0", proxy: "p", integration: name };
const fault = { spec: { kind: "black-hole" }, step: 0 };
const window = { armedCall: "a", fault, closedMs: 900, reopenedMs: 9_000 };
const hole = (begins: readonly number[], counted = true): Observation => ({
  ...{ type: "black-hole", ...during, ...window, counted },
  connects: begins.map((beganMs) => ({ beganMs, endedMs: null })),
});
const refusal: Observation = { type: "refusal", ...during, ...window };
const connection = (opaque: boolean, exchanges: number): Observation => ({
  ...{ type: "connection", proxy: "p", connection: 1, acceptedMs: 1_100, closedMs: null },
  ...{ exchanges, opaque, instance: "instance-0" },
});
const healthy: readonly ObservedCall[] = [seen(10, [], { outcome: "succeeded" }).call];
const bypass: Observation = { type: "bypass", instance: "instance-0", remote: "10.0.0.1:443", atMs: 1_200 };

describe("where the requests of a call went", () => {
  const cases: readonly (readonly [string, readonly Observation[], Way])[] = [
    ["a request came", [exchangeRecord("a", { at: 5 })], "reached"],
    ["a request of another operation came", [exchangeRecord("a", { at: 5, operation: null })], "reached"],
    ["nobody answered who wanted to connect", [hole([1_010])], "unanswered"],
    ["nobody wanted to connect, and nobody would have answered", [hole([])], "unsent"],
    ["somebody wanted to connect before it", [hole([10])], "unsent"],
    ["nobody could count who wanted to connect", [hole([], false)], "unknown"],
    ["connections were refused", [refusal], "closed"],
    ["nothing came though it could", [], "unsent"],
    ["something went past the proxies", [bypass], "unknown"],
    ["a connection was made and nothing sent", [connection(false, 0)], "unknown"],
    ["a connection carried what is no HTTP", [connection(true, 1)], "unknown"],
    ["a request came that belongs to nobody", [exchangeRecord("", { at: 5, armedCall: null })], "unknown"],
  ];
  for (const [when, more, way] of cases)
    it(`is ${way} when ${when}`, () => assert.equal(seen(50, more).way, way));
});

describe("what is said of how calls ended", () => {
  it("gives their times, and does not take a long wait for a refusal", () => {
    const slow = seen(1_700, [hole([1_010, 1_500])]);
    assert.deepEqual(endsOf([slow], healthy), [
      "Failing took 1.7 s.",
      "1 call did not reach the provider: nobody answered the attempts to connect.",
    ]);
    assert.deepEqual(helpOf([slow], healthy), []);
    const waited = seen(1_700);
    assert.match(endsOf([waited], healthy)[1] ?? "", /after 1\.7 s without a request to the provider/);
    assert.deepEqual(helpOf([waited], healthy), []);
  });

  it("calls a refusal what ended within the time of a healthy call and a little more", () => {
    const calls = [seen(3), seen(90), seen(1_700)];
    assert.match(
      helpOf(calls, healthy)[0] ?? "",
      /^2 of 3 calls failed after 3 ms to 90 ms without a request/,
    );
    assert.match(endsOf(calls, healthy).at(-1) ?? "", /^1 call failed after 1\.7 s without a request/);
    assert.deepEqual(helpOf(calls, []), []);
  });

  it("says nothing of the way where it cannot be told", () => {
    for (const more of [[bypass], [connection(false, 0)], [hole([], false)]]) {
      const one = seen(3, more);
      assert.deepEqual(endsOf([one], healthy), ["Failing took 3 ms."]);
      assert.deepEqual(helpOf([one], healthy), []);
    }
  });

  it("tells calls that nobody answered, and those that were answered without the provider", () => {
    const open = seen(0, [], { outcome: "unfinished", endedMs: null, horizonMs: 5_000 });
    assert.match(endsOf([open], healthy).join(" "), /^1 call had no answer when the watch ended, after 5 s/);
    const saved = seen(20, [hole([1_010])], { outcome: "succeeded" });
    assert.match(helpOf([saved], healthy)[0] ?? "", /^1 of 1 call succeeded without a request that reached/);
    assert.deepEqual(endsOf([saved], healthy), []);
  });
});
