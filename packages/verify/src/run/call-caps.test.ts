import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Contract, Scenario } from "@holdfast/contract";
import type { ExchangeRecord } from "@holdfast/faults";
import { callCaps } from "./call-caps.ts";

const scenario = { uses: [{ integration: "payments", operation: "charge" }] } as unknown as Scenario;

function capsOf(maxCalls: number | null) {
  const provider = { kind: "url", url: "https://api.example", sandbox: true, maxCalls };
  const policy = { retry: { attempts: 3 } };
  return callCaps({ integrations: [{ name: "payments", provider, policy }] } as unknown as Contract);
}

const delivered = (count: number): ExchangeRecord[] =>
  Array.from({ length: count }, () => ({ integration: "payments", delivered: true }) as ExchangeRecord);

describe("call caps", () => {
  it("refuse what could go beyond the cap, with all attempts that a fault may bring", () => {
    const caps = capsOf(4);
    caps.reserve(scenario, true);
    assert.equal(caps.refuses(scenario, false), null);
    caps.reserve(scenario, false);
    assert.match(caps.refuses(scenario, false) ?? "", /maxCalls: 4/);
    assert.throws(() => caps.reserve(scenario, false), { code: "CALL_CAP_REACHED" });
  });

  it("give back what a call did not deliver, and count what it delivered beyond", () => {
    const caps = capsOf(4);
    caps.reserve(scenario, true)(delivered(1));
    assert.equal(caps.refuses(scenario, true), null);
    caps.reserve(scenario, false)(delivered(3));
    assert.notEqual(caps.refuses(scenario, false), null);
  });

  it("set aside as much for each request of a call", () => {
    const caps = capsOf(7);
    assert.throws(() => caps.reserve(scenario, true, 3), { code: "CALL_CAP_REACHED" });
    const deliver = caps.reserve(scenario, true, 2);
    assert.notEqual(caps.refuses(scenario, true), null);
    deliver(delivered(4));
    assert.equal(caps.refuses(scenario, true), null);
  });

  it("never refuse where nothing is declared", () => {
    const caps = capsOf(null);
    for (let call = 0; call < 100; call++) caps.reserve(scenario, true)(delivered(5));
    assert.equal(caps.refuses(scenario, true), null);
  });
});
