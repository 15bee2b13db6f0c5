import type { Contract } from "@holdfast/contract";
import { type DraftFor, draftRule, draftSection } from "@holdfast/operate";
import { measuredBy } from "./alerts/measured.ts";
import type { Assembled } from "./evidence.ts";
import { type FailureMode, failureModes, isUnder, signatureOf } from "./failure-modes.ts";
import type { CallRecord } from "./model.ts";
import type { AlertCoverage, CheckResult, RunbookGap } from "./report/model.ts";
import { lackingSections } from "./runbook-sections.ts";

/** Failure modes that this run showed and no runbook covers well enough, or no alert tells of, each with what would mend it. */
export function runbookGaps(
  results: readonly CheckResult[],
  assembled: Assembled,
  contract: Contract,
  coverage: readonly AlertCoverage[],
): RunbookGap[] {
  const uncovered = coverage.filter(({ alert }) => alert.state === "silent").map(silentGap);
  return [...sectionGaps(results, assembled), ...uncovered].map((gap) =>
    withDraft(gap, contract, measuredBy(contract, assembled.observations)),
  );
}

function silentGap({ integration, failureMode, failed, calls }: AlertCoverage): RunbookGap {
  return {
    failureMode,
    integration,
    signature: `${failed} of ${calls} calls failed`,
    gap: noAlert,
    todo: "Add the drafted rule, name its file under operations.rules, and link the runbook from it.",
  };
}

const noAlert = "no alert fires, however long it lasts";

/** What is missing, drafted from the generators on what the service was seen to export: a rule where no alert fires, a section where the runbook is silent. */
function withDraft(
  gap: RunbookGap,
  contract: Contract,
  measured: Pick<DraftFor, "settings" | "family" | "recorded">,
): RunbookGap {
  const of = { contract, integration: gap.integration, mode: gap.failureMode, ...measured };
  if (gap.gap === noAlert) {
    const rule = draftRule(of);
    return rule === null ? { ...gap, todo: notMeasured } : { ...gap, rule };
  }
  const section = draftSection(of);
  return section === null ? gap : { ...gap, section };
}

const notMeasured =
  "Let the service export how its calls end, by provider (Holdfast's metrics, or OpenTelemetry's of an HTTP client): without it no rule can be drafted. Then holdfast generate alerts.";

function sectionGaps(results: readonly CheckResult[], assembled: Assembled): RunbookGap[] {
  const integrations = new Set(results.flatMap((one) => one.integration ?? []));
  return [...integrations].flatMap((integration) => {
    const shown = failureModes.flatMap((mode) => {
      const signature = shownAs(mode, integration, results, assembled);
      return signature === null ? [] : [{ mode, signature }];
    });
    const runbook = assembled.run?.runbooks[integration];
    if (runbook === undefined || runbook.text === null) {
      const gap =
        runbook === undefined ? "no runbook is declared" : `the runbook ${runbook.path} does not exist`;
      return shown.map((one) => gapOf(one, integration, gap));
    }
    const { path, text } = runbook;
    const unmentioned = shown
      .filter((one) => !one.mode.mentioned.test(text))
      .map((one) => gapOf(one, integration, `${path} does not mention it`));
    const missing = shown.length === 0 ? [] : lackingSections(text).filter(({ required }) => required);
    return [...unmentioned, ...missing.map((section) => sectionGap(section.name, integration, path))];
  });
}

function gapOf(
  { mode, signature }: { readonly mode: FailureMode; readonly signature: string },
  integration: string,
  gap: string,
): RunbookGap {
  return { failureMode: mode.mode, integration, signature, gap, todo: `Write ${mode.todo}.` };
}

function sectionGap(name: string, integration: string, path: string): RunbookGap {
  return {
    failureMode: "every failure",
    integration,
    signature: "",
    gap: `${path} has no ${name}`,
    todo: `Add a section: ${name}.`,
  };
}

/** How the mode looked in this run, or `null` when the service did not fail under it. */
function shownAs(
  mode: FailureMode,
  integration: string,
  results: readonly CheckResult[],
  assembled: Assembled,
): string | null {
  if (mode.check !== undefined) {
    const failed = results.find(
      (one) => one.id === mode.check && one.integration === integration && one.verdict === "fail",
    );
    return failed?.because ?? null;
  }
  return signatureOf(assembled.calls.filter((call) => isSampleUnder(mode, call, integration, assembled)));
}

function isSampleUnder(
  mode: FailureMode,
  call: CallRecord,
  integration: string,
  assembled: Assembled,
): boolean {
  const experiment = assembled.experiments.get(call.experiment);
  if (call.phase !== "sample" || experiment?.integration !== integration) return false;
  return isUnder(mode, experiment);
}
