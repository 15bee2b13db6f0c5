import type { Checklist, CheckResult, Finding } from "./model.ts";

/** `holdfast.yaml`: reports are sent around, so where the contract lay on one machine stays in `checklist.json`. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** `holdfast.yaml:31`, as editors and terminals jump to it. */
export function placeText(place: NonNullable<CheckResult["contract"]>): string {
  return `${fileName(place.file)}:${place.line}`;
}

/** Names what a check was judged on; nothing for a check of the whole service. */
export type TargetNamer = (check: CheckResult) => string;

/** `payments.charge`, and `payments.charge in place-order` when there is more than one scenario. */
export function targetNamer(checklist: Checklist): TargetNamer {
  const checks = checklist.items.flatMap((item) => item.checks);
  const scenarios = new Set(checks.flatMap((check) => check.scenario ?? []));
  return (check) => {
    const target = targetText(check);
    if (scenarios.size < 2 || check.scenario === undefined) return target;
    return target === "" ? check.scenario : `${target} in ${check.scenario}`;
  };
}

/** `payments.charge`, `serves.place` of what the service owes its own callers, or nothing for a check of the whole service. */
export function targetText(check: Pick<CheckResult, "integration" | "operation" | "serves">): string {
  if (check.serves !== undefined) return `serves.${check.serves}`;
  return [check.integration, check.operation].filter((part) => part !== undefined && part !== "").join(".");
}

/** The check that a finding comes from. */
export function checkOfFinding(checklist: Checklist, finding: Finding): CheckResult | undefined {
  const named = checklist.items.flatMap((item) => item.checks).filter((check) => check.id === finding.check);
  const there = named.filter((check) => targetText(check) === finding.at);
  const [first] = there.length > 0 ? there : named;
  return [...there, ...named].find((check) => check.verdict === finding.verdict) ?? first;
}
