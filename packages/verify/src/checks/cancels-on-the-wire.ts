import { waitingSinceMs } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { silence } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Attempt, Check, ObservedCall } from "../model.ts";
import { largest, median, smallest, zeroBound } from "../stats.ts";

/** Is the connection released when the caller gives up? */
export const cancelsOnTheWire: Check<null> = defineCheck<null>({
  id: "cancels-on-the-wire",
  item: "reliability/timeouts",
  question: "When an attempt is given up, is its connection released too?",
  rule: "The socket of an unanswered attempt is closed within 250 ms of the caller's answer or the next attempt; open 2 s later it is a leak.",
  source:
    "Measured on Promise.race and http.get without destroy, which release nothing; holdfast guide cancels-on-the-wire",
  required: true,
  timed: true,
  about: () => null,
  commitment: policyPath("attemptTimeout"),
  plan: (_, target) => [silence(target)],
  judge: (_, evidence, target) => {
    const calls = callsOf(evidence, "hang-forever");
    const releases = calls.flatMap((call) => releasesOf(call));
    const leaks = releases.filter((one) => one.openForMs >= leakMs);
    const shared = { severity: severityOf(target, "harm") ?? "high" } as const;
    if (leaks.length > 0) {
      const longest = largest(leaks.map((one) => one.openForMs));
      const because = `${leaks.length} of ${many(releases.length, "given-up attempt")} kept the connection open for at least ${millis(longest)} after the caller had moved on`;
      return say("fail", because, calls, {
        ...shared,
        estimate: { name: "connection still open after", value: longest, unit: "ms" },
        limit: { name: "released within", value: tolerableMs, unit: "ms" },
        diagnosis:
          "The timeout only stops the waiting (a race against a timer, or a timeout event nobody acts on): it does not abort the request, so sockets pile up while the provider is slow.",
        evidence: leaks
          .slice(0, 3)
          .map((one) => cite(one.call, `open ${millis(one.openForMs)} too long`, [one.attempt])),
      });
    }
    const known = releases.filter((one) => one.closed);
    if (known.length < 3) {
      const why =
        releases.length === 0
          ? "no attempt was given up while it was watched, so there was nothing to release"
          : `the release of ${many(known.length, "attempt")} was seen, 3 are needed`;
      return say("inconclusive", why, calls);
    }
    const open = known.map((one) => one.openForMs);
    const late = known.filter((one) => one.openForMs > tolerableMs);
    const estimate = {
      name: "connection released after the caller moved on",
      value: median(open),
      unit: "ms",
      interval: [smallest(open), largest(open)] as const,
    };
    if (late.length === 0) {
      const because = `all ${known.length} given-up attempts released their connection within ${millis(Math.max(0, largest(open)))}`;
      return say("pass", because, calls, { estimate, bound: zeroBound(known.length) });
    }
    const because = `${late.length} of ${many(known.length, "given-up attempt")} released the connection only ${millis(largest(open))} later`;
    return say("advice", because, calls, {
      estimate,
      limit: { name: "released within", value: tolerableMs, unit: "ms" },
      severity: "low",
      diagnosis:
        "The connection is released, but some time after the caller was answered: something still waits on it.",
      evidence: late
        .slice(0, 3)
        .map((one) => cite(one.call, `released ${millis(one.openForMs)} late`, [one.attempt])),
    });
  },
});

const tolerableMs = 250;
const leakMs = 2_000;

interface Release {
  readonly call: ObservedCall;
  readonly attempt: Attempt;
  /** How long the socket outlived the caller's interest; negative when it was closed before. */
  readonly openForMs: number;
  readonly closed: boolean;
}

function releasesOf(call: ObservedCall): Release[] {
  return call.attempts
    .filter((one) => one.firedMs !== null)
    .flatMap((one): Release[] => {
      const next = call.attempts.find((other) => other.number > one.number)?.arrivedMs;
      const moved = [next, call.endedMs].filter(
        (at): at is number => typeof at === "number" && at >= waitingSinceMs(one),
      );
      const closedAt = one.consumerClosed?.atMs ?? null;
      const closed = closedAt !== null && closedAt <= call.watchedUntilMs;
      if (moved.length === 0) return [];
      const movedMs = Math.min(...moved);
      const until = closed ? (closedAt ?? movedMs) : call.watchedUntilMs;
      const unknown = !closed && until - movedMs < leakMs;
      return unknown ? [] : [{ call, attempt: one, openForMs: until - movedMs, closed }];
    });
}
