import type { Contract } from "@holdfast/contract";
import type { Firing } from "@holdfast/operate";
import { failureModes } from "../failure-modes.ts";
import type { RunRecord } from "../model.ts";
import type { AlertCoverage } from "../report/model.ts";
import { notProved } from "./alert-view.ts";
import type { AlertProofRecord, CapturedMode } from "./model.ts";
import { sectionAbout } from "./section-about.ts";

/** Each way to fail that the run showed, against the alert that tells of it and the section that says what to do. */
export function coverageOf(
  record: AlertProofRecord | undefined,
  run: RunRecord | null,
  contract: Pick<Contract, "integrations">,
): readonly AlertCoverage[] {
  const order = contract.integrations.map(({ name }) => name);
  const modes = failureModes.map(({ mode }) => mode);
  const rows = (record?.modes ?? []).toSorted(
    (a, b) =>
      order.indexOf(a.integration) - order.indexOf(b.integration) ||
      modes.indexOf(a.mode) - modes.indexOf(b.mode),
  );
  return rows.map((mode) => ({
    integration: mode.integration,
    failureMode: mode.mode,
    calls: mode.calls,
    failed: mode.failed,
    alert: alertCell(mode, record),
    runbook: runbookCell(mode, run),
  }));
}

function alertCell(mode: CapturedMode, record: AlertProofRecord | undefined): AlertCoverage["alert"] {
  if (mode.failed === 0) return { state: "absorbed" };
  const proof = record?.proof ?? null;
  if (proof === null) return { state: "unproved", because: record?.problem?.says ?? "nothing was proved" };
  if (mode.unread !== null) return { state: "unproved", because: mode.unread };
  const restless = new Set(proof.control.map(({ alert, labels }) => JSON.stringify([alert, labels])));
  const fault = proof.faults.find(({ id }) => id === mode.id);
  if (fault === undefined) return { state: "unproved", because: notProved };
  const firing = fault.firing.filter(({ alert, labels }) => !restless.has(JSON.stringify([alert, labels])));
  const [first] = firing.toSorted((a, b) => a.firedAtMs - b.firedAtMs);
  if (first === undefined) return { state: "silent" };
  return firesAs(first, firing);
}

function firesAs(first: Firing, firing: readonly Firing[]): AlertCoverage["alert"] {
  const others = new Set(firing.map(({ alert }) => alert)).size - 1;
  return {
    state: "fires",
    name: first.alert,
    afterMs: Math.max(0, first.firedAtMs),
    ...(first.resolvedAtMs === null ? {} : { resolvedMs: first.resolvedAtMs }),
    others,
  };
}

function runbookCell(
  { integration, mode, failed }: CapturedMode,
  run: RunRecord | null,
): AlertCoverage["runbook"] {
  if (failed === 0) return { state: "absorbed" };
  const text = run?.runbooks[integration]?.text ?? null;
  if (text === null) return { state: "uncovered" };
  const mentioned = failureModes.find((one) => one.mode === mode)?.mentioned;
  if (mentioned?.test(text) !== true) return { state: "uncovered" };
  const section = sectionAbout(mentioned, text);
  return { state: "covered", ...(section === null ? {} : { section }) };
}
