import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Defect } from "../examples/checkout/defects.ts";
import type { Verdict } from "../packages/core/src/index.ts";
import type { Checklist, CheckResult } from "../packages/verify/src/index.ts";
import { demoSummary, type Verified } from "./lib/demo-summary.ts";

const defect: Defect = {
  id: "key-per-attempt",
  check: "key-stable",
  integration: "payments",
  operation: "charge",
  what: "A key per attempt.",
  where: { file: "payments.mjs", marker: "randomUUID()" },
  undo: { file: "payments.mjs", find: "a", replace: "b" },
};

/** A checklist with one item, whose checks have the given verdicts. */
function verified(verdicts: Readonly<Record<string, Verdict>>, operation = "charge"): Verified {
  const checks = Object.entries(verdicts).map(
    ([id, verdict]) =>
      ({ id, verdict, integration: "payments", operation, because: `because of ${id}` }) as CheckResult,
  );
  const items = [{ id: "reliability/idempotency", title: "Idempotency", verdict: "fail", checks }];
  const checklist = { items, wallMs: 12_345, incidents: [], runbookGaps: [] } as unknown as Checklist;
  return { checklist, html: "runs/demo/report.html" };
}

describe("the demo's summary", () => {
  it("is content when every mistake is found and the hardened version fails nothing", () => {
    const { text, problems } = demoSummary(
      verified({ "key-stable": "fail" }),
      verified({ "key-stable": "pass" }),
      [defect],
    );

    assert.deepEqual(problems, []);
    assert.match(text, /key-stable +✗ FAIL +✓ pass/);
    assert.match(text, /✓ A key per attempt\.\n +key-stable: because of key-stable/);
    assert.match(text, /runs\/demo\/report\.html/);
    assert.doesNotMatch(text, /NOT/);
  });

  for (const verdict of ["pass", "advice", "inconclusive", "not-tested"] as const) {
    it(`says it loudly when the check of a mistake says ${verdict}`, () => {
      const { text, problems } = demoSummary(verified({ "key-stable": verdict }), verified({}), [defect]);

      assert.equal(problems.length, 1);
      assert.match(text, /NOT FOUND {2}A key per attempt/);
    });
  }

  it("tells what needs Prometheus on a machine without it, and is content", () => {
    const hardened = verified({ "alert-fires": "inconclusive" });
    const [item] = hardened.checklist.items;
    const because = "promtool is not on the PATH, so no alert can be put to the proof: Install prometheus";
    const checks = (item?.checks ?? []).map((check) => ({ ...check, because }));
    const items = hardened.checklist.items.map((one) => ({ ...one, checks }));
    const told = { ...hardened, checklist: { ...hardened.checklist, items } };
    const { text, problems } = demoSummary(verified({ "key-stable": "fail" }), told, [defect]);

    assert.deepEqual(problems, []);
    assert.match(text, /leaves alert-fires open: promtool/);
  });

  it("takes no other operation's failure for it", () => {
    const other = verified({ "key-stable": "fail" }, "refund");

    assert.equal(demoSummary(other, verified({}), [defect]).problems.length, 1);
  });

  for (const verdict of ["fail", "inconclusive"] as const) {
    it(`does not accept a hardened version with a verdict of ${verdict}`, () => {
      const { problems } = demoSummary(verified({ "key-stable": "fail" }), verified({ jitters: verdict }), [
        defect,
      ]);

      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", /hardened .*jitters/);
    });
  }

  it("tells of an open check that no item needs, and lets it be", () => {
    const hardened = verified({ "spreads-retries": "inconclusive" });
    const [item] = hardened.checklist.items;
    Object.assign(item?.checks[0] ?? {}, { required: false });
    const { text, problems } = demoSummary(verified({ "key-stable": "fail" }), hardened, [defect]);

    assert.deepEqual(problems, []);
    assert.match(text, /\? hardened leaves spreads-retries open: because/);
  });

  it("names failures that no mistake was planted for", () => {
    const { text } = demoSummary(verified({ "key-stable": "fail", bounded: "fail" }), verified({}), [defect]);

    assert.match(text, /consequence: bounded/);
  });
});
