import type { BudgetSettings } from "../budget.ts";

/** A call or a granted retry, and when it was. */
export interface BudgetEntry {
  readonly what: "call" | "retry";
  readonly atMs: number;
}

/** The retries that a budget allows now, recomputed in whole thousandths from all that ever happened. */
export function budgetModel(
  history: readonly BudgetEntry[],
  { ratio, minPerSecond, windowMs }: BudgetSettings,
  nowMs: number,
): number {
  const bucketOf = (atMs: number): number => Math.floor(atMs / (windowMs / 10));
  const within = history.filter(({ atMs }) => bucketOf(atMs) > bucketOf(nowMs) - 10);
  const calls = within.filter(({ what }) => what === "call").length;
  const retries = within.length - calls;
  const allowed = Math.round(ratio * 1_000) * calls + Math.round(minPerSecond * windowMs);
  return Math.max(0, Math.floor((allowed - retries * 1_000) / 1_000));
}
