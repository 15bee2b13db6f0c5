import { type Policy, seededRandom } from "@holdfast/core";
import { gapsOf, withoutReplays } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { outage } from "../experiments.ts";
import { type Growth, growthMin, judgeGrowth } from "../growth.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Check, Evidence, Judgement, NoiseRecord, ObservedCall, Target } from "../model.ts";
import { median } from "../stats.ts";

/** Do the waits between attempts exist, and do they grow? */
export const backsOff: Check<Policy> = defineCheck<Policy>({
  id: "backs-off",
  item: "reliability/retries",
  question: "Does the consumer wait before it tries again, and longer each time?",
  rule: "The first wait is at least 10 ms or six times the noise (an immediate first retry is fine when later ones wait; between twice and six times the noise nothing can be told); waits grow by more than 1.25 a step, by the median of the calls' slopes, the mean of the earlier four fifths, or the envelope of the longest where the earlier grow as well.",
  source:
    "WASABI's missing-delay oracle (SOSP 2024); gRPC's connection backoff interop test; holdfast guide backs-off",
  required: true,
  timed: true,
  countsAttempts: true,
  about: ({ integration }) =>
    integration.policy.retry?.attempts === 1
      ? { notApplicable: "the contract declares a single attempt" }
      : integration.policy,
  commitment: policyPath("retry", "backoff"),
  plan: (_, target) => [outage(target)],
  judge: (policy, evidence, target) => {
    const calls = callsOf(evidence, "503-forever");
    const rows = waitsByCall(calls);
    if (rows.length < 3) return tooFewRetries(rows.length, calls);
    const least = Math.max(10, 6 * evidence.noise.sigmaMs);
    const waits = rows.flat();
    const steps = median(rows.map((row) => row.length));
    const delayed =
      median(waits) >= least || (steps >= 2 && median(rows.map((row) => row.at(-1) ?? 0)) >= least);
    if (!delayed && isNoise(median(waits), evidence.noise)) return unclearWait(median(waits), calls);
    if (!delayed) return noDelay(median(waits), calls, policy, target);
    if (steps < 2) return oneWait(rows, calls);
    const growth = judgeGrowth(withoutImmediate(rows, least), seededRandom(20_260_101), evidence.noise.p99Ms);
    return judgeShape(growth, rows, calls, policy, target, evidence);
  },
});

/** The waits of each call that was retried, in order, without transport replays. */
export function waitsByCall(calls: readonly ObservedCall[]): number[][] {
  return calls.map((call) => gapsOf(withoutReplays(call.attempts))).filter((gaps) => gaps.length > 0);
}

/** When fewer than three calls were retried there is no schedule to judge. */
export function tooFewRetries(retried: number, calls: readonly ObservedCall[]): Judgement {
  if (retried === 0) return say("not-applicable", "a 503 is never retried, so there is no schedule", calls);
  const because = `only ${many(retried, "call")} of ${calls.length} were retried, 3 are needed to see a schedule`;
  const more = { experiment: "503-forever", samples: 8, buys: "enough retried calls" };
  return say("inconclusive", because, calls, { more });
}

/** An immediate first retry is a known pattern: what grows are the waits after it. */
export function withoutImmediate(rows: readonly (readonly number[])[], least: number): number[][] {
  const immediate =
    median(rows.map((row) => row[0] ?? 0)) < least && median(rows.map((row) => row.length)) >= 3;
  return rows.map((row) => (immediate ? row.slice(1) : [...row]));
}

/** A wait of this length may be none on a machine as noisy as this: what follows at once comes two times the noise later there, and more. */
function isNoise(waitMs: number, { sigmaMs }: Pick<NoiseRecord, "sigmaMs">): boolean {
  return waitMs >= Math.max(10, 2 * sigmaMs) && waitMs < 6 * sigmaMs;
}

function unclearWait(wait: number, calls: readonly ObservedCall[]): Judgement {
  const because = `the consumer tries again after ${millis(wait)} (median), which is no longer than this machine's noise makes an attempt that follows at once`;
  const estimate = { name: "median wait", value: wait, unit: "ms" };
  return say("inconclusive", because, calls, { estimate });
}

function noDelay(wait: number, calls: readonly ObservedCall[], policy: Policy, target: Target): Judgement {
  const declared = policy.retry?.backoff !== undefined;
  return say(
    failIf(declared),
    `the consumer tries again after ${millis(wait)} (median): without any delay`,
    calls,
    {
      estimate: { name: "median wait", value: wait, unit: "ms" },
      limit: { name: "least wait", value: 10, unit: "ms" },
      diagnosis:
        "Attempts follow one another at once: they all meet the same failure and multiply the load on a provider that is down.",
      severity: severityOf(target, declared ? "broken" : "advice") ?? "medium",
      evidence: calls
        .slice(0, 3)
        .map((call) => cite(call, `${many(call.attempts.length, "attempt")} back to back`)),
    },
  );
}

function oneWait(rows: readonly (readonly number[])[], calls: readonly ObservedCall[]): Judgement {
  const wait = median(rows.map((row) => row[0] ?? 0));
  const estimate = { name: "median wait", value: wait, unit: "ms" };
  if (calls.some((call) => call.endedMs === null)) {
    const because = `one wait of ${millis(wait)} was seen before the watch ended: too few to see whether waits grow`;
    return say("inconclusive", because, calls, { estimate });
  }
  const because = `there is one retry, after ${millis(wait)} (median): it waits, and growth does not apply`;
  return say("pass", because, calls, { estimate });
}

function judgeShape(
  growth: Growth,
  rows: readonly (readonly number[])[],
  calls: readonly ObservedCall[],
  policy: Policy,
  target: Target,
  evidence: Evidence,
): Judgement {
  const typical = typicalWaits(rows);
  const estimate = {
    name: "growth from one wait to the next",
    value: growth.ratio,
    unit: "times",
    interval: growth.interval,
  };
  const shared = { estimate, limit: { name: "growth", value: growthMin, unit: "times" } };
  const ratio = growth.ratio.toFixed(2);
  if (growth.verdict === "growing") {
    return say(
      "pass",
      `waits grow ${ratio}-fold a step (median waits ${typical}, ${many(rows.length, "call")})`,
      calls,
      shared,
    );
  }
  if (growth.verdict === "flat") {
    const declared = declaresGrowth(policy);
    return say(
      failIf(declared),
      `waits do not grow: ${typical} (${ratio}-fold a step, ${many(rows.length, "call")})`,
      calls,
      {
        ...shared,
        diagnosis:
          "The delay is a constant: under a long outage every caller keeps knocking at the same rate.",
        severity: severityOf(target, declared ? "broken" : "advice") ?? "low",
        evidence: calls
          .slice(0, 3)
          .map((call) => cite(call, `waits ${gapsOf(call.attempts).slice(0, 8).map(millis).join(", ")}`)),
      },
    );
  }
  const noisy = evidence.noise.sigmaMs > 5 ? `, noise ${evidence.noise.sigmaMs.toFixed(1)} ms` : "";
  const because = `whether waits grow is not decided after ${many(rows.length, "call")} (${typical}; ${ratio}-fold a step${noisy})`;
  const more = { experiment: "503-forever", samples: 16, buys: "a narrower interval of the growth" };
  return say("inconclusive", because, calls, { ...shared, more });
}

function typicalWaits(rows: readonly (readonly number[])[]): string {
  const longest = Math.max(...rows.map((row) => row.length));
  const indices = Array.from({ length: Math.min(6, longest) }, (_, index) => index);
  return indices.map((index) => millis(median(rows.flatMap((row) => row[index] ?? [])))).join(", ");
}

/** A declared factor of 1, or a cap at the base, declares a constant wait: then constancy breaks nothing. */
function declaresGrowth(policy: Policy): boolean {
  const backoff = policy.retry?.backoff;
  if (backoff === undefined) return false;
  const capped =
    backoff.capMs !== undefined &&
    backoff.baseMs !== undefined &&
    backoff.capMs <= growthMin * backoff.baseMs;
  return !capped && (backoff.factor ?? 2) > 1;
}
