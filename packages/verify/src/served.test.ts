import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { effectsIn, keyedServed, servedKeyPath, servedName, servedPath, usualEffects } from "./served.ts";
import { callOf, evidenceWith } from "./testing/evidence.ts";
import { servingTarget } from "./testing/served.ts";

describe("what is served", () => {
  it("is found by method and path, with names for segments and without the query", () => {
    const request = { method: "POST", path: "/orders/:id" };
    const act = {
      kind: "http",
      request: { method: "POST", path: "/orders/${call.id}?dry=1" },
      headers: {},
      body: null,
    } as const;
    const target = servingTarget({ serves: { request }, scenario: { act } });
    assert.equal(servedName(target), "place");
    assert.deepEqual(servedPath(target), ["service", "serves", "place"]);
    assert.deepEqual(servedKeyPath(target), ["service", "serves", "place", "idempotency", "key"]);
    const other = servingTarget({
      serves: { request: { method: "PUT", path: "/orders/:id" } },
      scenario: { act },
    });
    assert.equal(servedName(other), null);
    assert.deepEqual(servedKeyPath(other), ["service", "serves"]);
  });

  it("has a key only where a request may have an effect", () => {
    const request = { method: "GET", path: "/orders" };
    const act = { kind: "http", request, headers: {}, body: null } as const;
    const read = keyedServed(servingTarget({ serves: { request }, scenario: { act } }));
    assert.deepEqual(read, { notApplicable: "GET asks for no effect" });
  });
});

describe("the effects of a call", () => {
  const attempts = [{ at: 1, healthy: true, method: "POST" }];

  it("are those of all operations, without repetitions that a provider recognised", () => {
    const call = callOf(
      { attempts, effects: [{}, { deduplicated: true }], otherEffects: [{ operation: "ship" }] },
      "healthy",
    );
    assert.equal(effectsIn(call, servingTarget()), 2);
    assert.equal(effectsIn(call, servingTarget(), call.startedMs + 1), 0);
  });

  it("are those that the scenario declares, where it declares any", () => {
    const effects = [{ name: "charged", integration: "payments", operation: "charge", count: 1 }];
    const call = callOf({ attempts, effects: [{}], otherEffects: [{ operation: "ship" }] }, "healthy");
    assert.equal(effectsIn(call, servingTarget({ scenario: { effects } })), 1);
  });

  it("are none where an operation only reads", () => {
    const read = { attempts: [{ at: 1, healthy: true, method: "GET" }], effects: [{}] };
    assert.equal(effectsIn(callOf(read, "healthy"), servingTarget()), 0);
    const evidence = evidenceWith({}, { healthyCall: () => ({ ...read, outcome: "succeeded" }) });
    assert.equal(usualEffects(evidence, servingTarget()), 0);
  });

  it("are usual as healthy calls have them", () => {
    const two = { attempts, effects: [{}, {}], outcome: "succeeded" } as const;
    assert.equal(usualEffects(evidenceWith({}, { healthyCall: () => two }), servingTarget()), 2);
  });
});
