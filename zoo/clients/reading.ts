import type { CheckResult } from "../../packages/verify/src/report/model.ts";
import { type Truth, truthOf } from "./truth.ts";

/** What our verdict says in the words of the ground truth. */
export type Reading = "pass" | "fail" | "n/a" | "undecided";

/**
 * Which contract of a library is run: by its primary method, by POST, or by its primary method under a load, where calls overlap and carry an
 * id of ours by which their requests are told apart.
 */
export type Kind = "primary" | "POST" | "load";

/** Something that the ground truth knows, and the check of ours that answers it. */
export interface Column {
  readonly name: string;
  readonly check: string;
  /** Which contract answers it. */
  readonly by: Kind;
  /** Why the check answers the column, and where the two differ. */
  readonly because: string;
  truth(truth: Truth): "pass" | "fail" | "n/a";
  reads(result: CheckResult): Reading;
}

/** A finding of either kind means that the behaviour is not there; what does not apply is said as such. */
export function plainly({ verdict }: CheckResult): Reading {
  if (verdict === "pass") return "pass";
  if (verdict === "fail" || verdict === "advice") return "fail";
  return verdict === "not-applicable" ? "n/a" : "undecided";
}

/** Advice counts as the column's pass when `tolerable` says so. */
export function plainlyBut(tolerable: (result: CheckResult) => boolean): (result: CheckResult) => Reading {
  return (result) => (result.verdict === "advice" && tolerable(result) ? "pass" : plainly(result));
}

/** One number among those that a check reports, read as pass or fail. */
export function number(name: string, passes: (value: number) => boolean): (result: CheckResult) => Reading {
  return ({ measured }) => {
    const found = measured?.find((one) => one.name === name);
    if (found === undefined) return "undecided";
    return passes(found.value) ? "pass" : "fail";
  };
}

/** The column of that name as it stands. */
export function same(column: string): Column["truth"] {
  return (truth) => truthOf(truth, column);
}

/** The column where the attempts are given up within the 20 s that both watch; elsewhere there is nothing to see. */
export function whereGivenUp(column: string): Column["truth"] {
  return (truth) => (truthOf(truth, "attemptTimeout") === "pass" ? truthOf(truth, column) : "n/a");
}
