import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import { checkOnly } from "./only.ts";

function remedyOf(name: string): string {
  try {
    checkOnly([name]);
  } catch (failure) {
    assert.ok(isCodedError(failure) && failure.code === "USAGE");
    return failure.remedy;
  }
  return assert.fail(`${name} is known`);
}

describe("--only", () => {
  it("takes checks, items and both together", () => {
    assert.equal(checkOnly([]), undefined);
    assert.deepEqual(checkOnly(["bounded", "retries/bounded"]), ["bounded"]);
    assert.deepEqual(checkOnly(["timeouts"]), checkOnly(["reliability/timeouts"]));
  });

  for (const [name, meant] of [
    ["dashboards", /^Did you mean dashboards-alerts\? /],
    ["alerts", /^Did you mean dashboards-alerts\? /],
    ["breaker", /^Did you mean circuit-breaker\? /],
    ["relibility/retries", /^Did you mean reliability\/retries\? /],
    ["retris", /^Did you mean retries\? /],
    ["boundd", /^Did you mean bounded\? /],
    [
      "reliability",
      /^Did you mean the items of reliability: --only timeouts,retries,idempotency,circuit-breaker\? /,
    ],
    ["qqqqqqq", /^Items: timeouts, retries, /],
  ] as const)
    it(`says what ${name} may have meant, and which items there are`, () => {
      const remedy = remedyOf(name);
      assert.match(remedy, meant);
      assert.match(remedy, /Items: timeouts, .*runbooks; holdfast guide lists their checks\.$/);
    });
});
