import type { Policy } from "@holdfast/core";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { once, spec, statusFault, statusOnce } from "../experiments.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import { deadlineLimit, millis, ownTimeMs, retriesDeclared } from "../limits.ts";
import type { Check, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import {
  isRetried,
  type Reading,
  type Readings,
  readingsOf,
  retryAfterName,
  retryAfterValues,
  typicalMs,
} from "../retry-after.ts";
import { median } from "../stats.ts";

/** Does the consumer wait as long as the provider asks? */
export const honoursRetryAfter: Check<Policy> = defineCheck<Policy>({
  id: "honours-retry-after",
  item: "reliability/retries",
  question: "When the provider says how long to wait, does the consumer wait that long?",
  rule: "After 429 (and 503) with Retry-After of 2 s, 5 s and a date, the next attempt comes no earlier than asked less 50 ms (1.05 s for dates), told from the consumer's own schedule without the header; giving up is fine.",
  source:
    "RFC 9110 §10.2.3; Microsoft Dev Proxy's RetryAfterPlugin, attributed to the call; holdfast guide honours-retry-after",
  required: true,
  timed: true,
  countsAttempts: true,
  about: ({ integration }) =>
    integration.policy.retry?.attempts === 1
      ? { notApplicable: "the contract declares a single attempt" }
      : integration.policy,
  commitment: policyPath("retry"),
  plan: (_, target) => experimentsOf(target),
  needs: () => ["429-once"],
  judge: (policy, evidence, target) => {
    const throttled = readingsOf(429, evidence);
    const unavailable = readingsOf(503, evidence);
    const found = judgeReadings(throttled, unavailable, policy, target, ownTimeMs(evidence));
    // A consumer may wait on one status and not on the other: the waits of both are told, whichever decides.
    return { ...found, measured: [throttled, unavailable].flatMap(measuredOf) };
  },
});

function judgeReadings(
  throttled: Readings,
  unavailable: Readings,
  policy: Policy,
  target: Target,
  ownMs: number,
): Judgement {
  const calls = [...throttled.readings, ...unavailable.readings].flatMap((one) => one.calls);
  const told = isRetried(throttled) ? throttled : unavailable;
  if (!isRetried(told)) return say("not-applicable", "neither 429 nor 503 is ever retried", calls);
  const blocked = blockedPast(told, target, ownMs);
  if (blocked.length > 0) return blocks(blocked, calls, target);
  const early = earlyIn(told);
  if (early.length > 0) return ignored(told, early, calls, policy, target);
  const onOutage = unavailable.readings.filter((one) => one.verdict === "early");
  if (told === throttled && onOutage.length > 0) {
    if (isHeeded(throttled)) return ignoredOn503(onOutage, calls, target);
    if (isReserveSpent(throttled)) return ignored(unavailable, onOutage, calls, policy, target);
  }
  return honoured(told, calls);
}

/** Whether what was seen can only be an answer to the header; a long schedule of the consumer's own proves nothing. */
function isHeeded({ readings, ownMs }: Readings): boolean {
  return readings.some(
    (one) => one.verdict === "honoured" || (one.verdict === "not-sent-again" && ownMs.length > 0),
  );
}

/** Whether the longest value was tried already. */
function isReserveSpent({ readings }: Readings): boolean {
  return readings.some((one) => one.value === "16" && one.verdict !== "not-seen");
}

/** What came too early to be an answer; a long wait may be cut to a cap by a consumer that heeds the shorter ones. */
function earlyIn({ readings }: Readings): readonly Reading[] {
  const heeds = readings.some((one) => one.verdict === "honoured" && one.askedMs < 10_000);
  const excused = heeds ? ["16", "60"] : ["60"];
  return readings.filter((one) => one.verdict === "early" && !excused.includes(one.value));
}

function experimentsOf(target: Target): ExperimentSpec[] {
  const slow = { samples: 2, samplesMax: 4, perInstance: 1, lingerGaps: 1 };
  const asked = retryAfterValues.map(({ value, askedMs, setting }) =>
    spec(
      target,
      retryAfterName(429, value),
      `The first attempt is answered with 429 and Retry-After: ${value === "date" ? "a date 4 s ahead" : value}.`,
      once(statusFault(429, { retryAfter: setting })),
      {
        ...slow,
        ...(value === "60" ? { samples: 1, samplesMax: 2, horizonMs: 8_000 } : {}),
        ...(value === "16" ? { samples: 0, samplesMax: 2, horizonMs: 20_000 } : {}),
        expectedMs: expectedMs(target, askedMs),
      },
    ),
  );
  const unavailable = spec(
    target,
    retryAfterName(503, "5"),
    "The first attempt is answered with 503 and Retry-After: 5.",
    once(statusFault(503, { retryAfter: 5 })),
    { ...slow, expectedMs: expectedMs(target, 5_000) },
  );
  return [statusOnce(target, 429), statusOnce(target, 503), ...asked, unavailable];
}

/** A consumer with a deadline gives up, or waits until then at most. */
function expectedMs(target: Target, askedMs: number): number {
  const deadline = deadlineLimit(target);
  if (deadline.declared && deadline.value < askedMs) return 50;
  return Math.min(8_000, askedMs + 50);
}

/** Calls that are still waiting although their own declared deadline has passed. */
function blockedPast(told: Readings, target: Target, ownMs: number): ObservedCall[] {
  const deadline = deadlineLimit(target);
  if (!deadline.declared) return [];
  const allowedMs = deadline.value + Math.max(500, 0.1 * deadline.value) + ownMs;
  return told.readings
    .flatMap((one) => one.calls)
    .filter((call) => (call.endedMs ?? call.watchedUntilMs) - call.startedMs > allowedMs);
}

function blocks(blocked: readonly ObservedCall[], calls: readonly ObservedCall[], target: Target): Judgement {
  const deadline = deadlineLimit(target).value;
  const because = `${many(blocked.length, "call")} waited for Retry-After past the declared deadline of ${millis(deadline)}`;
  return say("fail", because, calls, {
    severity: severityOf(target, "broken") ?? "medium",
    diagnosis: "The wait that the provider asks for is not held against the time the call has left.",
    evidence: blocked.slice(0, 3).map((call) => cite(call, "still waiting after its deadline")),
  });
}

function ignored(
  told: Readings,
  early: readonly Reading[],
  calls: readonly ObservedCall[],
  policy: Policy,
  target: Target,
): Judgement {
  const honouredToo = told.readings.filter((one) => one.verdict === "honoured");
  const waits = early.map((one) => `${millis(typicalMs(one))} for ${askedText(one)}`).join(", ");
  const own = told.ownMs.length > 0 ? ` (without the header: ${millis(median(told.ownMs))})` : "";
  const but =
    honouredToo.length > 0 ? `, though ${honouredToo.map(askedText).join(" and ")} is waited for` : "";
  const worst = early[0];
  const because = `on ${told.status} the next attempt comes earlier than asked: after ${waits}${own}${but}`;
  return say(failIf(retriesDeclared(policy)), because, calls, {
    ...(worst
      ? {
          estimate: { name: "wait", value: typicalMs(worst), unit: "ms" },
          limit: { name: "asked", value: worst.askedMs, unit: "ms" },
        }
      : {}),
    diagnosis: mechanism(early, honouredToo),
    severity: severityOf(target, retriesDeclared(policy) ? "broken" : "advice") ?? "medium",
    evidence: early
      .flatMap((one) =>
        one.calls.map((call) => cite(call, `Retry-After ${askedText(one)}, next attempt early`)),
      )
      .slice(0, 3),
  });
}

function mechanism(early: readonly Reading[], honouredToo: readonly Reading[]): string {
  if (honouredToo.length === 0) {
    return "Retry-After is not read: the consumer follows its own schedule and comes back while it is still being throttled.";
  }
  if (early.every((one) => one.value === "date"))
    return "Retry-After is read as seconds only; a date is not understood.";
  if (honouredToo.every((one) => one.value === "date")) {
    return "Retry-After is read as a date only; seconds, the common form, are not understood.";
  }
  return "Retry-After is read, but cut to a cap that is shorter than what the provider asks for.";
}

function honoured(told: Readings, calls: readonly ObservedCall[]): Judgement {
  const telling = told.readings.filter((one) => one.verdict === "honoured");
  const gaveUp = told.readings.filter((one) => one.verdict === "not-sent-again");
  if (telling.length === 0 && (gaveUp.length === 0 || told.ownMs.length === 0)) {
    const own = told.ownMs.length > 0 ? millis(median(told.ownMs)) : "unknown";
    const because = `the consumer's own wait (${own}) is as long as what was asked, so nothing can be told`;
    const reserve = retryAfterName(told.status, "16");
    const more = { experiment: reserve, samples: 2, buys: "a value longer than the consumer's own schedule" };
    return say("inconclusive", because, calls, isReserveSpent(told) ? {} : { more });
  }
  const waits = telling.map((one) => `${askedText(one)} (${millis(typicalMs(one))})`);
  const what = [
    ...(waits.length > 0 ? [`waits for ${waits.join(", ")}`] : []),
    ...(gaveUp.length > 0
      ? [`did not try again within the watch for ${gaveUp.map(askedText).join(", ")}`]
      : []),
  ];
  return say("pass", `on ${told.status} the consumer ${what.join(" and ")}${notes(told)}`, calls);
}

function notes(told: Readings): string {
  const capped = told.readings.find((one) => one.value === "60" && one.verdict === "early");
  return capped ? `; 60 s is cut to ${millis(typicalMs(capped))}` : "";
}

/** RFC 9110 knows Retry-After with 503 first of all; nobody commits to it by name, so it is advice. */
function ignoredOn503(early: readonly Reading[], calls: readonly ObservedCall[], target: Target): Judgement {
  const waits = early.map((one) => `${millis(typicalMs(one))} for ${askedText(one)}`).join(", ");
  const because = `Retry-After is waited for on 429, but on 503 the next attempt comes after ${waits}`;
  return say("advice", because, calls, {
    diagnosis:
      "The header is read for one status only; a provider that asks for a pause during maintenance is not heard.",
    severity: severityOf(target, "advice") ?? "low",
    evidence: early
      .flatMap((one) => one.calls.map((call) => cite(call, "503 with Retry-After, next attempt early")))
      .slice(0, 3),
  });
}

function measuredOf(told: Readings) {
  return told.readings
    .filter((one) => one.gapsMs.length > 0)
    .map((one) => ({
      name: `wait after ${told.status} with Retry-After ${one.value}`,
      value: typicalMs(one),
      unit: "ms",
    }));
}

function askedText(reading: Reading): string {
  return reading.value === "date" ? "a date" : `${reading.value} s`;
}
