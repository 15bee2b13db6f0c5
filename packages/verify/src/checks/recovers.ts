import { type BreakerFacts, breakerOf } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cite, many, percent, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import {
  holdOf,
  openWatchedMaxMs,
  outageLoadName,
  returnLoadName,
  returnLoads,
} from "../load-experiments.ts";
import { isGap, type LoadView, stageOf, viewLoad } from "../load-view.ts";
import type { Check, Judgement, ObservedCall, Target } from "../model.ts";

/** Does traffic come back when the provider does? */
export const recovers: Check<BreakerFacts> = defineCheck<BreakerFacts>({
  id: "recovers",
  item: "reliability/circuit-breaker",
  question: "When the provider is well again, do all calls reach it soon, and succeed?",
  rule: "Within the declared open time and two seconds, ten calls in a row reach the provider and succeed. Where no open time is declared, how long it took is only told.",
  source:
    "MicroProfile Fault Tolerance, half-open to closed; opossum and cockatiel issues of stuck breakers; holdfast guide recovers",
  required: true,
  timed: true,
  about: breakerOf,
  commitment: policyPath("breaker", "open"),
  plan: returnLoads,
  needs: () => [],
  judge: (facts, evidence, target) => {
    const view = viewLoad(evidence, returnLoadName(evidence), target);
    if (isGap(view)) return view;
    const { opening, load } = view;
    if (opening === null)
      return say("not-applicable", "no breaker was seen open: `opens` says why", load.calls);
    const healed = stageOf(load, "open");
    if (healed === undefined) return notWatched(view, facts);
    const dueMs = Math.max(healed.startedMs, opening.openedMs + facts.openMaxMs) + holdOf(target) + graceMs;
    return judged(view, { facts, target, healedMs: healed.startedMs, dueMs });
  },
});

/** What closing may take beyond the open time. */
const graceMs = 2_000;
/** So many calls in a row must succeed. */
const restoredCalls = 10;

/** Another load may meet a quieter machine. */
const again = { more: { experiment: outageLoadName, samples: 1, buys: "answers in time" } };

interface Healing {
  readonly facts: BreakerFacts;
  readonly target: Target;
  /** When the provider was well again, and by when all calls have to reach it. */
  readonly healedMs: number;
  readonly dueMs: number;
}

function notWatched({ load }: LoadView, { openMs }: BreakerFacts): Judgement {
  const because =
    openMs > openWatchedMaxMs
      ? `the declared open time of ${millis(openMs)} is longer than the ${millis(openWatchedMaxMs)} that a run of this length watches: \`--profile nightly\` waits for it`
      : "it opened for too short a time to be watched coming back";
  return say("inconclusive", because, load.calls);
}

function judged(view: LoadView, { facts, target, healedMs, dueMs }: Healing): Judgement {
  const { load, opening } = view;
  const after = load.calls.filter((call) => call.startedMs >= healedMs);
  const restoredMs = restoredAt(after);
  const watchedMs = load.record.endedMs - healedMs;
  const limit = { name: "back within", value: dueMs - healedMs, unit: "ms" };
  if (restoredMs !== null && restoredMs <= dueMs) {
    const tookMs = restoredMs - healedMs;
    const because = `${millis(tookMs)} after the provider was well again every call reached it and succeeded (limit ${millis(dueMs - healedMs)})`;
    return say("pass", because, load.calls, {
      estimate: { name: "back after", value: tookMs, unit: "ms" },
      limit,
      evidence: probeOf(view).map((call) => cite(call, "the first call that reached the provider again")),
    });
  }
  const told =
    restoredMs === null
      ? lost(after, opening?.probe !== null, watchedMs)
      : `all calls reached it again only after ${millis(restoredMs - healedMs)}`;
  if (!facts.openDeclared) {
    return say(
      "inconclusive",
      `${told}; declare \`breaker.open.base\` to say what was to be expected`,
      load.calls,
    );
  }
  const late = after.flatMap((call) => call.attempts).filter((one) => one.consumerClosed !== null).length;
  if (late > 0) {
    const because = `${told}; but ${many(late, "answer")} came too late for the consumer, so the provider was not well for it`;
    return say("inconclusive", because, load.calls, again);
  }
  return say("fail", `${told} (limit ${millis(dueMs - healedMs)})`, load.calls, {
    estimate: {
      name: "back after, at least",
      value: (restoredMs ?? load.record.endedMs) - healedMs,
      unit: "ms",
    },
    limit,
    severity: severityOf(target, "harm") ?? "high",
    diagnosis:
      "The breaker does not close: no probe is let through, a good probe is not counted, or the state ends only by a restart. The outage goes on after the provider's own is over.",
    evidence: after
      .slice(-3)
      .map((call) => cite(call, `${many(call.attempts.length, "request")}, call ${call.outcome}`)),
  });
}

function isServed(call: ObservedCall): boolean {
  return call.outcome === "succeeded" && call.attempts.length > 0;
}

/** When the first of ten calls in a row began that all succeeded; `null`: never. */
function restoredAt(calls: readonly ObservedCall[]): number | null {
  let row: readonly ObservedCall[] = [];
  for (const call of calls) {
    row = isServed(call) ? [...row, call] : [];
    if (row.length >= restoredCalls) return row[0]?.startedMs ?? null;
  }
  return null;
}

function lost(after: readonly ObservedCall[], isProbed: boolean, watchedMs: number): string {
  const last = after.slice(-20);
  const served = percent(last.filter(isServed).length / Math.max(1, last.length));
  const reach = isProbed
    ? `of the last ${last.length} calls ${served} succeeded`
    : "not one request was sent";
  return `${millis(watchedMs)} after the provider was well again traffic was not back: ${reach}`;
}

function probeOf({ load, opening }: LoadView): ObservedCall[] {
  const probe = opening?.probe;
  return load.calls.filter((call) => call.attempts.some(({ id }) => id === probe?.id)).slice(0, 1);
}
