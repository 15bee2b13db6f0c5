import { type BreakerFacts, breakerOf } from "../breaker-facts.ts";
import { isPastDoubt, tripOf } from "../breaker-trip.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cite, many, percent, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import { silenceLoad, silenceLoadName, silentMs } from "../load-experiments.ts";
import { isGap, type LoadView, openedAfter, viewLoad } from "../load-view.ts";
import type { Check, Judgement, Target } from "../model.ts";

/** Does the breaker count silence as a failure? */
export const opensOnTimeouts: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "opens-on-timeouts",
  item: "reliability/circuit-breaker",
  question: "When the provider falls silent under steady load, do calls stop waiting for it?",
  rule: "After the declared window is full of calls that timed out, calls in a row end without a request.",
  source:
    "Gremlin's HasCircuitBreaker with a hang in place of an error (ICDCS 2016); Polly's timeout inside the breaker; holdfast guide opens-on-timeouts",
  required: false,
  timed: true,
  about: breakerOf,
  commitment: policyPath("breaker"),
  plan: (facts, target) => silenceLoad(facts, target),
  needs: () => [],
  judge: (facts, evidence, target) => {
    if (!facts.declared) return say("not-applicable", "no breaker is declared", []);
    if (silenceLoad(facts, target).length === 0) return tooLong(target);
    const view = viewLoad(evidence, silenceLoadName, target);
    if (isGap(view)) return view;
    const { opening, load } = view;
    if (opening === null) return neverOpened(view, facts, target);
    const because = `${openedAfter(view)} of silence, ${many(opening.cut.length, "call")} in a row ended without a request to the provider`;
    return say("pass", because, load.calls, {
      estimate: { name: "silent calls before it opened", value: opening.before.length, unit: "calls" },
      evidence: opening.cut.slice(0, 1).map((call) => cite(call, "the first call without a request")),
    });
  },
});

function tooLong(target: Target): Judgement {
  const because = `an attempt may stay unanswered for ${millis(silentMs(target))}: a load of them takes longer than this run; declare an \`attemptTimeout\` of at most 3 s`;
  return say("inconclusive", because, []);
}

function neverOpened(view: LoadView, facts: BreakerFacts, target: Target): Judgement {
  const trip = tripOf(view, facts);
  const { failing, load } = view;
  if (trip === null || !isPastDoubt(trip)) {
    const reached =
      trip === null ? "was not reached" : `left room for only ${many(trip.beyond.length, "call")} after it`;
    const because = `${failing.length} silent calls were not enough to tell: the declared threshold of ${many(facts.minCalls, "call")} and ${percent(facts.failureRate)} failures ${reached}`;
    return say("inconclusive", because, load.calls);
  }
  const last = trip.beyond.at(-1);
  const because = `it never opened on silence: the declared threshold was reached when ${many(trip.calls, "silent call")} had begun, and ${trip.beyond.length} calls after that still went out to wait`;
  return say("fail", because, load.calls, {
    estimate: { name: "calls sent beyond the threshold", value: trip.beyond.length, unit: "calls" },
    severity: severityOf(target, "broken") ?? "high",
    diagnosis:
      "Attempts that time out are no failures to the breaker: the timeout stands outside it, or what it throws is taken for a caller that gave up.",
    evidence: last === undefined ? [] : [cite(last, "still sent, long after the threshold")],
  });
}
