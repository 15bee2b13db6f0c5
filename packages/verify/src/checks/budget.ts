import { type BreakerFacts, breakerFacts, whyNoLoad } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import { attemptsLimit, millis } from "../limits.ts";
import { offerOf, outageLoad, outageLoadName } from "../load-experiments.ts";
import { isGap, type LoadView, openedAfter, viewLoad } from "../load-view.ts";
import type { Check, Judgement, Target } from "../model.ts";
import { amplificationMax, type Pressure, pressureOf } from "../pressure.ts";

/** Do retries stay a small share of the traffic in a long outage? */
export const budget: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "budget",
  item: "reliability/retries",
  question:
    "When every call fails, do retries become a small share of the requests instead of multiplying them?",
  rule: "In the last third of a total outage there are at most 1.3 requests for each call, or as many as the declared budget allows, or a breaker has cut them off. Undeclared, more is advice.",
  source:
    "Finagle's retry budget of 20 %; the SRE book on retry amplification; AWS standard mode, 500 tokens; holdfast guide budget",
  required: false,
  timed: true,
  about: (target) => {
    const { policy } = target.integration;
    if (policy.retry?.attempts === 1) return { notApplicable: "the contract declares a single attempt" };
    const why = policy.budget === undefined ? whyNoLoad(target) : null;
    return why === null ? breakerFacts(target) : { notApplicable: `no retry budget is declared, and ${why}` };
  },
  commitment: policyPath("budget"),
  plan: (facts, target) => [outageLoad(facts, target)],
  needs: () => [],
  judge: (facts, evidence, target) => {
    const view = viewLoad(evidence, outageLoadName, target);
    if (isGap(view)) return view;
    const { load, opening } = view;
    if (opening !== null) {
      const because = `${openedAfter(view)} a breaker cut them off, so that no retry reached the provider any more`;
      return say("pass", because, load.calls);
    }
    const pressure = pressureOf(view);
    if (typeof pressure === "string") return say("inconclusive", pressure, load.calls);
    return judged(view, pressure, { target, mostPerCall: allowed(facts, target) });
  },
});

/** What a budget counts in whole calls and seconds may come to a little more. */
const slack = 0.1;

/** Requests for each call that the declared budget allows at the rate of the load, and never less than is harmless. */
function allowed(facts: BreakerFacts, target: Target): number {
  const declared = target.integration.policy.budget;
  if (declared === undefined) return amplificationMax;
  const { ratePerSecond } = offerOf(facts, target);
  const share = (declared.ratio ?? 0.2) + (declared.minPerSecond ?? 1) / ratePerSecond;
  return Math.max(amplificationMax, 1 + share + slack);
}

function judged(
  { load, failing }: LoadView,
  { overall, last, tookMs, measured }: Pressure,
  { target, mostPerCall }: { readonly target: Target; readonly mostPerCall: number },
): Judgement {
  const isDeclared = target.integration.policy.budget !== undefined;
  const told = `in ${millis(tookMs)} of outage ${many(failing.length, "call")} made ${overall.toFixed(2)} requests each, ${last.toFixed(2)} in the last third`;
  const shared = {
    estimate: { name: "requests for each call in the last third", value: last, unit: "requests" },
    limit: { name: "requests for each call", value: mostPerCall, unit: "requests" },
    measured,
  };
  if (overall <= 1 && !isDeclared) {
    return say(
      "not-applicable",
      `${told}: nothing is sent again, so there is nothing to hold down`,
      load.calls,
      shared,
    );
  }
  if (last <= mostPerCall) {
    return say("pass", `${told} (limit ${mostPerCall.toFixed(2)})`, load.calls, shared);
  }
  const isUnchecked = last >= 0.9 * Math.min(overall, attemptsLimit(target).value);
  const verdict = failIf(isDeclared && isUnchecked);
  const grown = isUnchecked ? "nothing holds them down" : "they are held down too little";
  return say(verdict, `${told}, more than ${mostPerCall.toFixed(2)}: ${grown}`, load.calls, {
    ...shared,
    severity: severityOf(target, verdict === "fail" ? "broken" : "advice") ?? "medium",
    diagnosis:
      "Every call spends its own attempts and nobody counts them together: a provider that is down gets a multiple of its usual load, and through several such layers the multiples multiply.",
    evidence: failing
      .slice(-20, -19)
      .map((call) => cite(call, `${many(call.attempts.length, "attempt")} late in the outage`)),
  });
}
