import { many, percent } from "../judgement.ts";
import type { NoiseRecord } from "../model.ts";
import { largest, median, quantile } from "../stats.ts";
import { wayOf } from "./calm.ts";
import type { Gathered } from "./gathering.ts";
import type { Link, NaturalCall, Shows, TrafficView } from "./model.ts";
import { spotName } from "./natural-attempt.ts";
import type { TargetStore } from "./target-store.ts";

/** The share of calls that must be tied to their requests, and of failing calls that may have lost one. */
const linkedShare = 0.95;
const strayShare = 0.05;
const callersMin = 20;

/** What the rules may look at for one target. */
export function viewOf(store: TargetStore, gathered: Gathered): TrafficView {
  const shows = showsOf(store, gathered);
  const calls = store.calls
    .filter(({ source }) => source === shows.source)
    .toSorted((a, b) => a.startedMs - b.startedMs);
  return {
    target: store.target,
    calls,
    healthy: calls.filter(
      ({ kinds, outcome }) => kinds.length === 1 && kinds[0] === null && outcome === "succeeded",
    ),
    severalShare: store.clean === 0 ? 0 : store.several / store.clean,
    link: linkOf(store, calls, gathered),
    shows,
    noise: noiseOf(calls, shows),
    lines: new Map(calls.flatMap(({ spots }) => spots.map((spot) => [spotName(spot), spot] as const))),
    secrets: gathered.secrets,
  };
}

function showsOf(store: TargetStore, { secrets }: Gathered): Shows {
  const source = (["access-log", "span", "log"] as const).find((one) => store.sources.has(one)) ?? null;
  const times = source === "access-log" || source === "span";
  return {
    source,
    times: times && store.resolutionMs <= 10,
    resolutionMs: times ? store.resolutionMs : 1_000,
    headers: store.headers,
    logLines: secrets.of,
  };
}

/** Clocks are no better than what they write; where no caller was seen, the machines count as busy ones. */
function noiseOf(calls: readonly NaturalCall[], { resolutionMs, times }: Shows): NoiseRecord {
  const unknown = {
    sigmaMs: Math.max(1, 0.6 * resolutionMs),
    p50Ms: 1,
    p99Ms: Math.max(20, 2 * resolutionMs),
    maxMs: 50,
  };
  const waysMs = times ? calls.flatMap(wayOf).map(({ fromMs, toMs }) => toMs - fromMs) : [];
  if (waysMs.length < waysMin) return { type: "noise", samples: 0, ...unknown };
  const p50Ms = median(waysMs);
  return {
    type: "noise",
    samples: waysMs.length,
    sigmaMs: Math.max(0.6 * resolutionMs, 1.4826 * median(waysMs.map((one) => Math.abs(one - p50Ms)))),
    p50Ms,
    p99Ms: Math.max(2 * resolutionMs, quantile(waysMs, 0.99)),
    maxMs: largest(waysMs),
  };
}

/** Fewer tell nothing of the latest one in a hundred. */
const waysMin = 50;

function linkOf(store: TargetStore, calls: readonly NaturalCall[], gathered: Gathered): Link {
  const { callers, linked } = store;
  const failing = calls.filter(({ kinds }) => kinds.some((kind) => kind !== null)).length * store.stride;
  const strays = store.strays.filter(
    ({ startMs, endMs }) => startMs >= gathered.callersFrom && endMs <= gathered.callersTo,
  ).length;
  const because = whyNot({ callers, linked, strays, failing });
  return { callers, linked, strays, failing, proven: because === "", because };
}

function whyNot({ callers, linked, strays, failing }: Omit<Link, "proven" | "because">): string {
  if (callers < callersMin) {
    return `${many(callers, "call")} that came in could be tied to the operation, ${callersMin} are needed to know that no request is missed; add the access log or the spans of the service's own requests`;
  }
  if (linked / callers < linkedShare) {
    return `requests were found for only ${percent(linked / callers)} of ${callers} calls that came in, so what looks like no retry may be one without the id`;
  }
  if (strays > strayShare * failing) {
    return `${many(strays, "request")} of the operation belong to no call that came in, as many as could be retries of the ${failing} calls that met a failure`;
  }
  return "";
}
