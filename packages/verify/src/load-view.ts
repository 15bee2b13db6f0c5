import { many, percent, say } from "./judgement.ts";
import { millis } from "./limits.ts";
import type {
  Attempt,
  Evidence,
  Judgement,
  LoadEvidence,
  LoadRecord,
  ObservedCall,
  Target,
} from "./model.ts";
import type { LoadStage } from "./procedure-model.ts";
import { largest, sum } from "./stats.ts";

/** A load that can be judged, and what became of the provider in it. */
export interface LoadView {
  readonly load: LoadEvidence;
  readonly healthy: readonly ObservedCall[];
  /** Calls that began while the provider failed. */
  readonly failing: readonly ObservedCall[];
  /** How the provider was left alone; `null` when it never was. */
  readonly opening: Opening | null;
  /** How long without a request counts as that. */
  readonly cutOffMs: number;
}

/** Calls in a row that ended without a request to the provider. */
export interface Opening {
  readonly openedMs: number;
  /** Failing calls that began before. */
  readonly before: readonly ObservedCall[];
  /** Calls that began and ended without a request, until the first request after the opening. */
  readonly cut: readonly ObservedCall[];
  /** The first request after the opening; `null` when none came. */
  readonly probe: Attempt | null;
}

/** Calls in a row without a request: fewer may be chance. */
const cutCallsMin = 5;
/** The part of the time that the load waits for which must be without a request: what ends it is seen a little later. */
const gapShare = 0.7;
/** Healthy calls of a load that must be there, and the share of them that must succeed and reach the provider. */
const healthyMin = 8;
const healthyShare = 0.9;
/** The share of requests that may belong to no call, and of calls that may not have begun. */
const strayShare = 0.05;

/** The loads of an experiment that can be judged, and why others cannot. */
export function viewLoads(
  evidence: Evidence,
  name: string,
  target: Target,
): { readonly views: readonly LoadView[]; readonly gaps: readonly string[] } {
  const found = evidence.experiments[name];
  const views: LoadView[] = [];
  const gaps: string[] = [];
  for (const load of found?.loads ?? []) {
    const view = viewOf(load, cutOffOf(found?.experiment.procedure));
    const gap = gapOf(view, target);
    if (gap === null) views.push(view);
    else gaps.push(gap);
  }
  return { views, gaps };
}

/** The load of an experiment by name, or why nothing can be judged by it. */
export function viewLoad(evidence: Evidence, name: string, target: Target): LoadView | Judgement {
  const { views, gaps } = viewLoads(evidence, name, target);
  return views[0] ?? noLoad(evidence, name, gaps);
}

/** Says that nothing can be judged by the loads of an experiment, and why. */
export function noLoad({ experiments }: Evidence, name: string, gaps: readonly string[]): Judgement {
  const found = experiments[name];
  const loads = found?.loads ?? [];
  const stopped = found?.setAside.filter(({ call }) => call === "").map(({ because }) => because) ?? [];
  const why = [...new Set([...gaps, ...stopped])].slice(0, 2).join("; ");
  const because =
    loads.length === 0 ? `the experiment ${name} did not run${why === "" ? "" : ` (${why})`}` : why;
  const more = { experiment: name, samples: 1, buys: "a load that can be judged" };
  return say(
    "inconclusive",
    because,
    loads.flatMap((one) => one.calls),
    { more },
  );
}

/** Whether a load could not be judged. */
export function isGap<View extends object>(found: View | Judgement): found is Judgement {
  return "verdict" in found;
}

function cutOffOf(procedure: { readonly kind: string; readonly cutOffMs?: number } | undefined): number {
  return procedure?.cutOffMs ?? 1_000;
}

/** Calls that began during a stage. */
export function callsIn(load: LoadEvidence, name: LoadStage["name"]): ObservedCall[] {
  return load.calls.filter((call) => isIn(load, name, call));
}

/** Whether a call began during a stage. */
export function isIn(
  load: Pick<LoadEvidence, "record">,
  name: LoadStage["name"],
  { startedMs }: ObservedCall,
): boolean {
  const stage = stageOf(load, name);
  return stage !== undefined && startedMs >= stage.startedMs && startedMs < stage.endedMs;
}

/** When a stage was; `undefined` when it was left out. */
export function stageOf(
  { record }: Pick<LoadEvidence, "record">,
  name: LoadStage["name"],
): LoadRecord["stages"][number] | undefined {
  return record.stages.find((one) => one.name === name);
}

/**
 * Requests for each call that began meanwhile, between two moments of a load. Counted by arrival: a call that is still being tried
 * again when the provider comes back would seem to need fewer.
 */
export function amplification({ calls }: LoadEvidence, fromMs: number, toMs: number): number {
  const within = (ms: number) => ms >= fromMs && ms < toMs;
  const begun = calls.filter((call) => within(call.startedMs)).length;
  const requests = calls.flatMap((call) => call.attempts).filter((one) => within(one.arrivedMs)).length;
  return begun === 0 ? 1 : requests / begun;
}

function viewOf(load: LoadEvidence, cutOffMs: number): LoadView {
  return {
    load,
    healthy: callsIn(load, "healthy"),
    failing: callsIn(load, "failing"),
    opening: openingOf(load, cutOffMs),
    cutOffMs,
  };
}

/** The times from the first opening on, while the provider failed, in which it was left alone; none without an opening. */
export function cutOffsOf({ load, opening, cutOffMs }: LoadView): readonly (readonly [number, number])[] {
  const last = stageOf(load, "open") ?? stageOf(load, "failing");
  if (opening === null || last === undefined) return [];
  const arrivals = load.calls.flatMap((call) => call.attempts.map((one) => one.arrivedMs));
  const untilMs = last.endedMs;
  const bounds = [...arrivals.filter((ms) => ms < untilMs), untilMs].toSorted((a, b) => a - b);
  return bounds
    .slice(1)
    .map((toMs, index) => [bounds[index] ?? toMs, toMs] as const)
    .filter(([fromMs, toMs]) => toMs > opening.openedMs && toMs - fromMs >= gapShare * cutOffMs);
}

/**
 * The first time without any request, about as long as the load waited for, in which calls began and ended: calls that wait for a
 * place end later, and are no refusals.
 */
function openingOf({ record, calls }: LoadEvidence, cutOffMs: number): Opening | null {
  const failing = stageOf({ record }, "failing");
  if (failing === undefined) return null;
  const requests = calls.flatMap((call) => call.attempts).toSorted((a, b) => a.arrivedMs - b.arrivedMs);
  for (const [index, last] of requests.entries()) {
    const probe = requests[index + 1] ?? null;
    const untilMs = probe?.arrivedMs ?? record.endedMs;
    const isLong = untilMs - last.arrivedMs >= gapShare * cutOffMs;
    if (!isLong || last.arrivedMs < failing.startedMs || last.arrivedMs > failing.endedMs) continue;
    const cut = calls.filter((call) => call.startedMs > last.arrivedMs && isCut(call, untilMs));
    // While requests are under way a full pool refuses as well: only what is refused after them is surely a breaker's.
    const idleMs = largest(requests.slice(0, index + 1).map(endedMs));
    const openedMs = cut[0]?.startedMs;
    const sure = cut.filter((call) => call.startedMs > idleMs).length;
    if (openedMs === undefined || sure < cutCallsMin) continue;
    const before = calls.filter((call) => call.startedMs >= failing.startedMs && call.startedMs < openedMs);
    return { openedMs, before, cut, probe };
  }
  return null;
}

/** When an attempt was over, by whatever ended it. */
export function endedMs(attempt: Attempt): number {
  const ends = [attempt.faultCompleteMs, attempt.response?.completeMs, attempt.consumerClosed?.atMs];
  return largest([attempt.arrivedMs, ...ends.filter((ms): ms is number => typeof ms === "number")]);
}

function isCut(call: ObservedCall, untilMs: number): boolean {
  return call.attempts.length === 0 && call.endedMs !== null && call.endedMs <= untilMs;
}

/** What rules a load out as evidence, or `null`. */
function gapOf({ load, healthy, opening }: LoadView, { scenario }: Target): string | null {
  if (load.problem !== null) return load.problem;
  const begun = load.calls.length;
  if (healthy.length < healthyMin) return `only ${many(healthy.length, "call")} began before anything failed`;
  const well = healthy.filter((call) => call.outcome === "succeeded" && call.attempts.length > 0).length;
  if (well / healthy.length < healthyShare) {
    return `under load, without any fault, ${percent(well / healthy.length)} of ${healthy.length} calls reached the provider and succeeded, 90 % are needed`;
  }
  const requests = sum(load.calls.map((call) => call.attempts.length)) + load.strays;
  if (load.strays / Math.max(1, requests) > strayShare) {
    return `${load.strays} of ${requests} requests carry neither \${call.id} nor the trace of a call, so calls cannot be told apart`;
  }
  if (load.record.withheld / (begun + load.record.withheld) > strayShare) {
    return `${load.record.withheld} calls did not begin, for ${begun} were under way or made already`;
  }
  if (scenario.act.kind === "http" && opening !== null && isSilent(opening.cut)) {
    return "while no request came, the service itself gave no answer to most calls";
  }
  return null;
}

/** No answer at all is no refusal: a service that is gone sends nothing either. */
function isSilent(cut: readonly ObservedCall[]): boolean {
  return cut.filter((call) => call.status === null).length > cut.length / 2;
}

/** `after 34 failing calls in 1.4 s`. */
export function openedAfter({ opening, load }: LoadView): string {
  const failing = stageOf(load, "failing");
  const tookMs = (opening?.openedMs ?? 0) - (failing?.startedMs ?? 0);
  return `after ${many(opening?.before.length ?? 0, "failing call")} in ${millis(tookMs)}`;
}
