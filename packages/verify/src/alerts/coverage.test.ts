import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertTarget, firingOf, modeOf, proofRecord } from "../testing/alerts.ts";
import { runRecord } from "../testing/observations.ts";
import { coverageOf } from "./coverage.ts";

const { contract } = alertTarget();
const run = (text: string | null) =>
  runRecord({ runbooks: { payments: { path: "runbooks/payments.md", text } } });
const page = "# Payments\n\n## Outage\n\nWhen it answers 503, wait.\n";
const cells = (...[record, text = page]: [Parameters<typeof coverageOf>[0], (string | null)?]) =>
  coverageOf(record, run(text), contract).map(({ failureMode, alert, runbook }) => ({
    failureMode,
    alert,
    runbook,
  }));

describe("the coverage of ways to fail", () => {
  it("names the alert that fires first, and the section that speaks of it", () => {
    const late = firingOf({ alert: "Later", firedAtMs: 900_000 });
    const faults = [{ id: modeOf().id, firing: [late, firingOf()] }];
    const [row] = cells(proofRecord({}, { faults }));
    assert.deepEqual(row?.alert, {
      state: "fires",
      name: "PaymentsFail",
      afterMs: 120_000,
      resolvedMs: 300_000,
      others: 1,
    });
    assert.deepEqual(row?.runbook, { state: "covered", section: "Outage" });
  });

  it("tells silence, an alert that fires anyway, and what could not be proved apart", () => {
    const faults = [{ id: modeOf().id, firing: [] }];
    assert.deepEqual(cells(proofRecord({}, { faults }))[0]?.alert, { state: "silent" });
    assert.equal(cells(proofRecord({}, { faults: [] }))[0]?.alert.state, "unproved");
    assert.deepEqual(cells(proofRecord({}, { control: [firingOf()] }))[0]?.alert, { state: "silent" });
    const unread = proofRecord({ modes: [modeOf({ unread: "the service had ended" })] });
    assert.deepEqual(cells(unread)[0]?.alert, { state: "unproved", because: "the service had ended" });
    assert.equal(cells(proofRecord({}, null))[0]?.alert.state, "unproved");
  });

  it("asks for nothing where no call failed", () => {
    const [row] = cells(proofRecord({ modes: [modeOf({ failed: 0 })] }), null);
    assert.deepEqual([row?.alert, row?.runbook], [{ state: "absorbed" }, { state: "absorbed" }]);
  });

  it("misses a runbook that is not there or is silent", () => {
    assert.deepEqual(cells(proofRecord(), null)[0]?.runbook, { state: "uncovered" });
    assert.deepEqual(cells(proofRecord(), "# Payments\n\n## Impact\n\nNone.")[0]?.runbook, {
      state: "uncovered",
    });
  });

  it("names the section to act by, and none where only an overview speaks of it", () => {
    const overview = "# Payments\n\n## Overview\n\nIt may answer 503.\n";
    assert.deepEqual(cells(proofRecord(), overview)[0]?.runbook, { state: "covered" });
    assert.deepEqual(cells(proofRecord(), `${overview}\n## Mitigation\n\nOn 503, wait.\n`)[0]?.runbook, {
      state: "covered",
      section: "Mitigation",
    });
  });

  it("has the ways to fail in their order, and none where nobody looked", () => {
    const modes = [modeOf(), modeOf({ mode: "provider silent or slow" })];
    assert.deepEqual(
      cells(proofRecord({ modes })).map(({ failureMode }) => failureMode),
      ["provider silent or slow", "provider unavailable (5xx)"],
    );
    assert.deepEqual(cells(undefined), []);
  });
});
