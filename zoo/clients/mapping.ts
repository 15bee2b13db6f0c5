import type { CheckResult } from "../../packages/verify/src/model.ts";
import { type Truth, truthOf } from "./truth.ts";

/** What our verdict says in the words of the ground truth. */
export type Reading = "pass" | "fail" | "n/a" | "undecided";

/** Something that the ground truth knows, and the check of ours that answers it. */
export interface Column {
  readonly name: string;
  readonly check: string;
  /** Which contract answers it: the one of the library's primary method, or the one that posts. */
  readonly method: "primary" | "POST";
  /** Why the check answers the column, and where the two differ. */
  readonly because: string;
  truth(truth: Truth): "pass" | "fail" | "n/a";
  reads(result: CheckResult): Reading;
}

/** A finding of either kind means that the behaviour is not there; what does not apply is said as such. */
function plainly({ verdict }: CheckResult): Reading {
  if (verdict === "pass") return "pass";
  if (verdict === "fail" || verdict === "advice") return "fail";
  return verdict === "not-applicable" ? "n/a" : "undecided";
}

/** Every column that a built check answers. Not mapped: connectTimeout and circuitBreaker, whose checks are not built yet. */
export const columns: readonly Column[] = [
  {
    name: "attemptTimeout",
    check: "attempt",
    method: "primary",
    because:
      "Both ask whether one attempt that gets no answer is given up; the column allows 20 s, so advice about one given up after 10 to 20 s is its pass.",
    truth: (truth) => truthOf(truth, "attemptTimeout"),
    reads: (result) =>
      result.verdict === "advice" && (result.estimate?.value ?? Number.POSITIVE_INFINITY) <= 20_000
        ? "pass"
        : plainly(result),
  },
];
