import { gapsOf } from "./attempts.ts";
import { many, percent } from "./judgement.ts";
import { callsIn } from "./load-view.ts";
import type { LoadEvidence, ObservedCall } from "./model.ts";
import { median, quantile, sum } from "./stats.ts";

/** Calls that failed at one moment, and how those of them that tried again arrived. */
export interface HerdView {
  readonly load: LoadEvidence;
  readonly calls: readonly ObservedCall[];
  /** How close together most of their first attempts arrived: what this machine does to calls that begin at one moment. */
  readonly controlMs: number;
  /** By the number of the retry, from 1. */
  readonly waves: readonly Wave[];
}

/** The same retry of all calls of a herd. */
export interface Wave {
  readonly retry: number;
  readonly calls: number;
  /** The median wait before it. */
  readonly waitMs: number;
  readonly windowMs: number;
  /** The shortest time in which most of them arrived. */
  readonly widthMs: number;
  /** The largest share of its arrivals within one window. */
  readonly share: number;
}

const healthyShare = 0.9;
const strayShare = 0.05;
/** The share of arrivals that counts as most of them: what a herd that comes back together is told by. */
const mostOf = 0.85;

/** What a herd shows, or why it shows nothing. */
export function viewHerd(load: LoadEvidence, least: number): HerdView | string {
  const failing = callsIn(load, "failing");
  const gap = load.problem ?? gapOf(load, failing);
  if (gap !== null) return gap;
  const calls = heldTogether(failing);
  if (calls.length < least) {
    return `only ${calls.length} of ${many(failing.length, "call")} that began at once could be held at one moment, ${least} are needed: a limiter, a bulkhead or a small pool of connections keeps them apart, or this machine is slow`;
  }
  const controlMs = narrowest(arrivalsOf(calls, 0));
  const longest = Math.max(...calls.map((call) => call.attempts.length));
  const waves = Array.from({ length: longest - 1 }, (_, index) => waveOf(calls, index + 1, controlMs));
  return { load, calls, controlMs, waves };
}

/** What rules the calls out, or `null`. */
function gapOf(load: LoadEvidence, failing: readonly ObservedCall[]): string | null {
  const healthy = callsIn(load, "healthy");
  const well = healthy.filter((call) => call.outcome === "succeeded" && call.attempts.length > 0).length;
  if (healthy.length === 0 || failing.length === 0) return "no calls were made at once";
  if (well / healthy.length < healthyShare) {
    return `made at once, without any fault, ${percent(well / healthy.length)} of ${healthy.length} calls reached the provider and succeeded, 90 % are needed`;
  }
  const requests = sum(load.calls.map((call) => call.attempts.length)) + load.strays;
  if (load.strays / Math.max(1, requests) <= strayShare) return null;
  return `${load.strays} of ${requests} requests carry neither \${call.id} nor the trace of a call, so calls cannot be told apart`;
}

/** Calls whose first attempt was waiting when the answers were let go. */
function heldTogether(failing: readonly ObservedCall[]): ObservedCall[] {
  const held = failing.filter(({ attempts: [first] }) => first?.fault?.spec.kind === "gather");
  const firedMs = Math.min(
    ...held.map(({ attempts: [first] }) => first?.firedMs ?? Number.POSITIVE_INFINITY),
  );
  return held.filter(
    ({ attempts: [first] }) => first !== undefined && first.firedMs !== null && first.arrivedMs <= firedMs,
  );
}

function waveOf(calls: readonly ObservedCall[], retry: number, controlMs: number): Wave {
  const arrivals = arrivalsOf(calls, retry);
  const waitMs = median(calls.flatMap((call) => gapsOf(call.attempts)[retry - 1] ?? []));
  const windowMs = Math.max(0.1 * waitMs, 1.5 * controlMs);
  const share = largestShare(arrivals, windowMs);
  return { retry, calls: arrivals.length, waitMs, windowMs, widthMs: narrowest(arrivals), share };
}

function arrivalsOf(calls: readonly ObservedCall[], retry: number): number[] {
  return calls.flatMap((call) => call.attempts[retry]?.arrivedMs ?? []).toSorted((a, b) => a - b);
}

function largestShare(arrivals: readonly number[], windowMs: number): number {
  const within = arrivals.map(
    (from, index) => arrivals.slice(index).filter((at) => at - from <= windowMs).length,
  );
  return Math.max(0, ...within) / Math.max(1, arrivals.length);
}

/** The shortest time in which most of these arrived. */
function narrowest(arrivals: readonly number[]): number {
  const most = Math.ceil(mostOf * arrivals.length);
  const widths = arrivals.slice(most - 1).map((last, index) => last - (arrivals[index] ?? last));
  return widths.length === 0 ? quantile(arrivals, 1) - quantile(arrivals, 0) : Math.min(...widths);
}
