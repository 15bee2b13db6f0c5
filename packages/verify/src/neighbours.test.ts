import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Scenario } from "@holdfast/contract";
import type { Target } from "./model.ts";
import { neighboursOf, whyNoNeighbour } from "./neighbours.ts";
import { targetWith } from "./testing/evidence.ts";
import { withNeighbour } from "./testing/neighbours.ts";

const namesOf = (target: Target) =>
  neighboursOf(target).map(({ scenario, integration, operation, sameProvider }) =>
    [scenario.name, `${integration.name}.${operation.name}`, sameProvider].join(" "),
  );

const withScenarios = (target: Target, more: readonly Partial<Scenario>[]): Target => ({
  ...target,
  contract: {
    ...target.contract,
    scenarios: [...target.contract.scenarios, ...more.map((one) => ({ ...target.scenario, ...one }))],
  },
});

describe("neighbours", () => {
  it("are scenarios that do without the operation, and are told by whose provider they use", () => {
    assert.deepEqual(namesOf(withNeighbour(targetWith())), ["read-price prices.quote false"]);
    assert.deepEqual(namesOf(withNeighbour(targetWith(), "same")), ["read-price payments.quote true"]);
  });

  it("are none where every scenario uses the operation, and commands and modules have none", () => {
    const alone = targetWith();

    assert.deepEqual(namesOf(alone), []);
    assert.match(whyNoNeighbour(alone), /has one scenario/);
    assert.deepEqual(namesOf(withScenarios(alone, [{ name: "again" }])), []);
    const command = withNeighbour(targetWith({ scenario: { act: { kind: "exec", command: ["call"] } } }));
    assert.deepEqual(namesOf(command), []);
    assert.match(whyNoNeighbour(command), /process of its own/);
  });

  it("are taken for one provider where two integrations have one host", () => {
    const provider = { kind: "url", url: "http://shop.test/v1", sandbox: true, maxCalls: null } as const;
    const target = withNeighbour(targetWith(), "other", { provider });
    const integration = { ...target.integration, provider: { ...provider, url: "http://shop.test/v2" } };

    assert.equal(neighboursOf({ ...target, integration })[0]?.sameProvider, true);
    assert.equal(neighboursOf(target)[0]?.sameProvider, false);
  });

  it("are the ones that use least, one that does without the provider first", () => {
    const quote = { integration: "prices", operation: "quote" };
    const charge = { integration: "payments", operation: "charge" };
    const target = withScenarios(withNeighbour(targetWith()), [
      { name: "browse", uses: [quote, quote] },
      { name: "buy", uses: [quote, charge] },
    ]);

    assert.deepEqual(namesOf(target), ["read-price prices.quote false"]);
  });
});
