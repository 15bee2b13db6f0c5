import type { Acceptance } from "@holdfast/contract";
import type { CheckResult } from "./report/model.ts";

/** What became of the accepted findings in this run. */
export interface Baseline {
  readonly results: readonly CheckResult[];
  /** One sentence each: acceptances that have expired, and such that match nothing. */
  readonly notes: readonly string[];
}

/**
 * Marks findings that the contract accepts: they no longer count as failed. An acceptance counts up to and including its last
 * day; from the day after, its finding counts again and is named.
 */
export function subtractAccepted(
  results: readonly CheckResult[],
  accept: readonly Acceptance[],
  today: string,
): Baseline {
  const notes: string[] = [];
  for (const one of accept) {
    const found = results.filter((result) => isFinding(result) && matches(one, result));
    const at = one.at === null ? "" : ` at ${one.at}`;
    if (found.length === 0)
      notes.push(`accepted finding ${one.check}${at} was not found: its acceptance can go`);
    else if (isExpired(one, today)) {
      notes.push(`acceptance of ${one.check}${at} (${one.owner}) expired on ${one.until}: it counts again`);
    }
  }
  return { results: markAccepted(results, accept, today), notes };
}

/** What an acceptance is held against. */
type Acceptable = Pick<CheckResult, "id" | "verdict" | "integration" | "operation" | "serves">;

/** The same results, findings that are accepted on that day marked as such. */
export function markAccepted<Result extends Acceptable>(
  results: readonly Result[],
  accept: readonly Acceptance[],
  today: string,
): readonly (Result & Pick<CheckResult, "accepted">)[] {
  return results.map((result) => {
    const valid = accept.find((one) => isFinding(result) && matches(one, result) && !isExpired(one, today));
    if (valid === undefined) return result;
    return { ...result, accepted: { reason: valid.reason, owner: valid.owner, until: valid.until } };
  });
}

/** Whether a result is a finding: a fail or an advice. */
export function isFinding(result: Pick<CheckResult, "verdict">): boolean {
  return result.verdict === "fail" || result.verdict === "advice";
}

function matches(one: Acceptance, result: Acceptable): boolean {
  if (one.check !== result.id) return false;
  if (one.at === null) return true;
  if (result.serves !== undefined) return one.at === `serves.${result.serves}`;
  return one.at === `${result.integration}.${result.operation}` || one.at === result.integration;
}

function isExpired(one: Acceptance, today: string): boolean {
  return today.slice(0, 10) > one.until.slice(0, 10);
}
