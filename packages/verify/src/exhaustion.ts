import { waitingSinceMs } from "./attempts.ts";
import { many, percent } from "./judgement.ts";
import { millis } from "./limits.ts";
import { endedMs, type LoadView } from "./load-view.ts";
import type { Attempt, Measured, ObservedCall } from "./model.ts";
import { mayCutItselfOff, type RowView, tookMs } from "./neighbour-view.ts";
import { largest, median, quantile } from "./stats.ts";

/** What ran out while an operation hung, as far as it shows from outside. */
export interface Exhaustion {
  /** With the numbers in it. */
  readonly told: string;
  readonly diagnosis: string;
  readonly measured: readonly Measured[];
}

/** Where the calls of a crowded row were lost: before the service listens, before a request goes out, or after. */
export function exhaustionOf(
  row: RowView,
  ready: RowView | undefined,
  views: readonly LoadView[],
): Exhaustion {
  const requests = Math.max(...views.map(({ failing }) => mostRequests(failing)));
  const waited = waitsMs(row);
  const unsent = row.sure.filter((call) => call.attempts.length === 0).length;
  const measured: Measured[] = [
    { name: "requests of the slow operation under way at once, at most", value: requests, unit: "requests" },
    { name: "median wait of the others for their request", value: median(waited), unit: "ms" },
  ];
  if (ready !== undefined && ready.during.length > 0 && ready.state === "disturbed") {
    const late = ready.sure.length;
    return {
      told: `the service did not even answer whether it is ready, ${late} of ${ready.during.length} times (${percent(late / ready.during.length)})`,
      diagnosis:
        "Calls that wait for the provider hold what takes requests in: the threads of the server, its connections, or the event loop.",
      measured,
    };
  }
  const isUnsent = unsent >= row.sure.length / 2;
  const sent = isUnsent
    ? `${unsent} of ${many(row.sure.length, "disturbed call")} sent no request at all`
    : `half of the disturbed calls waited ${millis(median(waited))} before their request went out`;
  if (isUnsent || median(waited) > row.limitMs / 2) {
    return {
      told: `${sent}, while at most ${many(requests, "request")} of the slow operation were under way at once`,
      diagnosis:
        "Calls that wait for the provider hold the places of a pool, a semaphore or a limit that others need as well: sockets, connections, workers.",
      measured,
    };
  }
  return {
    told: "their requests went out in time, and their answers were not read in time",
    diagnosis:
      "What answers calls is busy with those that wait: the event loop, or a worker that reads all answers one after the other.",
    measured,
  };
}

/** How long each disturbed call of a row waited until its first request went out, or in all where none did. */
function waitsMs({ sure }: RowView): number[] {
  return sure.map((call) => {
    const [first] = call.attempts;
    return first === undefined ? tookMs(call) : first.arrivedMs - call.startedMs;
  });
}

/** How many calls were under way at once, at most. */
export function mostUnderWay(calls: readonly ObservedCall[]): number {
  return mostAtOnce(calls.map((call) => [call.startedMs, call.endedMs ?? call.watchedUntilMs]));
}

function mostRequests(calls: readonly ObservedCall[]): number {
  return mostAtOnce(requestsOf(calls));
}

function requestsOf(calls: readonly ObservedCall[]): (readonly [number, number])[] {
  return calls.flatMap((call) => call.attempts).map((one) => [one.arrivedMs, endedMs(one)]);
}

function mostAtOnce(spans: readonly (readonly [fromMs: number, untilMs: number])[]): number {
  return largest([
    0,
    ...spans.map(([at]) => spans.filter(([from, until]) => from <= at && at < until).length),
  ]);
}

/** Those of a row that were refused at once, and not for want of room: nothing was under way, or it may have cut itself off. */
export function refusedOtherwise(row: RowView, views: readonly LoadView[]): readonly ObservedCall[] {
  const isOwn = mayCutItselfOff(row.neighbour, views);
  return row.sure.filter((call) => {
    if (call.attempts.length > 0 || tookMs(call) > row.limitMs) return false;
    return isOwn || isIdle(call, views);
  });
}

/** Those of a row that reached their own provider in time, and were refused by it or kept waiting. */
export function keptByProvider({ sure, before, limitMs }: RowView): readonly ObservedCall[] {
  const usualMs = quantile(before.map(tookMs), 0.95);
  return sure.filter((call) => {
    const inTime = call.attempts.filter((one) => one.arrivedMs <= call.startedMs + limitMs);
    return inTime.some((one) => {
      const { status = 0, completeMs = null } = one.response ?? {};
      if (status >= 400) return true;
      if (completeMs === null) return unansweredMs(one, call) > usualMs;
      return completeMs - waitingSinceMs(one) > limitMs;
    });
  });
}

/** How long a request waited for an answer that never came whole: no part of a call takes longer than the whole call used to. */
function unansweredMs(attempt: Attempt, call: ObservedCall): number {
  if (attempt.end === "provider-closed") return Number.POSITIVE_INFINITY;
  const sinceMs = waitingSinceMs(attempt);
  const closedMs = attempt.consumerClosed?.atMs ?? null;
  if (closedMs !== null) return closedMs - sinceMs;
  return attempt.end === "complete" ? 0 : (call.endedMs ?? call.watchedUntilMs) - sinceMs;
}

/** Whether no request of the slow operation was under way when a call began. */
function isIdle({ startedMs, instance }: ObservedCall, views: readonly LoadView[]): boolean {
  const own = views.find(({ load }) => load.record.instance === instance);
  return !requestsOf(own?.load.calls ?? []).some(([from, until]) => from <= startedMs && startedMs < until);
}
