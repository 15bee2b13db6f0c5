import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Verdict } from "@holdfast/core";
import { catalogueOf } from "./catalogue.ts";
import { rollUp } from "./checklist.ts";
import type { CheckResult } from "./report/model.ts";
import { resultOf } from "./testing/results.ts";

/** The item of retries when its built checks say what is given, `pass` otherwise. */
function retries(odd: Readonly<Record<string, Verdict>> = {}, more: Partial<CheckResult> = {}) {
  const results = catalogueOf("reliability/retries")
    .filter((one) => one.built)
    .map(({ id, required }) =>
      resultOf({ id, required, verdict: odd[id] ?? "pass", ...(odd[id] ? more : {}) }),
    );
  const found = rollUp(results).find((one) => one.id === "reliability/retries");
  assert.ok(found);
  return found;
}

describe("the checklist", () => {
  it("has the ten items in their order, whatever was tested", () => {
    const items = rollUp([]);
    assert.equal(items.length, 10);
    assert.equal(items[0]?.id, "reliability/timeouts");
    assert.ok(items.every((one) => one.verdict === "incomplete" && one.checks.length > 0));
  });

  it("passes an item when every required check is decided and none failed", () => {
    const found = retries();
    assert.equal(found.verdict, "pass");
    assert.equal(found.says, "11 of 11 checks: 11 pass");
  });

  it("fails it by one failed check", () => {
    assert.equal(retries({ bounded: "fail" }).verdict, "fail");
    assert.equal(retries({ bounded: "fail", jitters: "inconclusive" }).verdict, "fail");
  });

  it("leaves it incomplete without a required check, and says which", () => {
    for (const verdict of ["inconclusive", "not-tested"] as const) {
      const found = retries({ jitters: verdict });
      assert.equal(found.verdict, "incomplete");
      assert.match(found.says, /required and open: jitters/);
    }
  });

  it("does not mind an open check that is not required", () => {
    assert.equal(retries({ "no-hidden-replay": "inconclusive" }).verdict, "pass");
  });

  it("does not pass an item that is left with advice", () => {
    assert.equal(retries({ jitters: "advice" }).verdict, "advice");
    assert.equal(retries({ jitters: "advice", bounded: "fail" }).verdict, "fail");
    assert.equal(retries({ jitters: "advice", bounded: "inconclusive" }).verdict, "incomplete");
  });

  it("does not count accepted advice", () => {
    const accepted = { reason: "known", owner: "ann", until: "2027-01-01" };
    assert.equal(retries({ jitters: "advice" }, { accepted }).verdict, "pass");
  });

  it("lets be what does not apply", () => {
    assert.equal(retries({ "backs-off": "not-applicable" }).verdict, "pass");
    const all = Object.fromEntries(
      catalogueOf("reliability/retries").map(({ id }) => [id, "not-applicable" as const]),
    );
    assert.equal(retries(all).verdict, "not-applicable");
  });

  it("does not count an accepted failure, and says that there is one", () => {
    const accepted = { reason: "known", owner: "ann", until: "2027-01-01" };
    const found = retries({ bounded: "fail" }, { accepted });
    assert.equal(found.verdict, "pass");
    assert.match(found.says, /1 accepted/);
  });

  it("lists checks that are not built as not tested", () => {
    const letters = rollUp([]).find((one) => one.id === "consistency/dead-letters");
    const redrive = letters?.checks.find((one) => one.id === "redrive-once");
    assert.deepEqual([redrive?.verdict, redrive?.because], ["not-tested", "not built yet"]);
  });

  it("is held up by a required check that is not built", () => {
    const results = catalogueOf("consistency/outbox-inbox")
      .filter((one) => one.built)
      .map(({ id, item, required }) => resultOf({ id, item, required, verdict: "pass" }));
    const found = rollUp(results).find((one) => one.id === "consistency/outbox-inbox");
    assert.equal(found?.verdict, "incomplete");
    assert.match(found?.says ?? "", /no-loss/);
  });
});
