import { type BreakerFacts, breakerOf } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cite, many, percent, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import { cutOffsOf, isGap, isIn, type LoadView } from "../load-view.ts";
import type { Check, Judgement, ObservedCall, Target } from "../model.ts";
import { cutOffBeside, cutOffBesideName } from "../neighbour-experiments.ts";
import {
  type BesideView,
  disturbedMax,
  mayCutItselfOff,
  numbersOf,
  type RowView,
  tookMs,
  viewBeside,
} from "../neighbour-view.ts";
import { neighboursOf, whyNoNeighbour } from "../neighbours.ts";
import { median, wilson } from "../stats.ts";

/** Is only that cut off which fails? */
export const rightGranularity: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "right-granularity",
  item: "reliability/circuit-breaker",
  question: "Do healthy operations go on when another one is cut off?",
  rule: "While one operation is left alone, nine of ten calls of another succeed within twice what 19 of 20 of them took before, and 100 ms. Calls of another provider that are not let through fail; those of another operation of the same provider are advice.",
  source: "Chen et al., SoCC 2022, on breakers of the wrong granularity; holdfast guide right-granularity",
  required: false,
  timed: true,
  about: (target) => {
    const facts = breakerOf(target);
    if ("notApplicable" in facts || neighboursOf(target).length > 0) return facts;
    return { notApplicable: whyNoNeighbour(target) };
  },
  commitment: policyPath("breaker"),
  plan: (facts, target) => cutOffBeside(facts, target, neighboursOf(target)),
  needs: () => [],
  judge: (_, evidence, target) => {
    const seen = viewBeside(evidence, cutOffBesideName, target, whileCutOff);
    if (isGap(seen)) return seen;
    if (seen.views.some(({ opening }) => opening !== null)) return judged(seen, target);
    const failing = viewBeside(evidence, cutOffBesideName, target, whileFailing);
    return isGap(failing) ? failing : neverCutOff(failing);
  },
});

const again = { more: { experiment: cutOffBesideName, samples: 1, buys: "more calls of the others" } };

/** Calls that began while the operation was cut off. */
function whileCutOff(view: LoadView): (call: ObservedCall) => boolean {
  const spans = cutOffsOf(view);
  return ({ startedMs }) => spans.some(([fromMs, untilMs]) => startedMs >= fromMs && startedMs < untilMs);
}

function whileFailing({ load }: LoadView): (call: ObservedCall) => boolean {
  return (call) => isIn(load, "failing", call);
}

/** Where it opens too shortly to be seen, or on a machine that is too busy, the others may still be held back: nobody can tell by what. */
function neverCutOff({ views, rows }: BesideView): Judgement {
  const calls = views.flatMap(({ load }) => load.calls);
  const disturbed = rows.find(({ state }) => state === "disturbed");
  if (disturbed === undefined) {
    return say("not-applicable", "nothing was seen cut off beside the others: `opens` says why", calls);
  }
  const because = `${disturbed.why}, but the failing operation was not seen cut off, so nothing shows what disturbed them`;
  return say("inconclusive", because, calls, { ...numbersOf(disturbed), ...again });
}

function judged({ views, rows }: BesideView, target: Target): Judgement {
  const calls = views.flatMap(({ load }) => load.calls);
  const disturbed = rows.filter(({ state }) => state === "disturbed");
  const [worst] = disturbed.toSorted((one) => (one.neighbour?.sameProvider === true ? 1 : -1));
  if (worst !== undefined) return blocked(worst, views, target);
  const why = rows.map((row) => row.why).join("; ");
  const [first] = rows.toSorted((one, other) => other.interval[1] - one.interval[1]);
  const numbers = first === undefined ? {} : numbersOf(first);
  if (rows.some(({ state }) => state === "open"))
    return say("inconclusive", why, calls, { ...numbers, ...again });
  return say("pass", `while it was cut off the others went on: ${why}`, calls, numbers);
}

/** Where nothing of the failing operation is under way, no pool is full: who is not let through then is held by what cuts it off. */
function blocked(row: RowView, views: readonly LoadView[], target: Target): Judgement {
  const calls = views.flatMap(({ load }) => load.calls);
  const { sure, during, limitMs, neighbour } = row;
  const held = sure.filter((call) => !call.attempts.some((one) => one.arrivedMs <= call.startedMs + limitMs));
  const numbers = numbersOf(row);
  if (held.length < sure.length / 2) {
    const because = `${row.why}, but ${sure.length - held.length} of the others did reach the provider in time: it was the provider that was slow or failed, not what cuts off`;
    return say("inconclusive", because, calls, { ...numbers, ...again });
  }
  if (wilson(held.length, during.length)[0] <= disturbedMax) {
    const because = `${row.why}, but ${sure.length - held.length} of the others did reach the provider in time, and the ${held.length} that did not get through are too few to tell whether more than ${percent(disturbedMax)} are held back`;
    return say("inconclusive", because, calls, { ...numbers, ...again });
  }
  // What refuses for another's sake does so at once: a service that is slow at it keeps everybody waiting by itself.
  const refusedMs = median(views.flatMap(({ opening }) => opening?.cut ?? []).map(tookMs));
  if (refusedMs > limitMs) {
    const because = `${row.why}, but half of the calls of the operation that was cut off took more than ${millis(refusedMs)} without a request: the service itself was slow to refuse, which says nothing of what cuts off`;
    return say("inconclusive", because, calls, { ...numbers, ...again });
  }
  if (mayCutItselfOff(neighbour, views)) {
    const because = `${row.why}, but requests of its own failed too, so that a breaker of its own may have cut it off`;
    return say("inconclusive", because, calls, { ...numbers, ...again });
  }
  const same = neighbour?.sameProvider === true;
  const because = `${row.why}; ${many(held.length, "call")} did not get through to a provider that was well, for another operation was cut off`;
  return say(same ? "advice" : "fail", because, calls, {
    ...numbers,
    severity: severityOf(target, same ? "advice" : "harm") ?? "medium",
    diagnosis: same
      ? "One breaker stands for all operations of the provider: one that fails by itself takes the healthy ones with it."
      : "One breaker stands for several providers, or its key leaves out who is called (a host name without its port is one name for all of them here): the outage of one becomes the outage of all.",
    evidence: held
      .slice(0, 3)
      .map((call) => cite(call, "ended without a request while the other was cut off")),
  });
}
