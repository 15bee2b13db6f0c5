import { type BreakerFacts, breakerFacts } from "../breaker-facts.ts";
import { isPastDoubt, tripOf } from "../breaker-trip.ts";
import { heldText, heldWindow } from "../held-window.ts";
import { many } from "../judgement.ts";
import { millis } from "../limits.ts";
import { outageLoadName, returnLoadName } from "../load-experiments.ts";
import { endedMs, type LoadView, type Opening, stageOf, viewLoads } from "../load-view.ts";
import type { Evidence, ObservedCall, Target } from "../model.ts";
import { largest } from "../stats.ts";
import type { Seen } from "./model.ts";

/** So many failing calls have to reach the provider before it is said that nothing opens: resilience4j and Polly want 100 before they act. */
const callsMin = 100;
/** Calls that must have stayed away while a probe was under way: fewer may be chance. */
const keptMin = 3;

/** Whether calls are cut off under load, after how many failures, for how long, and how many try whether the provider is back. */
export function breakerSeen(evidence: Evidence, target: Target): readonly Seen[] {
  const facts = breakerFacts(target);
  const [view] = viewLoads(evidence, outageLoadName, target).views;
  if (view === undefined) return [];
  const shared = { experiments: [outageLoadName], samples: view.failing.length };
  if (view.opening === null) return [{ ...shared, field: "breaker.mode", ...noneSeen(view, facts) }];
  const cut = many(view.opening.cut.length, "call");
  const note = `${cut} in a row ended without a request while the provider failed`;
  const [back] = viewLoads(evidence, returnLoadName(evidence), target).views;
  return [
    { ...shared, field: "breaker.mode", value: "on", note },
    { ...shared, ...failuresSeen(view, view.opening) },
    ...(back?.opening == null ? [] : returnSeen(back, back.opening, facts, returnLoadName(evidence))),
  ];
}

function noneSeen(view: LoadView, facts: BreakerFacts): Pick<Seen, "value" | "note"> {
  const reached = view.failing.filter((call) => call.attempts.length > 0).length;
  const trip = tripOf(view, facts);
  const enough = facts.declared ? trip !== null && isPastDoubt(trip) : reached >= callsMin;
  const note = `${reached} of ${many(view.failing.length, "failing call")} reached the provider`;
  return enough
    ? { value: "none", note }
    : { value: null, note: `${note}, too few to say that nothing opens` };
}

/** Failed calls that had ended when it opened: between the last request that went out and the first call that was refused. */
function failuresSeen(
  { load }: LoadView,
  { openedMs, before }: Opening,
): Omit<Seen, "samples" | "experiments"> {
  const last = lastBefore(load.calls, openedMs);
  const endedBy = (ms: number): number =>
    before.filter((call) => call.endedMs !== null && call.endedMs <= ms && call.attempts.length > 0).length;
  const attempts = before.flatMap((call) => call.attempts).filter((one) => endedMs(one) <= openedMs);
  const value = endedBy(openedMs);
  const tookMs = openedMs - (stageOf(load, "failing")?.startedMs ?? openedMs);
  const note = `opened after ${many(value, "failed call")} (${many(attempts.length, "failed attempt")}) in ${millis(tookMs)}`;
  return {
    field: "breaker.failures",
    value,
    interval: [last === null ? 0 : endedBy(leftMs(last)), value],
    note,
  };
}

function returnSeen(view: LoadView, opening: Opening, facts: BreakerFacts, experiment: string): Seen[] {
  const shared = { samples: opening.cut.length, experiments: [experiment] };
  const { openedMs, cut, probe } = opening;
  const leastMs = largest(cut.map((call) => call.startedMs)) - openedMs;
  if (probe === null) {
    const note = `no request came in the ${millis(leastMs)} after it`;
    return [{ ...shared, field: "breaker.open.base", value: null, atLeast: leastMs, note }];
  }
  // It opened after the last request had left, at the earliest when its call or the attempt before it allowed it to; it let go after the last was refused.
  const last = lastBefore(view.load.calls, openedMs);
  const mostMs = probe.arrivedMs - (last === null ? openedMs : leftMs(last));
  const jitter = facts.declared ? Math.min(0.9, facts.openMaxMs / facts.openMs - 1) : 0;
  const drawn =
    jitter > 0 ? `; declared jitter makes it up to ${Math.round(100 * jitter)} % more or less` : "";
  const note = `left alone for ${millis(leastMs)} to ${millis(mostMs)}${drawn}`;
  const open: Seen = {
    ...shared,
    field: "breaker.open.base",
    value: (leastMs + mostMs) / 2,
    interval: [leastMs / (1 + jitter), mostMs / (1 - jitter)],
    note,
  };
  const stage = stageOf(view.load, "probing");
  if (stage === undefined) return [open];
  const held = heldWindow(view, probe, stage.endedMs);
  const { requests, offered, kept } = held;
  const count =
    kept.length >= keptMin ? { value: requests.length } : { value: null, atLeast: requests.length };
  return [
    open,
    { ...shared, field: "breaker.probes", ...count, samples: offered.length, note: heldText(held) },
  ];
}

interface Sent {
  readonly call: ObservedCall;
  readonly index: number;
}

/** The last request that came before a moment. */
function lastBefore(calls: readonly ObservedCall[], ms: number): Sent | null {
  const sent = calls.flatMap((call) =>
    call.attempts.map((one, index) => ({ call, index, atMs: one.arrivedMs })),
  );
  return sent.filter(({ atMs }) => atMs < ms).toSorted((a, b) => b.atMs - a.atMs)[0] ?? null;
}

/** The earliest that a request can have left: after the attempt before it, or the beginning of its call. On a busy machine it arrives much later. */
function leftMs({ call, index }: Sent): number {
  const before = call.attempts[index - 1];
  return before === undefined ? call.startedMs : endedMs(before);
}
