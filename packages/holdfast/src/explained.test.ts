import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContract } from "@holdfast/contract";
import type { LintContext } from "@holdfast/resilience";
import { explained } from "./explained.ts";

/** A contract of one integration, its policy from line 8 on. */
function explainedOf(policy: readonly string[], operations: readonly string[], context: LintContext = {}) {
  const [used] = operations.map((line) => `payments.${line.split(":")[0]}`);
  const text = [
    "holdfast: 1",
    "integrations:",
    "  payments:",
    "    protocol: http",
    "    provider: stub",
    "    address: { env: PAYMENTS_URL }",
    ...(policy.length === 0 ? [] : ["    policy:", ...policy.map((line) => `      ${line}`)]),
    ...(operations.length === 0 ? [] : ["    operations:", ...operations.map((line) => `      ${line}`)]),
    `scenarios: { pay: { module: ./pay.mjs, uses: [${used ?? "payments"}] } }`,
    "",
  ].join("\n");
  const read = readContract({ file: "/somewhere/holdfast.yaml", text, env: {} });
  assert.ok("contract" in read, JSON.stringify(read));
  const [integration] = read.contract.integrations;
  assert.ok(integration !== undefined);
  return explained(read.contract, integration, context);
}

const retried = ["attemptTimeout: 800ms", "retry: { attempts: 3, on: [reset] }"];
const charge = "charge: { request: POST /charges, idempotency: { key: Idempotency-Key } }";
const find = "find: { request: GET /charges }";
const refund = "refund: { request: POST /refunds }";

describe("the policy of an integration, explained", () => {
  it("tells the place of the integration and of each finding", () => {
    const { place, findings } = explainedOf(retried, [charge]);
    assert.deepEqual(place, { line: 3, column: 3 });
    assert.deepEqual(
      findings.map(({ rule, place: at }) => [rule, at.line, at.column]),
      [
        ["retry-without-deadline", 9, 7],
        ["retry-without-budget", 9, 7],
      ],
    );
  });

  it("points at the word that is meant", () => {
    const [finding] = explainedOf(["deadline: 4s", ...retried], [refund]).findings;
    assert.equal(finding?.rule, "ambiguous-without-idempotent");
    assert.deepEqual(finding.place, { line: 10, column: 34 });
  });

  it("takes calls for idempotent where every operation may be sent twice", () => {
    const { idempotency, explanation } = explainedOf(retried, [charge, find]);
    assert.deepEqual(idempotency, {
      idempotent: true,
      because: "charge carries the key idempotency-key, find is a GET",
    });
    assert.equal(explanation?.retried?.idempotent, true);
  });

  it("does not where one may not, where nothing is known of them, or where the policy says otherwise", () => {
    const because = (policy: readonly string[], operations: readonly string[]) => {
      const { idempotency, explanation } = explainedOf(policy, operations);
      assert.equal(explanation?.retried?.idempotent, idempotency.idempotent);
      return `${idempotency.idempotent}: ${idempotency.because}`;
    };
    assert.equal(because(retried, [charge, refund]), "false: refund has no idempotency key");
    assert.equal(because(retried, []), "false: any has no idempotency key");
    const said = ["retry: { attempts: 3 }"];
    assert.equal(
      because([...said, "idempotent: false"], [charge]),
      "false: the policy says idempotent: false",
    );
    assert.equal(because([...said, "idempotent: true"], [refund]), "true: the policy says idempotent: true");
  });

  it("tells what verify judges by where the policy is silent", () => {
    assert.deepEqual(explainedOf(retried, []).judgedBy, { connectTimeoutMs: 5_000, deadlineMs: 30_000 });
    assert.deepEqual(explainedOf([], []).judgedBy, {
      connectTimeoutMs: 5_000,
      attemptTimeoutMs: 10_000,
      deadlineMs: 30_000,
      attemptsMax: 5,
    });
  });

  it("explains nothing, and finds nothing, where no policy is declared", () => {
    const { explanation, findings } = explainedOf([], [charge]);
    assert.equal(explanation, null);
    assert.deepEqual(findings, []);
  });

  it("reckons with the rate, and names what is not built yet", () => {
    const policy = ["breaker: { minCalls: 20, window: 10s }", "hedge: { delay: 100ms }"];
    const { findings, notBuilt, explanation } = explainedOf([...policy, "deadline: 1s"], [], {
      ratePerSecond: 1,
    });
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [["min-calls-unreachable", "error"]],
    );
    assert.deepEqual(notBuilt, ["hedge"]);
    assert.equal(explanation?.outage.length, 1);
  });
});
