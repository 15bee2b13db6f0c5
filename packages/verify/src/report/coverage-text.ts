import type { Verdict } from "@holdfast/core";
import type { AlertCoverage, Checklist } from "./model.ts";
import { counted, durationText, oneLine } from "./text.ts";

/** One cell of the coverage in words, with the verdict whose mark it carries. */
export interface CoverageCell {
  readonly verdict: Verdict;
  readonly says: string;
}

/** What tells of a way to fail. */
export function alertCell({ alert }: AlertCoverage): CoverageCell {
  switch (alert.state) {
    case "fires": {
      const others = alert.others === 0 ? "" : `; ${counted(alert.others, "other alert")} too`;
      const ends =
        alert.resolvedMs === undefined
          ? ", still firing at the end"
          : `, ends ${durationText(alert.resolvedMs)} after the fault`;
      return { verdict: "pass", says: `${alert.name} after ${durationText(alert.afterMs)}${ends}${others}` };
    }
    case "silent":
      return { verdict: "fail", says: "no alert fires" };
    case "unproved":
      return { verdict: "inconclusive", says: alert.because };
    case "absorbed":
      return { verdict: "not-applicable", says: "no call failed" };
  }
}

/** What says what to do about it. */
export function runbookCell({ runbook }: AlertCoverage): CoverageCell {
  switch (runbook.state) {
    case "covered":
      return {
        verdict: "pass",
        says: runbook.section === undefined ? "it is spoken of" : `section “${runbook.section}”`,
      };
    case "uncovered":
      return { verdict: "fail", says: "no section speaks of it" };
    case "absorbed":
      return { verdict: "not-applicable", says: "no call failed" };
  }
}

/**
 * The coverage in the few lines that a terminal has, ways to fail of one fate together: `Alert fires: silent after 2 min · 5xx after
 * 1 min`, `No alert fires: 429`, `No runbook section: 429`. None where nobody looked.
 */
export function coverageLines({ alertCoverage = [] }: Checklist): readonly string[] {
  const integrations = new Set(alertCoverage.map(({ integration }) => integration));
  const nameOf = (row: AlertCoverage): string =>
    `${integrations.size > 1 ? `${oneLine(row.integration)} ` : ""}${shortMode(row.failureMode)}`;
  const reasons = new Set(
    alertCoverage.flatMap(({ alert }) => (alert.state === "unproved" ? [oneLine(alert.because)] : [])),
  );
  const unproved = reasons.size === 1 ? ` (${[...reasons].join()})` : "";
  const fates: readonly (readonly [string, (row: AlertCoverage) => string | null])[] = [
    [
      "Alert fires",
      (row) => (row.alert.state === "fires" ? ` after ${durationText(row.alert.afterMs)}` : null),
    ],
    ["No alert fires", ({ alert }) => (alert.state === "silent" ? "" : null)],
    [`Alert not proved${unproved}`, ({ alert }) => (alert.state === "unproved" ? "" : null)],
    ["No runbook section", ({ runbook }) => (runbook.state === "uncovered" ? "" : null)],
    ["No call failed", ({ alert }) => (alert.state === "absorbed" ? "" : null)],
  ];
  return fates.flatMap(([fate, saysOf]) => {
    const parts = alertCoverage.flatMap((row) => {
      const says = saysOf(row);
      return says === null ? [] : [`${nameOf(row)}${says}`];
    });
    return parts.length === 0 ? [] : [`${fate}: ${parts.join(" · ")}`];
  });
}

/** `5xx` of `provider unavailable (5xx)`, `silent or slow` of `provider silent or slow`. */
function shortMode(mode: string): string {
  return oneLine(/\(([^)]+)\)/.exec(mode)?.[1] ?? mode.replace(/^provider /, ""));
}
