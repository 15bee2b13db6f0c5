import { breakerFacts } from "./breaker-facts.ts";
import { many, percent, say } from "./judgement.ts";
import { millis } from "./limits.ts";
import { callsIn, type LoadView, noLoad, viewLoads } from "./load-view.ts";
import type { Evidence, Judgement, Measured, ObservedCall, Target } from "./model.ts";
import { type Neighbour, neighbourName, neighboursOf } from "./neighbours.ts";
import { quantile, sum, wilson, zeroBound } from "./stats.ts";

/** Calls beside the loads of an experiment: of one neighbour, or of the service's own answer that it is ready. */
export interface RowView {
  /** `null`: what the service answers by itself. */
  readonly neighbour: Neighbour | null;
  readonly name: string;
  /** Calls that ended while nothing was wrong. */
  readonly before: readonly ObservedCall[];
  /** Calls that began while the other operation was broken, and ended or were watched for as long as they may take. */
  readonly during: readonly ObservedCall[];
  /** Calls that began then too, and had not ended when the watching did, sooner than that: they show nothing. */
  readonly cutShort: readonly ObservedCall[];
  /** Those of them that failed, or took longer than they may. */
  readonly disturbed: readonly ObservedCall[];
  /** Those of the disturbed for which no busy machine is to blame. */
  readonly sure: readonly ObservedCall[];
  /** What a call may take at most, in the load that allows most. */
  readonly limitMs: number;
  /** The 95 % interval of the share that was disturbed. */
  readonly interval: readonly [number, number];
  /** What becomes of it: kept as it was, disturbed, or `open` with the reason. */
  readonly state: "kept" | "disturbed" | "open";
  readonly why: string;
}

/** The share of a neighbour's calls that may be disturbed: nine of ten go on as before (Gremlin's rate, over seconds and not by gaps). */
export const disturbedMax = 0.1;
/** What a call may take: so many times what 19 of 20 took before, and some time beyond for a machine that has more to do. */
const slowTimes = 2;
const slowBeyondMs = 100;
const noiseTimes = 2;
/** From such lateness of this machine on, only who got no request out, or so many times later, was surely kept waiting by the service. */
const noisyMs = 50;
const sureTimes = 10;
/** Calls of a neighbour that must be there before and meanwhile, and the share of those before that must have gone well. */
const beforeMin = 20;
const duringMin = 20;
const beforeShare = 0.9;
/** Where the slow end of what was healthy is this late, and not half of it, it was the machine: nothing slower could be told from that. */
const busyMs = 1_000;

/** Breakers that nobody declared may open on so few failures. */
const fewFailures = 5;

/** Loads that can be judged, each with the calls that were made beside it. */
export interface BesideView {
  readonly views: readonly LoadView[];
  readonly rows: readonly RowView[];
}

/** The loads of an experiment with their neighbours, or why nothing can be judged; `isDuring` says which calls beside a load count. */
export function viewBeside(
  evidence: Evidence,
  name: string,
  target: Target,
  isDuring: (view: LoadView) => (call: ObservedCall) => boolean,
): BesideView | Judgement {
  if (evidence.experiments[name] === undefined) {
    const because = `the experiment ${name} did not run: it belongs to \`--profile full\``;
    return say("not-tested", because, []);
  }
  const { views, gaps } = viewLoads(evidence, name, target);
  if (views.length === 0) return noLoad(evidence, name, gaps);
  const scenarios = new Set(views.flatMap(({ load }) => (load.beside ?? []).map((one) => one.scenario)));
  const neighbours = neighboursOf(target);
  const { p99Ms } = evidence.noise;
  const rows = [...scenarios].map((scenario) => {
    const neighbour = neighbours.find((one) => one.scenario.name === scenario) ?? null;
    return rowOf(
      views.map((view) => seenIn(view, scenario, { p99Ms, isDuring })),
      neighbour,
    );
  });
  return { views, rows };
}

/** What one load showed of a row. */
type Seen = Pick<RowView, "before" | "during" | "cutShort" | "disturbed" | "sure" | "limitMs">;

function seenIn(
  view: LoadView,
  scenario: string | null,
  { p99Ms, isDuring }: { p99Ms: number; isDuring: (view: LoadView) => (call: ObservedCall) => boolean },
): Seen {
  const { load } = view;
  const calls = load.beside?.find((one) => one.scenario === scenario)?.calls ?? [];
  const before = callsIn({ ...load, calls }, "healthy");
  const limitMs = slowTimes * quantile(before.map(tookMs), 0.95) + Math.max(slowBeyondMs, noiseTimes * p99Ms);
  const begun = calls.filter(isDuring(view));
  const cutShort = begun.filter((call) => call.outcome === "unfinished" && tookMs(call) < limitMs);
  const during = begun.filter((call) => !cutShort.includes(call));
  const disturbed = during.filter((call) => call.outcome !== "succeeded" || tookMs(call) > limitMs);
  const sureMs = Math.max(limitMs, sureTimes * p99Ms);
  const sure = p99Ms > noisyMs ? disturbed.filter((call) => isHeld(call, scenario, sureMs)) : disturbed;
  return { before, during, cutShort, disturbed, sure, limitMs };
}

/** Kept from sending its request for so long, or for good; from being answered where it sends none. */
function isHeld(call: ObservedCall, scenario: string | null, sureMs: number): boolean {
  const [first] = call.attempts;
  if (first !== undefined) return first.arrivedMs - call.startedMs > sureMs;
  return scenario !== null || call.outcome !== "succeeded" || tookMs(call) > sureMs;
}

function rowOf(seen: readonly Seen[], neighbour: Neighbour | null): RowView {
  const before = seen.flatMap((one) => one.before);
  const during = seen.flatMap((one) => one.during);
  const cutShort = seen.flatMap((one) => one.cutShort);
  const disturbed = seen.flatMap((one) => one.disturbed);
  const sure = seen.flatMap((one) => one.sure);
  const limitMs = Math.max(...seen.map((one) => one.limitMs));
  const interval = wilson(disturbed.length, during.length);
  const name = neighbour === null ? "the service's own answer that it is ready" : neighbourName(neighbour);
  const row = { neighbour, name, before, during, cutShort, disturbed, sure, limitMs, interval };
  const gap = gapOf(row);
  if (gap !== null) return { ...row, state: "open", why: gap };
  if (wilson(sure.length, during.length)[0] > disturbedMax) {
    return { ...row, state: "disturbed", why: toldOf(row) };
  }
  const busy = busyness(row);
  if (busy !== null) return { ...row, state: "open", why: busy };
  // Whoever hangs at the end is cut short as well, so those few may not turn the scale.
  const atWorst = wilson(disturbed.length + cutShort.length, during.length + cutShort.length);
  if (atWorst[1] <= disturbedMax) return { ...row, state: "kept", why: toldOf(row) };
  if (interval[1] <= disturbedMax) {
    const why = `${toldOf(row)}, and ${cutShort.length} more were not watched for that long`;
    return { ...row, state: "open", why };
  }
  const doubt =
    interval[0] > disturbedMax
      ? "this machine was too busy to say what kept the others"
      : `too few to tell whether more than ${percent(disturbedMax)} are disturbed`;
  return { ...row, state: "open", why: `${toldOf(row)}: ${doubt}` };
}

type Counted = Omit<RowView, "state" | "why">;

/** Why a row proves nothing, or `null`. */
function gapOf({ neighbour, name, before, during, cutShort, disturbed }: Counted): string | null {
  if (before.length < beforeMin) {
    return `only ${many(before.length, "call")} of ${name} began before anything failed, ${beforeMin} are needed`;
  }
  const isReached = (call: ObservedCall) => neighbour === null || call.attempts.length > 0;
  const well = before.filter((call) => call.outcome === "succeeded" && isReached(call)).length;
  if (well / before.length < beforeShare) {
    return `without any fault ${percent(well / before.length)} of ${before.length} calls of ${name} reached the provider and succeeded, ${percent(beforeShare)} are needed`;
  }
  if (during.length < duringMin) {
    const watched = cutShort.length > 0 ? " and were watched for as long as they may take" : "";
    return `only ${many(during.length, "call")} of ${name} began meanwhile${watched}, ${duringMin} are needed`;
  }
  const cached = during.filter((call) => !disturbed.includes(call) && !isReached(call)).length;
  if (cached / during.length > disturbedMax) {
    return `${cached} of ${during.length} calls of ${name} succeeded without a request to its provider: a cache or a fallback answered, so nothing shows that they would be let through`;
  }
  return null;
}

/** Why nobody who is kept waiting would show; `null` when they would. */
function busyness({ name, before }: Counted): string | null {
  const [middleMs, slowMs] = [quantile(before.map(tookMs), 0.5), quantile(before.map(tookMs), 0.95)];
  if (slowMs <= busyMs || middleMs >= slowMs / 2) return null;
  return `without any fault half of the calls of ${name} took ${millis(middleMs)} and one in twenty more than ${millis(slowMs)}: this machine was too busy to tell who is kept waiting`;
}

function toldOf({ name, during, disturbed, limitMs }: Counted): string {
  const well = during.length - disturbed.length;
  return `of ${many(during.length, "call")} of ${name} made meanwhile ${well} went well within ${millis(limitMs)}`;
}

/** The numbers of a row as a verdict gives them. */
export function numbersOf(
  row: RowView,
): Pick<Judgement, "estimate" | "limit"> & { measured: Measured[]; bound?: number } {
  const { disturbed, during, before, interval } = row;
  const share = disturbed.length / Math.max(1, during.length);
  const unit = "of the calls";
  return {
    estimate: { name: `share of ${row.name} that was disturbed`, value: share, unit, interval },
    limit: { name: "share that may be", value: disturbedMax, unit },
    ...(disturbed.length === 0 ? { bound: zeroBound(during.length) } : {}),
    measured: [
      { name: "19 of 20 before ended within", value: quantile(before.map(tookMs), 0.95), unit: "ms" },
      { name: "19 of 20 meanwhile ended within", value: quantile(during.map(tookMs), 0.95), unit: "ms" },
    ],
  };
}

/** How long a caller had to wait. */
export function tookMs(call: ObservedCall): number {
  return (call.endedMs ?? call.watchedUntilMs) - call.startedMs;
}

/** Whether requests of a neighbour failed often enough for a breaker of its own to open, as declared or by five in a row. */
export function mayCutItselfOff(neighbour: Neighbour | null, views: readonly LoadView[]): boolean {
  if (neighbour === null) return false;
  const calls = views
    .flatMap(({ load }) => load.beside ?? [])
    .filter(({ scenario }) => scenario === neighbour.scenario.name)
    .flatMap((row) => row.calls);
  const failed = sum(
    calls.map(({ attempts, outcome }) => attempts.length - (outcome === "succeeded" ? 1 : 0)),
  );
  const { declared, consecutive, minCalls, failureRate } = breakerFacts(neighbour);
  return failed >= (declared ? Math.min(consecutive ?? minCalls, minCalls * failureRate) : fewFailures);
}
