import type { Checklist, CheckResult } from "../model.ts";

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

/** `payments.charge`, or nothing for a check of the whole service. */
export function targetText(check: Pick<CheckResult, "integration" | "operation">): string {
  return [check.integration, check.operation].filter((part) => part !== undefined && part !== "").join(".");
}
