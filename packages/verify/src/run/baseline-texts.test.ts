import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpIntegration, Scenario } from "@holdfast/contract";
import type { ExchangeRecord } from "@holdfast/faults";
import { type GateSeen, whatIsWrong } from "./baseline-texts.ts";
import type { DrivenRecord } from "./drive-call.ts";

const scenario: Scenario = {
  name: "quote",
  act: { kind: "exec", command: ["quote"] },
  expect: null,
  uses: [{ integration: "rates", operation: "latest" }],
  effects: [],
};

function integration(provider: HttpIntegration["provider"]): HttpIntegration {
  const address = { kind: "env", name: "RATES_URL" } as const;
  const facts = { layer: "library", severity: "high", slo: null, runbook: null } as const;
  return {
    name: "rates",
    protocol: "http",
    provider,
    address,
    tls: false,
    operations: [],
    policy: {},
    ...facts,
  };
}

const stub = integration({ kind: "stub" });
const real = integration({
  kind: "url",
  url: "https://me:secret@rates.test/v1?key=secret",
  sandbox: true,
  maxCalls: null,
});

/** A healthy call: whether it reached the provider, and what came of it. */
function driven(status: number | null | "not called", error: string | null = null): DrivenRecord {
  const exchange = {
    integration: "rates",
    operation: "latest",
    request: { method: "GET", target: "/latest" },
    provider: status === null ? null : { status, doneMs: 1 },
  };
  return {
    call: { outcome: error === null ? "succeeded" : "failed", error } as DrivenRecord["call"],
    exchanges: status === "not called" ? [] : [exchange as unknown as ExchangeRecord],
  };
}

function wrong(calls: readonly DrivenRecord[], facts: Partial<GateSeen> = {}) {
  const seen = { scenario, integrations: [stub], exit: null, lateMs: {}, unreachable: {} };
  return whatIsWrong({ ...seen, calls, at: calls.length - 1, ...facts });
}

const down = (cause: string) =>
  wrong([driven(null, "answered 502")], { integrations: [real], unreachable: { rates: cause } });

describe("what is wrong with a healthy call", () => {
  it("is nothing when it succeeded and reached what it uses", () => {
    assert.equal(wrong([driven(200)]), null);
  });

  it("is a cache when only some calls reached the provider", () => {
    const calls = [driven(200), ...[1, 2, 3, 4].map(() => driven("not called"))];
    const found = wrong(calls, { at: 1 });
    assert.match(found?.says ?? "", /^call 1 of an instance reached rates, calls 2–5 did not: does .* cache/);
    assert.match(found?.remedy ?? "", /\$\{call\.id\}.*service\.env/);
    const mixed = wrong([driven(200), driven("not called"), driven(200)], { at: 1 });
    assert.match(mixed?.says ?? "", /^calls 1, 3 .*, call 2 did not/);
  });

  it("is work in the background when the provider is called after the answer", () => {
    const found = wrong([driven("not called")], { lateMs: { rates: 412.4 } });
    assert.match(
      found?.says ?? "",
      /called rates only 412 ms after its answer: such background calls cannot/,
    );
    assert.match(found?.remedy ?? "", /limits in docs\/contract\.md/);
  });

  it("is the address when the provider is never called", () => {
    const found = wrong([driven("not called"), driven("not called")]);
    assert.match(found?.says ?? "", /never called rates through its proxy/);
    assert.match(found?.remedy ?? "", /address\.env/);
  });

  it("is what kept the proxy from the provider, told without its secrets", () => {
    const found = down("connect ECONNREFUSED 10.0.0.1:443");
    assert.match(
      found?.says ?? "",
      /\(rates at https:\/\/rates\.test\/v1: connect ECONNREFUSED 10\.0\.0\.1:443\)/,
    );
    assert.doesNotMatch(found?.says ?? "", /secret/);
    assert.match(found?.remedy ?? "", /Start the provider or correct/);
    assert.doesNotMatch(found?.remedy ?? "", /stub/);
  });

  it("is its certificate, with the way to trust an authority", () => {
    for (const cause of [
      "self-signed certificate",
      "unable to verify the first certificate",
      "Hostname/IP does not match certificate's altnames",
    ]) {
      assert.match(down(cause)?.remedy ?? "", /NODE_EXTRA_CA_CERTS/);
    }
    assert.match(down("SSL routines:tls_get_more_records:packet length too long")?.remedy ?? "", /speak TLS/);
  });

  it("speaks of the stub only where one answers", () => {
    const refused = [driven(401, "answered 502")];
    assert.match(wrong(refused)?.remedy ?? "", /stub's `answer`/);
    const found = wrong(refused, { integrations: [real] });
    assert.match(found?.says ?? "", /rates answered 401/);
    assert.doesNotMatch(found?.remedy ?? "", /stub/);
    assert.match(found?.remedy ?? "", /what the provider answers/);
  });

  it("is another operation when the provider is called for something else", () => {
    const uses = [{ integration: "rates", operation: "history" }];
    const found = wrong([driven(200)], { scenario: { ...scenario, uses } });
    assert.match(found?.says ?? "", /not its operation history: it sent GET \/latest/);
    assert.match(found?.remedy ?? "", /rates\.history/);
  });

  it("is its death before anything else", () => {
    const found = wrong([driven("not called")], { exit: { code: 9, signal: null } });
    assert.match(found?.says ?? "", /ended \(exit status 9\)/);
  });
});
