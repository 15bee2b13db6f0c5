import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { indexObservations } from "./evidence-index.ts";
import { exampleCalls } from "./examples.ts";
import type { CheckResult } from "./model.ts";
import { checklist, observations } from "./testing/fixture.ts";

const index = indexObservations(observations);
const transient = checklist.items
  .flatMap((item) => item.checks)
  .find((check) => check.id === "retries-transient");
assert.ok(transient !== undefined);
const silent: CheckResult = { ...transient, evidence: [] };

describe("example calls", () => {
  it("show one call of each experiment that the check asked for", () => {
    assert.deepEqual(exampleCalls(silent, index), [
      {
        experiment: "place-order/payments.charge/503-once",
        call: "c-once-1",
        exchanges: ["p-c-once-1.1.0", "p-c-once-1.2.0"],
        note: "For example: Answers the first attempt with 503, then passes.",
      },
    ]);
  });
  it("are not needed where a verdict cites its own", () =>
    assert.deepEqual(exampleCalls(transient, index), []));
  it("never stand for what was not judged", () => {
    assert.deepEqual(exampleCalls({ ...silent, verdict: "not-applicable" }, index), []);
    assert.deepEqual(exampleCalls({ ...silent, scenario: "refund-order" }, index), []);
    assert.deepEqual(exampleCalls({ ...silent, integration: "ledger" }, index), []);
    assert.deepEqual(exampleCalls({ ...silent, samples: 0 }, index), []);
  });
  it("leave out calls on which the fault never took hold", () => {
    const spared = observations.map((record) =>
      record.type === "exchange" ? { ...record, firedMs: null } : record,
    );
    assert.deepEqual(exampleCalls(silent, indexObservations(spared)), []);
  });
});
