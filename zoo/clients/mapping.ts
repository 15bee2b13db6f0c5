import type { CheckResult } from "../../packages/verify/src/report/model.ts";
import { type Column, number, plainly, plainlyBut, type Reading, same, whereGivenUp } from "./reading.ts";
import { truthOf } from "./truth.ts";

/** Every column that a built check answers. Those that none answers are in `unmapped.ts`, with the reason. */
export const columns: readonly Column[] = [
  {
    name: "attemptTimeout",
    check: "attempt",
    by: "primary",
    because:
      "Both ask whether one attempt that gets no answer is given up. The column allows 20 s and the default of the check 10 s, so advice about one that is given up between the two is the column's pass.",
    truth: same("attemptTimeout"),
    reads: plainlyBut(({ estimate }) => (estimate?.value ?? Number.POSITIVE_INFINITY) <= 20_000),
  },
  {
    name: "connectTimeout",
    check: "connect",
    by: "primary",
    because:
      "Both ask whether the client itself gives up an attempt to connect that nobody answers. The column allows 20 s and the default of the check 5 s, so advice about one that is given up between the two is the column's pass. What is left to the kernel lasts beyond both watches.",
    truth: same("connectTimeout"),
    reads: plainlyBut(({ estimate }) => (estimate?.value ?? Number.POSITIVE_INFINITY) <= 20_000),
  },
  {
    name: "attemptTimeout and bodyDripTimeout",
    check: "deadline",
    by: "primary",
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
    by: "primary",
    because:
      "The same question. It can be seen only where an attempt is given up within the 20 s that both watch: elsewhere the cell does not count.",
    truth: whereGivenUp("facts.closesConnectionOnGiveUp"),
    reads: plainly,
  },
  {
    name: "retries503",
    check: "retries-transient",
    by: "primary",
    because:
      "The check counts the calls that recovered from one 503 by trying again; the column asks whether they do.",
    truth: same("retries503"),
    reads: number("recovered from one 503", (value) => value > 0),
  },
  {
    name: "retriesReset",
    check: "retries-transient",
    by: "primary",
    because:
      "The check counts the calls that recovered from one reset by trying again; the column asks whether they do.",
    truth: same("retriesReset"),
    reads: number("recovered from one reset", (value) => value > 0),
  },
  {
    name: "facts.retriesOnTimeout",
    check: "retries-after-timeout",
    by: "primary",
    because:
      "The check counts the calls that recovered from one silence by trying again; the column asks whether they do. It can be seen only where an attempt is given up within the 20 s that both watch: elsewhere the cell does not count.",
    truth: whereGivenUp("facts.retriesOnTimeout"),
    reads: number("recovered from one silence", (value) => value > 0),
  },
  ...["408", "409", "500", "502", "504", "truncate"].map(
    (failure): Column => ({
      name: `facts.retriedOnce.${failure}`,
      check: "classification",
      by: "primary",
      because: `The matrix of the check holds the attempts after one ${failure === "truncate" ? "body that breaks off" : failure}; the column asks whether there is a second.`,
      truth: same(`facts.retriedOnce.${failure}`),
      reads: number(`attempts after ${failure}`, (value) => value > 1),
    }),
  ),
  {
    name: "retries429",
    check: "honours-retry-after",
    by: "primary",
    because:
      "The column sends a 429 with Retry-After, and so does the check, which measures the wait before the next attempt if there is one; where 429 is never retried it judges by 503 or does not apply.",
    truth: same("retries429"),
    reads: sentAgainOn429,
  },
  {
    name: "noRetry400",
    check: "classification",
    by: "primary",
    because: "The matrix of the check holds the attempts after one 400; the column passes with exactly one.",
    truth: same("noRetry400"),
    reads: number("attempts after 400", (value) => value === 1),
  },
  {
    name: "honoursRetryAfter",
    check: "honours-retry-after",
    by: "primary",
    because:
      "The same question, told from the client's own schedule in both by leaving the header out and by a second value. The column speaks of 429, so advice about 503 alone is its pass.",
    truth: same("honoursRetryAfter"),
    reads: plainlyBut(({ evidence }) => evidence.every((one) => one.experiment.includes("/503-"))),
  },
  {
    name: "facts.honoursRetryAfterOn503",
    check: "honours-retry-after",
    by: "primary",
    because:
      "The check measures the wait after a 503 with Retry-After: 5, the column after one with 3; no first wait of the 34 is as long by itself. Where 503 is not sent again the column is silent.",
    truth: same("facts.honoursRetryAfterOn503"),
    reads: number("wait after 503 with Retry-After 5", (value) => value >= 4_950),
  },
  {
    name: "boundedAttempts",
    check: "bounded",
    by: "primary",
    because:
      "The column asks whether attempts end at all. Advice says that they do, after more than the default of five: the column's pass.",
    truth: same("boundedAttempts"),
    reads: plainlyBut(() => true),
  },
  {
    name: "backoff",
    check: "backs-off",
    by: "primary",
    because: "Both pass when there is a wait and it grows.",
    truth: same("backoff"),
    reads: plainly,
  },
  {
    name: "jitter",
    check: "jitters",
    by: "primary",
    because: "Both pass when the waits of repeated calls differ by more than noise.",
    truth: same("jitter"),
    reads: plainly,
  },
  {
    name: "circuitBreaker",
    check: "opens",
    by: "load",
    because:
      "Both fail call after call and pass when calls no longer reach the wire: the column after 30 calls, 15 at a time, the check in 150 at 25 a second. Where nothing opened, the check goes on to ask whether retries spare the provider all the same; for the column there is no breaker either way, also where the check leaves its own question open because calls take long, as long as 30 had failed while others still went out.",
    truth: same("circuitBreaker"),
    reads: breakerSeen,
  },
  ...(
    [
      ["on503", "503"],
      ["onReset", "reset"],
    ] as const
  ).map(
    ([column, failure]): Column => ({
      name: `retriesPost.${column}`,
      check: "retries-transient",
      by: "POST",
      because: `A neutral fact in both: the check counts the calls by POST that were made again after one ${failure} and succeeded.`,
      truth: same(`retriesPost.${column}`),
      reads: number(`recovered from one ${failure}`, (value) => value > 0),
    }),
  ),
  {
    name: "retriesPost.on429",
    check: "honours-retry-after",
    by: "POST",
    because:
      "A neutral fact in both: a POST that gets a 429 with Retry-After, and the wait before the next attempt if there is one.",
    truth: same("retriesPost.on429"),
    reads: sentAgainOn429,
  },
  {
    name: "duplicateSafePost",
    check: "one-effect-on-lost-reply",
    by: "POST",
    because:
      "A POST that is sent again after a lost reply without a stable key makes a second effect at the stub, which is what the column calls unsafe.",
    truth: same("duplicateSafePost"),
    reads: plainly,
  },
  {
    name: "idempotencyKey",
    check: "key-present",
    by: "POST",
    because: "Both look for a key in headers and body of a POST, with nothing declared.",
    truth: same("idempotencyKey"),
    reads: plainly,
  },
  {
    name: "idempotencyKeyStable",
    check: "key-stable",
    by: "POST",
    because: "Both compare the keys of the attempts of one call.",
    truth: same("idempotencyKeyStable"),
    reads: plainly,
  },
  {
    name: "traceparent",
    check: "id-in-to-out",
    by: "primary",
    because:
      "The column asks whether a trace header is sent by itself; the check whether the one that came in goes out. None of the adapters passes it on.",
    truth: same("traceparent"),
    reads: plainly,
  },
];

function sentAgainOn429({ verdict, measured = [] }: CheckResult): Reading {
  if (measured.some((one) => one.name.startsWith("wait after 429"))) return "pass";
  return verdict === "inconclusive" || verdict === "not-tested" ? "undecided" : "fail";
}

function breakerSeen(result: CheckResult): Reading {
  if (result.verdict === "not-applicable") return "fail";
  const failed = result.measured?.find(({ name }) => name === "calls that failed before the last began");
  return result.verdict === "inconclusive" && (failed?.value ?? 0) >= 30 ? "fail" : plainly(result);
}
