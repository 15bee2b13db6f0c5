import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertCell, coverageLines, runbookCell } from "./coverage-text.ts";
import type { AlertCoverage } from "./model.ts";
import { checklist } from "./testing/fixture.ts";

const fires = { state: "fires", name: "Burn", afterMs: 120_000, others: 0 } as const;
const row = (facts: Partial<AlertCoverage>): AlertCoverage => ({
  integration: "payments",
  failureMode: "provider unavailable (5xx)",
  calls: 3,
  failed: 3,
  alert: fires,
  runbook: { state: "covered", section: "Outage" },
  ...facts,
});

describe("the coverage in words", () => {
  it("says when an alert fires, when it ends, and how many others do", () => {
    assert.equal(
      alertCell(row({ alert: { ...fires, resolvedMs: 300_000, others: 1 } })).says,
      "Burn after 2 min, ends 5 min after the fault; 1 other alert too",
    );
    assert.equal(alertCell(row({})).says, "Burn after 2 min, still firing at the end");
  });

  it("tells a section by its heading as one", () =>
    assert.equal(runbookCell(row({})).says, "section “Outage”"));
});

describe("the coverage on a terminal", () => {
  it("puts ways to fail of one fate together, and says that a section lacks, not the runbook", () =>
    assert.deepEqual(coverageLines(checklist), [
      "Alert fires: silent or slow after 2 min",
      "No alert fires: 5xx",
      "No runbook section: 5xx",
      "No call failed: connection reset or refused",
    ]));

  it("says why nothing was proved where it is for one reason", () => {
    const open = (because: string, failureMode: string): AlertCoverage =>
      row({ alert: { state: "unproved", because }, failureMode });
    const linesOf = (...alertCoverage: readonly AlertCoverage[]): readonly string[] =>
      coverageLines({ ...checklist, alertCoverage });
    assert.deepEqual(linesOf(open("no metrics", "a"), open("no metrics", "b")), [
      "Alert not proved (no metrics): a · b",
    ]);
    assert.deepEqual(linesOf(open("no metrics", "a"), open("other", "b")), ["Alert not proved: a · b"]);
  });

  it("names the integrations where there are several", () =>
    assert.deepEqual(
      coverageLines({ ...checklist, alertCoverage: [row({}), row({ integration: "stock" })] }),
      ["Alert fires: payments 5xx after 2 min · stock 5xx after 2 min"],
    ));

  it("has no line where nobody looked", () =>
    assert.deepEqual(coverageLines({ ...checklist, alertCoverage: [] }), []));
});
