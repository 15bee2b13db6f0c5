import type { Policy } from "@holdfast/core";
import { gapsOf, withoutReplays } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { outage } from "../experiments.ts";
import { callsOf, cite, failIf, many, percent, say, severityOf } from "../judgement.ts";
import { type Likeness, likeness, sameSequence } from "../likeness.ts";
import { millis } from "../limits.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { leastWidth, type Spread } from "../spread.ts";
import { median } from "../stats.ts";
import { afterAttempts, beforeAttempts, spreadOf } from "../wait-spread.ts";

/** Do callers that failed together come back apart? */
export const jitters: Check<Policy> = defineCheck<Policy>({
  id: "jitters",
  item: "reliability/retries",
  question: "Do the waits differ from call to call and from instance to instance?",
  rule: "At some gap index the waits of repeated calls spread over clearly more than 8 % of the wait (±4 %), 15 % or 25 % where proportional or wider jitter is declared, noise taken off; and instances do not wait in one and the same sequence.",
  source:
    "MicroProfile Fault Tolerance TCK (jitter must show); Amazon Builders' Library on jitter; holdfast guide jitters",
  required: true,
  timed: true,
  countsAttempts: true,
  about: ({ integration }) =>
    integration.policy.retry?.attempts === 1
      ? { notApplicable: "the contract declares a single attempt" }
      : integration.policy,
  commitment: policyPath("retry", "backoff", "jitter"),
  plan: (_, target) => [outage(target)],
  judge: (policy, evidence, target) => {
    const calls = callsOf(evidence, "503-forever").filter((call) => call.attempts.length > 1);
    const all = callsOf(evidence, "503-forever");
    if (calls.length === 0)
      return say("not-applicable", "a 503 is never retried, so nothing can be spread", all);
    if (calls.length < minCalls) {
      const more = { experiment: "503-forever", samples: 8, buys: "enough retried calls" };
      const because = `only ${many(calls.length, "call")} were retried, ${minCalls} are needed to see a spread`;
      return say("inconclusive", because, all, { more });
    }
    const columns = columnsOf(calls, evidence);
    if (columns.length === 0) return withoutWaits(calls, all, evidence);
    const around = target.scenario.act.kind === "exec" ? afterAttempts(calls) : beforeAttempts(calls);
    const spread = spreadOf(columns, calls, evidence, centreFor(policy), around);
    const sequences =
      spread.verdict === "spread" ? likenessOf(calls, evidence.noise.sigmaMs) : ("own" as const);
    if (sequences === "shared") return sharedSeed(spread, calls, policy, target);
    if (sequences === "undecided") return maybeShared(spread, calls);
    return judgeWidth(spread, calls, policy, target);
  },
});

/** Attempts follow at once, or so soon that this machine's noise could be all there is to see. */
function withoutWaits(
  retried: readonly ObservedCall[],
  all: readonly ObservedCall[],
  { noise }: Evidence,
): Judgement {
  const wait = median(retried.flatMap((call) => gapsOf(withoutReplays(call.attempts))));
  if (wait < Math.max(10, 2 * noise.sigmaMs))
    return say("not-applicable", "attempts follow at once, so there is no wait to spread", all);
  const because = `the waits of ${millis(wait)} (median) are no longer than this machine's noise, so their spread shows nothing`;
  return say("inconclusive", because, all);
}

/** Fewer calls than this show no spread that could be told from noise. */
export const minCalls = 6;

/** Waits by gap index, over calls; only real waits, and only indices that at least six calls have. */
export function columnsOf(calls: readonly ObservedCall[], { noise }: Pick<Evidence, "noise">): number[][] {
  const rows = calls.map((call) => gapsOf(withoutReplays(call.attempts)));
  const longest = Math.max(...rows.map((row) => row.length));
  const least = Math.max(10, 6 * noise.sigmaMs);
  return Array.from({ length: longest }, (_, index) => rows.flatMap((row) => row[index] ?? []))
    .filter((column) => column.length >= minCalls)
    .filter((column) => median(column) >= least);
}

/** Whether instances wait in one and the same sequence. */
function likenessOf(calls: readonly ObservedCall[], sigmaMs: number): Likeness {
  const places = placesOf(calls);
  return sameSequence(places.flat(), sigmaMs) ? "shared" : likeness(places);
}

function maybeShared(spread: Spread, calls: readonly ObservedCall[]): Judgement {
  const because = `waits spread over ${percent(spread.width)} of a wait of ${millis(spread.medianMs)} in ${many(calls.length, "call")}, but those of different instances are closer to one another than chance makes likely`;
  return say("inconclusive", because, calls, {
    ...estimateOf(spread),
    more: { experiment: "503-forever", samples: 14, buys: "more instances to compare" },
  });
}

/** By gap index, then by the number of the call on its instance: the waits of all instances. */
function placesOf(calls: readonly ObservedCall[]): number[][][] {
  const byIndex: Map<number, number[]>[] = [];
  for (const call of calls) {
    for (const [index, gap] of gapsOf(withoutReplays(call.attempts)).entries()) {
      byIndex[index] ??= new Map();
      byIndex[index].set(call.index, [...(byIndex[index].get(call.index) ?? []), gap]);
    }
  }
  return byIndex.map((places) => [...places.values()]);
}

/** Full, equal and decorrelated jitter spread over two thirds of a wait and more: a declared one is held to a quarter. */
function centreFor(policy: Policy): number {
  const declared = policy.retry?.backoff?.jitter ?? "none";
  if (declared === "none") return leastWidth;
  return declared === "proportional" ? 0.15 : 0.25;
}

function estimateOf(spread: Spread) {
  return {
    estimate: { name: "width of the waits", value: spread.width, unit: "of the wait" },
    limit: { name: "width", value: (spread.spreadFrom + spread.flatUpTo) / 2, unit: "of the wait" },
    measured: [{ name: "median wait there", value: spread.medianMs, unit: "ms" }],
  };
}

function judgeWidth(
  spread: Spread,
  calls: readonly ObservedCall[],
  policy: Policy,
  target: Target,
): Judgement {
  const where = `over ${percent(spread.width)} of a wait of ${millis(spread.medianMs)} in ${many(spread.samples, "call")}`;
  const more = { experiment: "503-forever", samples: 14, buys: "a narrower estimate of the spread" };
  switch (spread.verdict) {
    case "spread":
      return say("pass", `waits spread ${where}`, calls, estimateOf(spread));
    case "too-noisy":
      return say(
        "inconclusive",
        `waits spread ${where}, which this machine's noise could do as well`,
        calls,
        {
          ...estimateOf(spread),
          more,
        },
      );
    case "undecided":
      return say("inconclusive", `waits spread ${where}: between jitter and none`, calls, {
        ...estimateOf(spread),
        more,
      });
    default:
      return noJitter(spread, calls, policy, target, where);
  }
}

function noJitter(
  spread: Spread,
  calls: readonly ObservedCall[],
  policy: Policy,
  target: Target,
  where: string,
): Judgement {
  const declared = (policy.retry?.backoff?.jitter ?? "none") !== "none";
  const what =
    spread.verdict === "weak"
      ? `waits spread only ${where}: too little to part callers`
      : "waits are the same every time";
  return say(failIf(declared), spread.verdict === "weak" ? what : `${what}: they spread ${where}`, calls, {
    ...estimateOf(spread),
    diagnosis:
      "Callers that failed at one moment come back at one moment: the provider meets its whole load again at once.",
    severity: severityOf(target, declared ? "broken" : "advice") ?? "low",
    evidence: calls
      .slice(0, 3)
      .map((call) => cite(call, `waits ${gapsOf(call.attempts).slice(0, 6).map(millis).join(", ")}`)),
  });
}

function sharedSeed(
  spread: Spread,
  calls: readonly ObservedCall[],
  policy: Policy,
  target: Target,
): Judgement {
  const declared = (policy.retry?.backoff?.jitter ?? "none") !== "none";
  const instances = new Set(calls.map((call) => call.instance)).size;
  const because = `waits differ from call to call, but ${instances} fresh instances waited in the same sequence`;
  return say(failIf(declared), because, calls, {
    ...estimateOf(spread),
    diagnosis:
      "The random generator starts from one fixed seed, so instances that start together retry together.",
    severity: severityOf(target, declared ? "broken" : "advice") ?? "medium",
    evidence: calls
      .filter((call) => call.index === calls[0]?.index)
      .slice(0, 3)
      .map((call) => cite(call, `waits ${gapsOf(call.attempts).map(millis).join(", ")}`)),
  });
}
