import type { Verdict } from "@holdfast/core";
import type { AlertCoverage, Checklist } from "./model.ts";
import { durationText, oneLine } from "./text.ts";

/** One cell of the coverage in words, with the verdict whose mark it carries. */
export interface CoverageCell {
  readonly verdict: Verdict;
  readonly says: string;
}

/** What tells of a way to fail. */
export function alertCell({ alert }: AlertCoverage): CoverageCell {
  switch (alert.state) {
    case "fires": {
      const others = alert.others === 0 ? "" : `, ${alert.others} more`;
      const ends = alert.resolvedMs === undefined ? "" : `, ends ${durationText(alert.resolvedMs)} after it`;
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
      return { verdict: "pass", says: runbook.section ?? "it is spoken of" };
    case "uncovered":
      return { verdict: "fail", says: "no section speaks of it" };
    case "absorbed":
      return { verdict: "not-applicable", says: "no call failed" };
  }
}

/** The coverage in the few words that a terminal has: `Alerts: silent 1 min · 5xx none · 429 absorbed`. Empty where nobody looked. */
export function coverageLine({ alertCoverage = [] }: Checklist): string {
  if (alertCoverage.length === 0) return "";
  const integrations = new Set(alertCoverage.map(({ integration }) => integration));
  const parts = alertCoverage.map((row) => {
    const name = `${integrations.size > 1 ? `${oneLine(row.integration)} ` : ""}${shortMode(row.failureMode)}`;
    const runbook = row.runbook.state === "uncovered" ? ", no runbook" : "";
    return `${name} ${shortAlert(row)}${runbook}`;
  });
  return `Alerts: ${parts.join(" · ")}`;
}

function shortAlert({ alert }: AlertCoverage): string {
  if (alert.state === "fires") return durationText(alert.afterMs);
  return { silent: "none fires", unproved: "open", absorbed: "absorbed" }[alert.state];
}

/** `5xx` of `provider unavailable (5xx)`, `silent` of `provider silent or slow`. */
function shortMode(mode: string): string {
  const inside = /\(([^)]+)\)/.exec(mode)?.[1];
  const [first = mode] = mode.replace(/^provider /, "").split(" or ");
  return oneLine(inside ?? first);
}
