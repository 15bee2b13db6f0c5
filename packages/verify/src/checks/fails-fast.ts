import { type BreakerFacts, breakerOf } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import { outageLoad, outageLoadName } from "../load-experiments.ts";
import { isGap, type LoadView, viewLoad } from "../load-view.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { quantile } from "../stats.ts";

/** Are calls refused at once while the provider is left alone? */
export const failsFast: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "fails-fast",
  item: "reliability/circuit-breaker",
  question: "While the breaker is open, does a call end at once instead of waiting for what cannot come?",
  rule: "While no request goes out, 19 of 20 calls end within 100 ms beyond what the service itself takes for a healthy call.",
  source: "MicroProfile Fault Tolerance, CircuitBreakerOpenException at once; holdfast guide fails-fast",
  required: true,
  timed: true,
  about: breakerOf,
  commitment: policyPath("breaker"),
  plan: (facts, target) => [outageLoad(facts, target)],
  needs: () => [],
  judge: (facts, evidence, target) => {
    const view = viewLoad(evidence, outageLoadName, target);
    if (isGap(view)) return view;
    if (view.opening === null) {
      return say("not-applicable", "no breaker was seen open: `opens` says why", view.load.calls);
    }
    return judged(view, view.opening.cut, { facts, evidence, target });
  },
});

/** What a refusal may take beyond the service's own time. */
const refusalMs = 100;
/** So few refusals are no distribution. */
const cutMin = 10;
/** Where the machine itself is later than this, the slow end of a distribution says nothing. */
const noisyMs = 50;

function judged(
  view: LoadView,
  cut: readonly ObservedCall[],
  { facts, evidence, target }: { facts: BreakerFacts; evidence: Evidence; target: Target },
): Judgement {
  const { load, healthy, failing, opening } = view;
  if (cut.length < cutMin) {
    const because = `only ${many(cut.length, "call")} ended without a request, ${cutMin} are needed`;
    return say("inconclusive", because, load.calls);
  }
  const own = quantile(healthy.map(tookMs), 0.9);
  const limitMs = refusalMs + own;
  const took = cut.map(tookMs);
  const [middle, slow] = [quantile(took, 0.5), quantile(took, 0.95)];
  const before = failing.filter((call) => call.startedMs < (opening?.openedMs ?? 0) && call.endedMs !== null);
  const shared = {
    estimate: {
      name: "19 of 20 calls refused within",
      value: slow,
      unit: "ms",
      interval: [middle, slow] as const,
    },
    limit: { name: "at once", value: limitMs, unit: "ms" },
    measured: [
      { name: "a failing call before it opened took", value: quantile(before.map(tookMs), 0.5), unit: "ms" },
    ],
  };
  const told = `19 of 20 of the ${cut.length} calls without a request ended within ${millis(slow)}, half of them within ${millis(middle)}`;
  if (slow <= limitMs) return say("pass", `${told} (limit ${millis(limitMs)})`, load.calls, shared);
  const late = evidence.noise.p99Ms > noisyMs || quantile(healthy.map(tookMs), 0.95) > 2 * noisyMs;
  if (middle <= limitMs && late) {
    const because = `${told}; this machine was too busy to call that slow`;
    const more = { experiment: outageLoadName, samples: 1, buys: "a quieter machine" };
    return say("inconclusive", because, load.calls, { ...shared, more });
  }
  const worst = cut.toSorted((a, b) => tookMs(b) - tookMs(a)).slice(0, 3);
  return say(failIf(facts.declared), `${told}, more than ${millis(limitMs)}`, load.calls, {
    ...shared,
    severity: severityOf(target, facts.declared ? "broken" : "advice") ?? "medium",
    diagnosis:
      "The breaker is asked late: the call waits in a pool, for a timeout or through its retries before anybody looks whether it is open.",
    evidence: worst.map((call) => cite(call, `ended after ${millis(tookMs(call))} without a request`)),
  });
}

function tookMs(call: ObservedCall): number {
  return (call.endedMs ?? call.watchedUntilMs) - call.startedMs;
}
