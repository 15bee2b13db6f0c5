import type { CheckResult } from "../model.ts";

/** `holdfast.yaml:31`, as editors and terminals jump to it. */
export function placeText(place: NonNullable<CheckResult["contract"]>): string {
  return `${place.file}:${place.line}`;
}

/** `payments.charge`, or nothing for a check of the whole service. */
export function targetText(check: Pick<CheckResult, "integration" | "operation">): string {
  return [check.integration, check.operation].filter((part) => part !== undefined && part !== "").join(".");
}
