import { type BreakerFacts, breakerOf } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { type Held, heldText, heldWindow } from "../held-window.ts";
import { cite, failIf, say, severityOf } from "../judgement.ts";
import { outageLoadName, returnLoadName, returnLoads } from "../load-experiments.ts";
import { isGap, type LoadView, stageOf, viewLoad } from "../load-view.ts";
import type { Check, Judgement, Target } from "../model.ts";

/** Do few calls try whether the provider is back? */
export const probesGently: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "probes-gently",
  item: "reliability/circuit-breaker",
  question:
    "When the open time is over, do only a few calls try the provider while the others wait for what they find?",
  rule: "While the answer to the first request is held, no more requests come than probes are declared; undeclared, more than 10 are advice.",
  source:
    "resilience4j permittedNumberOfCallsInHalfOpenState, 10 by default; gobreaker issue 53; holdfast guide probes-gently",
  required: false,
  timed: true,
  about: breakerOf,
  commitment: policyPath("breaker", "probes"),
  plan: returnLoads,
  needs: () => [],
  judge: (facts, evidence, target) => {
    const view = viewLoad(evidence, returnLoadName(evidence), target);
    if (isGap(view)) return view;
    const { opening, load } = view;
    if (opening === null)
      return say("not-applicable", "no breaker was seen open: `opens` says why", load.calls);
    if (opening.probe === null) {
      return say("not-applicable", "no request came after it opened: `recovers` says why", load.calls);
    }
    const stage = stageOf(load, "probing");
    if (stage === undefined) {
      return say(
        "inconclusive",
        "the first request after it opened was not held: it came too early or too late",
        load.calls,
      );
    }
    return judged(heldWindow(view, opening.probe, stage.endedMs), { view, facts, target });
  },
});

/** resilience4j lets ten through, and nobody more. */
const probesMax = 10;
/** Calls that must be offered beyond the allowed ones, else nobody knows whether more would have gone through. */
const beyondMin = 3;
function judged(
  held: Held,
  { view, facts, target }: { view: LoadView; facts: BreakerFacts; target: Target },
): Judgement {
  const { calls } = view.load;
  const { requests, offered, kept } = held;
  const most = facts.probes ?? probesMax;
  const told = heldText(held);
  const shared = {
    estimate: { name: "probes at a time", value: requests.length, unit: "requests" },
    limit: {
      name: facts.probes === null ? "usual probes" : "declared probes",
      value: most,
      unit: "requests",
    },
  };
  if (requests.length > most) {
    const isBroken = facts.declared && (facts.probes !== null || kept.length === 0);
    const against = facts.probes === null ? `more than the usual ${most}` : `more than the declared ${most}`;
    return say(failIf(isBroken), `${told}: ${against}`, calls, {
      ...shared,
      severity: severityOf(target, isBroken ? "broken" : "advice") ?? "medium",
      diagnosis:
        "When the open time is over everybody who waits is let through at once: a provider that is just coming back gets the full load before anybody knows.",
      evidence: calls
        .filter((call) => call.attempts.some(({ id }) => requests.some((one) => one.id === id)))
        .slice(0, 3)
        .map((call) => cite(call, "sent while the first answer was still held")),
    });
  }
  if (offered.length < most + beyondMin) {
    const because = `${told}: too few to see whether more than ${most} would have gone through`;
    const more = {
      experiment: outageLoadName,
      samples: 1,
      buys: "more calls while the first answer is held",
    };
    return say("inconclusive", because, calls, { ...shared, more });
  }
  return say("pass", `${told} (limit ${most})`, calls, shared);
}
