import type { CheckResult } from "../../packages/verify/src/report/model.ts";
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

/** Advice counts as the column's pass when `tolerable` says so. */
function plainlyBut(tolerable: (result: CheckResult) => boolean): (result: CheckResult) => Reading {
  return (result) => (result.verdict === "advice" && tolerable(result) ? "pass" : plainly(result));
}

/** One number among those that a check reports, read as pass or fail. */
function number(name: string, passes: (value: number) => boolean): (result: CheckResult) => Reading {
  return ({ measured }) => {
    const found = measured?.find((one) => one.name === name);
    if (found === undefined) return "undecided";
    return passes(found.value) ? "pass" : "fail";
  };
}

function same(column: string): (truth: Truth) => "pass" | "fail" | "n/a" {
  return (truth) => truthOf(truth, column);
}

/** Every column that a built check answers. Not mapped: connectTimeout and circuitBreaker, whose checks are not built yet. */
export const columns: readonly Column[] = [
  {
    name: "attemptTimeout",
    check: "attempt",
    method: "primary",
    because:
      "Both ask whether one attempt that gets no answer is given up. The column allows 20 s and the default of the check 10 s, so advice about one that is given up between the two is the column's pass.",
    truth: same("attemptTimeout"),
    reads: plainlyBut(({ estimate }) => (estimate?.value ?? Number.POSITIVE_INFINITY) <= 20_000),
  },
  {
    name: "attemptTimeout and bodyDripTimeout",
    check: "deadline",
    method: "primary",
    because:
      "The check passes when calls end both with a silent and with a trickling provider: the column is pass when both columns are. A stall is a trickle that stops, so bodyStallTimeout is no case of its own.",
    truth: (truth) => {
      const both = [truthOf(truth, "attemptTimeout"), truthOf(truth, "bodyDripTimeout")];
      return both.includes("fail") ? "fail" : both.includes("n/a") ? "n/a" : "pass";
    },
    reads: plainly,
  },
  {
    name: "facts.closesConnectionOnGiveUp",
    check: "cancels-on-the-wire",
    method: "primary",
    because:
      "The same question. It can be seen only where an attempt is given up within the 20 s that both watch: elsewhere the cell does not count.",
    truth: (truth) =>
      truthOf(truth, "attemptTimeout") === "pass" ? truthOf(truth, "facts.closesConnectionOnGiveUp") : "n/a",
    reads: plainly,
  },
  {
    name: "retries503",
    check: "retries-transient",
    method: "primary",
    because:
      "The check counts the calls that recovered from one 503 by trying again; the column asks whether they do.",
    truth: same("retries503"),
    reads: number("recovered from one 503", (value) => value > 0),
  },
  {
    name: "retriesReset",
    check: "retries-transient",
    method: "primary",
    because:
      "The check counts the calls that recovered from one reset by trying again; the column asks whether they do.",
    truth: same("retriesReset"),
    reads: number("recovered from one reset", (value) => value > 0),
  },
  {
    name: "retries429",
    check: "honours-retry-after",
    method: "primary",
    because:
      "The column sends a 429 with Retry-After, and so does the check, which measures the wait before the next attempt if there is one; where 429 is never retried it judges by 503 or does not apply.",
    truth: same("retries429"),
    reads: ({ verdict, measured = [] }) => {
      if (measured.some((one) => one.name.startsWith("wait after 429"))) return "pass";
      return verdict === "inconclusive" || verdict === "not-tested" ? "undecided" : "fail";
    },
  },
  {
    name: "noRetry400",
    check: "classification",
    method: "primary",
    because: "The matrix of the check holds the attempts after one 400; the column passes with exactly one.",
    truth: same("noRetry400"),
    reads: number("attempts after 400", (value) => value === 1),
  },
  {
    name: "honoursRetryAfter",
    check: "honours-retry-after",
    method: "primary",
    because:
      "The same question, told from the client's own schedule in both by leaving the header out and by a second value. The column speaks of 429, so advice about 503 alone is its pass.",
    truth: same("honoursRetryAfter"),
    reads: plainlyBut(({ evidence }) => evidence.every((one) => one.experiment.includes("/503-"))),
  },
  {
    name: "boundedAttempts",
    check: "bounded",
    method: "primary",
    because:
      "The column asks whether attempts end at all. Advice says that they do, after more than the default of five: the column's pass.",
    truth: same("boundedAttempts"),
    reads: plainlyBut(() => true),
  },
  {
    name: "backoff",
    check: "backs-off",
    method: "primary",
    because: "Both pass when there is a wait and it grows.",
    truth: same("backoff"),
    reads: plainly,
  },
  {
    name: "jitter",
    check: "jitters",
    method: "primary",
    because: "Both pass when the waits of repeated calls differ by more than noise.",
    truth: same("jitter"),
    reads: plainly,
  },
  {
    name: "duplicateSafePost",
    check: "one-effect-on-lost-reply",
    method: "POST",
    because:
      "A POST that is sent again after a lost reply without a stable key makes a second effect at the stub, which is what the column calls unsafe.",
    truth: same("duplicateSafePost"),
    reads: plainly,
  },
  {
    name: "idempotencyKey",
    check: "key-present",
    method: "POST",
    because: "Both look for a key in headers and body of a POST, with nothing declared.",
    truth: same("idempotencyKey"),
    reads: plainly,
  },
  {
    name: "idempotencyKeyStable",
    check: "key-stable",
    method: "POST",
    because: "Both compare the keys of the attempts of one call.",
    truth: same("idempotencyKeyStable"),
    reads: plainly,
  },
  {
    name: "traceparent",
    check: "id-in-to-out",
    method: "primary",
    because:
      "The column asks whether a trace header is sent by itself; the check whether the one that came in goes out. None of the adapters passes it on.",
    truth: same("traceparent"),
    reads: plainly,
  },
];
