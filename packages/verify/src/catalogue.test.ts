import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { items } from "@holdfast/core";
import { catalogue, catalogueOf } from "./catalogue.ts";
import { checks } from "./checks/index.ts";

describe("the catalogue", () => {
  it("knows every check once, built or not", () => {
    const ids = catalogue.map((one) => one.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(catalogue.filter((one) => one.built).length, checks.length);
  });

  it("has the checks of DESIGN §4 for every item, and rejects-bad-certificate (docs/decisions/0030)", () => {
    const counts = Object.fromEntries(
      items.map((item) => [item.id.split("/")[1], catalogueOf(item.id).length]),
    );
    assert.deepEqual(counts, {
      timeouts: 10,
      retries: 11,
      idempotency: 10,
      "circuit-breaker": 8,
      "dead-letters": 5,
      "outbox-inbox": 7,
      compatibility: 5 + 1,
      correlation: 9,
      "dashboards-alerts": 7,
      runbooks: 5,
    });
  });

  it("requires something of every item, and asks a question each time", () => {
    for (const item of items)
      assert.ok(
        catalogueOf(item.id).some((one) => one.required),
        item.id,
      );
    for (const one of catalogue) assert.match(one.question, /\?$/);
  });
});
