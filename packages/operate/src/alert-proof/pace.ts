import type { ReadAlert } from "./model.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How often Prometheus evaluates where nobody says: its own default. */
const evaluationMsDefault: number = minuteMs;

/** A scrape each minute, its default as well; a value that is older than five minutes is no value for Prometheus. */
const scrapeMsMax = 4 * minuteMs;
const scrapeMsUsual = minuteMs;
const scrapeMsMin = 15 * secondMs;

/** Values that Prometheus still takes for present ones. */
const lookbackMs = 5 * minuteMs;

/** So much history is put before a fault at most. Rules that look back further are proved with this much, which is told. */
export const historyMsMax: number = 72 * hourMs;

/** An outage that nobody is told of within this time, beside the `for` of a rule, counts as one that nobody is told of. */
export const detectionMsMax: number = hourMs;

/** Evaluations within the longest window, so that one of days costs no more than one of hours. */
const evaluationsPerWindow = 180;

/** How a group of alerts is put to the proof: alerts that look back equally far share one. */
export interface Pace {
  readonly evaluationMs: number;
  readonly scrapeMs: number;
  readonly historyMs: number;
  /** How long the fault lasts, and how long things are watched after it. */
  readonly faultMs: number;
  readonly recoveryMs: number;
  readonly alerts: readonly ReadAlert[];
  /** Whether a longer history was asked for. */
  readonly cut: boolean;
}

/** Alerts by the pace that suits them, the fastest first. */
export function pacesOf(alerts: readonly ReadAlert[]): readonly Pace[] {
  const groups = Map.groupBy(alerts, (alert) =>
    [evaluationOf(alert), scrapeOf(alert), bandOf(alert)].join("/"),
  );
  return [...groups.values()].map(paceOf).toSorted((a, b) => a.historyMs - b.historyMs);
}

function paceOf(alerts: readonly ReadAlert[]): Pace {
  const most = (of: (alert: ReadAlert) => number): number => Math.max(...alerts.map(of));
  const evaluationMs = most(evaluationOf);
  const scrapeMs = most(scrapeOf);
  const whole = (ms: number): number => Math.ceil(ms / evaluationMs) * evaluationMs;
  const longest = most(longestOf);
  return {
    evaluationMs,
    scrapeMs,
    historyMs: whole(longest + lookbackMs + 5 * evaluationMs),
    faultMs: whole(most((one) => one.forMs + Math.min(longestOf(one), detectionMsMax)) + 3 * evaluationMs),
    recoveryMs: whole(most(recoveryOf) + lookbackMs + 2 * evaluationMs),
    alerts,
    cut: alerts.some(({ longestMs }) => longestMs > historyMsMax),
  };
}

function longestOf({ longestMs }: ReadAlert): number {
  return Math.min(longestMs, historyMsMax);
}

/** Errors leave an alert's shortest window first; a window alone is watched until it is empty where that takes an hour at most. */
function recoveryOf({ shortestMs, longestMs, keepFiringForMs }: ReadAlert): number {
  const shortest = Math.min(shortestMs, historyMsMax);
  return Math.max(shortest, Math.min(longestMs, hourMs)) + keepFiringForMs;
}

/** Alerts of one band look back about as far: the history of the furthest is that of all. */
function bandOf(alert: ReadAlert): number {
  return Math.ceil(longestOf(alert) / (2 * hourMs));
}

function evaluationOf(alert: ReadAlert): number {
  const own = alert.intervalMs ?? evaluationMsDefault;
  const coarse = Math.floor(longestOf(alert) / evaluationsPerWindow / minuteMs) * minuteMs;
  return Math.max(own, coarse, secondMs);
}

function scrapeOf(alert: ReadAlert): number {
  const { shortestMs } = alert;
  const wanted = shortestMs === 0 ? scrapeMsUsual : shortestMs / 5;
  const most = Math.max(scrapeMsUsual, Math.min(scrapeMsMax, evaluationOf(alert)));
  const usable = Math.max(scrapeMsMin, Math.min(wanted, most));
  return usable >= minuteMs
    ? Math.floor(usable / minuteMs) * minuteMs
    : Math.floor(usable / scrapeMsMin) * scrapeMsMin;
}
