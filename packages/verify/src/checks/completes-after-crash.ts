import { defineCheck } from "../define-check.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Check, Judgement, ObservedCall, RequestRecord, Target } from "../model.ts";
import {
  effectsIn,
  type KeyedServed,
  keyedServed,
  servedKeyPath,
  servedName,
  uncountable,
  usualEffects,
} from "../served.ts";
import { halfWay, halfWays } from "../served-experiments.ts";
import { largest, zeroBound } from "../stats.ts";

/** Is what broke off half-way completed once, when the caller asks again with its key? */
export const completesAfterCrash: Check<KeyedServed> = defineCheck<KeyedServed>({
  id: "completes-after-crash",
  item: "reliability/idempotency",
  question: "As provider: is a request that broke off half-way completed exactly once when it is sent again?",
  rule: "After the service was killed in the middle of a request, before and after its provider acted, and after its provider failed, the same request with the same key ends with the expected answer and exactly one effect.",
  source:
    "Brandur Leach, Implementing Stripe-like idempotency keys in Postgres (recovery points); Stripe's API v2, which completes what failed; holdfast guide completes-after-crash",
  required: false,
  about: (target) => {
    if (target.contract.service?.start === null) {
      return {
        notApplicable: "the service was not started by Holdfast, so it cannot be killed and started again",
      };
    }
    return keyedServed(target);
  },
  commitment: servedKeyPath,
  served: servedName,
  plan: (served, target) => halfWays.map((way) => halfWay(target, served, way)),
  judge: (_, evidence, target) => {
    const made = callsOf(evidence, ...halfWays);
    const usual = usualEffects(evidence, target);
    const twice = made.filter((call) => usual > 0 && effectsIn(call, target) > usual);
    if (twice.length > 0) return executedTwice(twice, made, target);
    const calls = made.filter(brokeOff);
    const whole = halfWays.filter((way) => !calls.some((call) => nameOf(call) === way));
    if (whole.length > 0) {
      const because = `the first request was answered as expected in spite of what was done to it (${whole.join(", ")}), so nothing was left half done`;
      return say("inconclusive", because, made);
    }
    const lost = calls.filter((call) => call.outcome === "succeeded" && effectsIn(call, target) < usual);
    if (lost.length > 0) return neverDone(lost, calls, target);
    const gone = calls.filter((call) => call.requests.length < 2 && call.outcome === "failed");
    if (gone.length > 0) return notBack(gone, calls, target);
    const open = calls.filter((call) => call.outcome !== "succeeded");
    const stuck = open.filter(
      (call) => !isWaiting(last(call)) && !call.experiment.endsWith("failure-then-again"),
    );
    if (stuck.length > 0) return notCompleted("fail", stuck, calls, target);
    if (open.length > 0) return notCompleted("advice", open, calls, target);
    if (usual === 0) return uncountable(calls);
    const slowest = largest(calls.map(triedMs));
    const because = `all ${calls.length} requests that broke off half-way (${halfWays.join(", ")}) were completed with one effect when they were sent again, after ${millis(slowest)} at most`;
    return say("pass", because, calls, { bound: zeroBound(calls.length) });
  },
});

/** The first request did not bring what was asked. */
function brokeOff(call: ObservedCall): boolean {
  return call.requests.some((one) => one.role === "first" && !one.expected);
}

function last(call: ObservedCall): RequestRecord | undefined {
  return call.requests.at(-1);
}

/** Somebody is at it, it says: a lease that the killed process held. */
function isWaiting(request: RequestRecord | undefined): boolean {
  return [409, 425, 429, 503].includes(request?.status ?? 0);
}

/** From the first repetition to the last answer. */
function triedMs(call: ObservedCall): number {
  const from = call.requests.find((one) => one.role === "again")?.startedMs ?? call.startedMs;
  return (last(call)?.endedMs ?? call.watchedUntilMs) - from;
}

function nameOf(call: ObservedCall): string {
  return call.experiment.split("/").at(-1) ?? "";
}

function namesOf(calls: readonly ObservedCall[]): string {
  return [...new Set(calls.map(nameOf))].join(", ");
}

function executedTwice(
  twice: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const most = largest(twice.map((call) => effectsIn(call, target)));
  const because = `${twice.length} of ${many(calls.length, "request")} that broke off half-way took effect again when they were repeated, up to ${most} times (${namesOf(twice)})`;
  return say("fail", because, calls, {
    estimate: { name: "effects of one key", value: most, unit: "effects" },
    limit: { name: "effects", value: 1, unit: "effects" },
    severity: severityOf(target, "harm") ?? "critical",
    diagnosis:
      "What was begun under the key is not remembered through a crash, and the request to the provider gets another key the second time.",
    evidence: twice.slice(0, 3).map((call) => cite(call, `${effectsIn(call, target)} effects for one key`)),
  });
}

function neverDone(lost: readonly ObservedCall[], calls: readonly ObservedCall[], target: Target): Judgement {
  const because = `${lost.length} of ${many(calls.length, "request")} that broke off half-way were answered as done when they were repeated, with fewer effects than usual (${namesOf(lost)})`;
  if (target.scenario.effects.length === 0) {
    const why = "whether they come later is not known, for the scenario declares no effects";
    return say("inconclusive", `${because}; ${why}`, calls);
  }
  return say("fail", because, calls, {
    severity: severityOf(target, "harm") ?? "critical",
    diagnosis:
      "The key is marked as done before the work is: after a crash in between, the repetition finds the mark and not the work.",
    evidence: lost
      .slice(0, 3)
      .map((call) =>
        cite(
          call,
          `answered ${last(call)?.status ?? call.status} with ${many(effectsIn(call, target), "effect")}`,
        ),
      ),
  });
}

function notBack(gone: readonly ObservedCall[], calls: readonly ObservedCall[], target: Target): Judgement {
  const because = `${gone.length} of ${many(calls.length, "sample")} ended with a service that could not be asked again: ${gone[0]?.error ?? "it did not answer"}`;
  return say("fail", because, calls, {
    severity: severityOf(target, "broken") ?? "high",
    diagnosis:
      "Something that the killed process left behind (a lock, a socket, a half-written file) keeps the next one from starting.",
    evidence: gone.slice(0, 3).map((call) => cite(call, call.error ?? "it did not come back")),
  });
}

function notCompleted(
  verdict: "fail" | "advice",
  open: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const statuses = [
    ...new Set(open.map((call) => last(call)?.status ?? last(call)?.error ?? "no answer")),
  ].join(", ");
  const because = `${open.length} of ${many(calls.length, "request")} that broke off half-way were not seen to be completed within ${millis(largest(open.map(triedMs)))}: repeated, they got ${statuses} to the end (${namesOf(open)})`;
  const stored = open.every((call) => nameOf(call) === "failure-then-again");
  return say(verdict, because, calls, {
    severity: severityOf(target, verdict === "fail" ? "broken" : "advice") ?? "medium",
    diagnosis: stored
      ? "The failure is kept as the answer to the key, so that the request can never succeed under it, although its provider is well again."
      : "The key stays taken by a process that is gone: its claim has no end, or one that is far away.",
    evidence: open
      .slice(0, 3)
      .map((call) =>
        cite(
          call,
          `${many(call.requests.length - 1, "repetition")}, the last got ${last(call)?.status ?? "no answer"}`,
        ),
      ),
  });
}
