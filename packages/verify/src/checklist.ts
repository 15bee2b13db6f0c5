import { type ItemVerdict, items } from "@holdfast/core";
import { catalogueOf } from "./catalogue.ts";
import type { CheckResult, ItemResult } from "./report/model.ts";

/** The ten items with their checks; a check that is not built yet stands there and says so. */
export function rollUp(results: readonly CheckResult[]): ItemResult[] {
  return items.map((item) => {
    const own = results.filter((result) => result.item === item.id);
    const missing = catalogueOf(item.id).filter((one) => !own.some((result) => result.id === one.id));
    const checks = [
      ...own,
      ...missing.map((one) =>
        notTested(one, one.built ? "no scenario uses what it asks about" : "not built yet"),
      ),
    ];
    return {
      id: item.id,
      title: item.title,
      heading: item.heading,
      verdict: verdictOf(checks),
      says: saysOf(checks),
      checks,
    };
  });
}

/** The result of a check that was not looked at. */
export function notTested(
  known: Pick<CheckResult, "id" | "item" | "question" | "required">,
  because: string,
): CheckResult {
  const { id, item, question, required } = known;
  return {
    id,
    item,
    question,
    required,
    verdict: "not-tested",
    because,
    rule: "",
    source: "",
    fired: 0,
    samples: 0,
    evidence: [],
    repeat: "",
  };
}

/** Failed by one failed check that nobody accepted; incomplete without a required check; else advice; passed only otherwise. */
function verdictOf(checks: readonly CheckResult[]): ItemVerdict {
  if (checks.some((one) => one.verdict === "fail" && one.accepted === undefined)) return "fail";
  const open = checks.some(
    (one) => one.required && (one.verdict === "inconclusive" || one.verdict === "not-tested"),
  );
  if (open) return "incomplete";
  if (checks.some((one) => one.verdict === "advice" && one.accepted === undefined)) return "advice";
  return checks.some((one) => isDecided(one)) ? "pass" : "not-applicable";
}

function isDecided(one: CheckResult): boolean {
  return one.verdict === "pass" || one.verdict === "fail" || one.verdict === "advice";
}

/** `4 of 10 checks decided: 3 pass, 1 advice; required and open: connect`. */
function saysOf(checks: readonly CheckResult[]): string {
  const ids = new Set(checks.map((one) => one.id));
  const decided = new Set(checks.filter(isDecided).map((one) => one.id));
  const count = (verdict: CheckResult["verdict"]) => checks.filter((one) => one.verdict === verdict).length;
  const parts = (["pass", "fail", "advice", "inconclusive", "not-applicable"] as const)
    .map((verdict) => ({ verdict, n: count(verdict) }))
    .filter(({ n }) => n > 0)
    .map(({ verdict, n }) => `${n} ${verdict}`);
  const open = new Set(
    checks
      .filter((one) => one.required && (one.verdict === "inconclusive" || one.verdict === "not-tested"))
      .map((one) => one.id),
  );
  const accepted = checks.filter((one) => one.accepted !== undefined).length;
  return [
    `${decided.size} of ${ids.size} checks${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`,
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(open.size > 0 ? [`required and open: ${[...open].join(", ")}`] : []),
  ].join("; ");
}
