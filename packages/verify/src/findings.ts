import { isFinding } from "./baseline.ts";
import type { CheckResult, Finding } from "./report/model.ts";
import { shortHash } from "./short-hash.ts";

const order = ["critical", "high", "medium", "low"] as const;

/** Every fail and advice as a finding with a stable id, the worst first. */
export function findingsOf(results: readonly CheckResult[]): Finding[] {
  return results
    .filter(isFinding)
    .map((result) => ({
      id: findingId(result),
      check: result.id,
      at: placeOfResult(result),
      verdict: result.verdict === "fail" ? ("fail" as const) : ("advice" as const),
      severity: result.severity ?? "medium",
      because: result.because,
      diagnosis: result.diagnosis ?? "",
      remedy: result.remedy ?? "",
      accepted: result.accepted !== undefined,
    }))
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank(finding: Finding): number {
  const verdict = finding.verdict === "fail" ? 0 : 10;
  return (finding.accepted ? 100 : 0) + verdict + order.indexOf(finding.severity);
}

/** Where a result stands: `integration.operation`, or `serves.name` of what the service owes its own callers. */
export function placeOfResult(result: CheckResult): string {
  if (result.serves !== undefined) return `serves.${result.serves}`;
  return [result.integration, result.operation].filter((part) => part !== undefined).join(".");
}

/** The same for the same mechanism at the same place, in every run: numbers in the sentence do not change it. */
export function findingId(result: CheckResult): string {
  return `HF-${stableHash(result)}`;
}

/** The hash behind the ids of a finding and of its incident: check, place, scenario and mechanism. */
export function stableHash(result: CheckResult): string {
  const mechanism = (result.diagnosis ?? "").replaceAll(/\d+(\.\d+)?/g, "#").slice(0, 80);
  return shortHash([result.id, placeOfResult(result), result.scenario ?? "", mechanism].join("|"));
}
