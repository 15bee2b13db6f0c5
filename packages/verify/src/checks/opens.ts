import { type BreakerFacts, breakerOf } from "../breaker-facts.ts";
import { isPastDoubt, tripOf } from "../breaker-trip.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cite, many, percent, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import { outageLoad, outageLoadName } from "../load-experiments.ts";
import { isGap, type LoadView, openedAfter, stageOf, viewLoad } from "../load-view.ts";
import type { Check, Judgement, Target } from "../model.ts";
import { amplificationMax, pressureOf } from "../pressure.ts";

/** Is a provider that fails left alone after a while? */
export const opens: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "opens",
  item: "reliability/circuit-breaker",
  question: "When the provider keeps failing under steady load, do calls stop reaching it?",
  rule: "After the declared window is full of failures, calls in a row end without a request. Undeclared, a retry budget that keeps requests below 1.3 for each call is accepted in its place, and so is a service that never tries again; more is advice.",
  source:
    "Gremlin's HasCircuitBreaker (ICDCS 2016) with proof that the threshold was reached; holdfast guide opens",
  required: true,
  timed: true,
  about: breakerOf,
  commitment: policyPath("breaker"),
  plan: (facts, target) => [outageLoad(facts, target)],
  needs: () => [],
  judge: (facts, evidence, target) => {
    const view = viewLoad(evidence, outageLoadName, target);
    if (isGap(view)) return view;
    if (view.opening !== null) return opened(view);
    return facts.declared ? neverOpened(view, facts, target) : unprotected(view, target);
  },
});

function opened(view: LoadView): Judgement {
  const { opening, load } = view;
  const cut = opening?.cut ?? [];
  const because = `${openedAfter(view)}, ${many(cut.length, "call")} in a row ended without a request to the provider`;
  return say("pass", because, load.calls, {
    estimate: { name: "failing calls before it opened", value: opening?.before.length ?? 0, unit: "calls" },
    evidence: cut.slice(0, 1).map((call) => cite(call, "the first call without a request")),
  });
}

function neverOpened(view: LoadView, facts: BreakerFacts, target: Target): Judgement {
  const trip = tripOf(view, facts);
  const { failing, load } = view;
  const asked = `${many(facts.minCalls, "call")} in ${facts.windowCalls === null ? millis(facts.windowMs) : `the last ${facts.windowCalls}`}, ${percent(facts.failureRate)} of them failed`;
  if (trip === null || !isPastDoubt(trip)) {
    const reached =
      trip === null ? "was not reached" : `left room for only ${many(trip.beyond.length, "call")} after it`;
    return say(
      "inconclusive",
      `${failing.length} failing calls were not enough to tell: the declared threshold (${asked}) ${reached}`,
      load.calls,
    );
  }
  const last = trip.beyond.at(-1);
  const because = `it never opened: the declared threshold (${asked}) was reached after ${many(trip.calls, "failing call")}, and ${trip.beyond.length} calls after that still reached the provider`;
  return say("fail", because, load.calls, {
    estimate: {
      name: "calls that reached the provider beyond the threshold",
      value: trip.beyond.length,
      unit: "calls",
    },
    severity: severityOf(target, "broken") ?? "high",
    diagnosis:
      "The breaker does not see these failures: it wraps something that swallows them, counts thrown errors and not statuses, or a new one is made for every call.",
    evidence: last === undefined ? [] : [cite(last, "still sent, long after the threshold")],
  });
}

function unprotected(view: LoadView, target: Target): Judgement {
  const { failing, load } = view;
  const pressure = pressureOf(view);
  if (typeof pressure === "string") return say("inconclusive", pressure, load.calls, endedIn(view));
  const { overall, last, tookMs, measured } = pressure;
  const told = `no breaker is declared and none was seen in ${many(failing.length, "failing call")} (${millis(tookMs)})`;
  if (last <= amplificationMax) {
    const how = overall <= 1 ? "no call was made again" : "retries were held down";
    const kept = `${told}; ${how}, ${last.toFixed(2)} requests for each call at the end, so the provider is spared`;
    return say("not-applicable", kept, load.calls, { measured });
  }
  const because = `${told}, and nothing else spares the provider: to the end there were ${last.toFixed(1)} requests for each call`;
  return say("advice", because, load.calls, {
    measured,
    limit: { name: "requests for each call", value: amplificationMax, unit: "requests" },
    severity: severityOf(target, "advice") ?? "medium",
    diagnosis:
      "Every call is tried again in full although none can succeed: an outage of the provider multiplies its load, and every caller waits for all attempts.",
    evidence: failing
      .slice(-20, -19)
      .map((call) => cite(call, `${many(call.attempts.length, "attempt")}, as at the beginning`)),
  });
}

/** Calls that had failed while others began and still reached the provider: what a breaker would have had to act on. */
function endedIn({ failing, load }: LoadView): Pick<Judgement, "measured"> {
  const untilMs = stageOf(load, "failing")?.endedMs ?? 0;
  const ended = failing.filter(({ endedMs }) => endedMs !== null && endedMs <= untilMs);
  return {
    measured: [{ name: "calls that failed before the last began", value: ended.length, unit: "calls" }],
  };
}
