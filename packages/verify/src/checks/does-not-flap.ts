import { type BreakerFacts, breakerOf } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cite, many, percent, say, severityOf } from "../judgement.ts";
import { halfLoad, halfLoadName, isTouchy, oneIn } from "../load-experiments.ts";
import { isGap, type LoadView, openedAfter, viewLoad } from "../load-view.ts";
import type { Check, Judgement, Target } from "../model.ts";

/** Does the breaker stay closed while fewer calls fail than it is declared for? */
export const doesNotFlap: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "does-not-flap",
  item: "reliability/circuit-breaker",
  question: "At half the failures that would open it, does the breaker stay closed?",
  rule: "While requests fail evenly at half the declared failure rate, for three windows full of calls, no calls in a row end without a request.",
  source:
    "resilience4j and Polly on rates over a minimum of calls; opossum issue 217, open at the first failure; holdfast guide does-not-flap",
  required: false,
  timed: true,
  about: breakerOf,
  commitment: policyPath("breaker", "failureRate"),
  plan: (facts, target) => halfLoad(facts, target),
  needs: () => [],
  judge: (facts, evidence, target) => {
    if (!facts.declared) return say("not-applicable", "no breaker is declared", []);
    if (isTouchy(facts)) {
      return say(
        "not-applicable",
        "it is declared to open on so few failures that half of them may open it",
        [],
      );
    }
    const view = viewLoad(evidence, halfLoadName, target);
    if (isGap(view)) return view;
    return judged(view, facts, target);
  },
});

function judged(view: LoadView, facts: BreakerFacts, target: Target): Judgement {
  const { failing, load, opening } = view;
  const meant = 1 / oneIn(facts);
  const until = opening === null ? failing : opening.before;
  const requests = until.flatMap((call) => call.attempts);
  const fired = requests.filter((one) => one.firedMs !== null).length;
  const share = fired / Math.max(1, requests.length);
  const told = `${percent(share)} of ${many(requests.length, "request")} failed, evenly, and it is declared to open at ${percent(facts.failureRate)}`;
  const measured = [{ name: "share of failed requests", value: share, unit: "of 1" }];
  if (opening !== null) {
    if (share >= facts.failureRate) {
      return say("inconclusive", `by chance ${told}: that it opened says nothing`, load.calls, { measured });
    }
    const because = `${openedAfter(view)} it opened although only ${told}`;
    return say("fail", because, load.calls, {
      measured,
      severity: severityOf(target, "broken") ?? "medium",
      diagnosis:
        "It opens on single failures or on their number, not on their share of enough calls: every blink of the provider becomes an outage of its own.",
      evidence: opening.cut.slice(0, 1).map((call) => cite(call, "refused while most requests succeeded")),
    });
  }
  if (requests.length < 2 * facts.minCalls || share < meant / 2) {
    return say("inconclusive", `${told}: too little to try it`, load.calls, { measured });
  }
  return say("pass", `${told}; it stayed closed`, load.calls, { measured });
}
