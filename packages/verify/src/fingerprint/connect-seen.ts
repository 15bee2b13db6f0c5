import { seededRandom } from "@holdfast/core";
import { waitsOf } from "../connect-waits.ts";
import { callsOf, many } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Evidence } from "../model.ts";
import { largest, median, medianInterval } from "../stats.ts";
import type { Seen } from "./model.ts";
import { toleranceOf } from "./tolerance.ts";

/** Fewer calls that tried to connect are an accident. */
const callsMin = 2;

/** How long connecting is endured while nobody answers; `attemptMs` is how long an attempt is, where that is known. */
export function connectSeen(evidence: Evidence, attemptMs: number | null): Seen | null {
  const tried = callsOf(evidence, "black-hole").map((call) => waitsOf(call, evidence));
  const longest = tried.flatMap((waits) => waits.toSorted((a, b) => b.waitedMs - a.waitedMs).slice(0, 1));
  if (longest.length < callsMin) return null;
  const shared = { field: "connectTimeout", samples: longest.length, experiments: ["black-hole"] } as const;
  const open = longest.filter(({ givenUp }) => !givenUp);
  const exact = longest.filter(({ givenUp, exact }) => givenUp && exact).map(({ waitedMs }) => waitedMs);
  if (open.length > 0 || exact.length < callsMin) {
    const watchedMs = largest(longest.map(({ waitedMs }) => waitedMs));
    const note =
      open.length > 0
        ? `not seen to give up connecting within ${millis(watchedMs)}`
        : "the wait cannot be told from the pause before the next attempt";
    return { ...shared, value: null, ...(open.length > 0 ? { atLeast: watchedMs } : {}), note };
  }
  const value = median(exact);
  const isAttempt =
    attemptMs !== null &&
    Math.abs(value - attemptMs) <= toleranceOf("connectTimeout", attemptMs, evidence.noise.p99Ms);
  if (isAttempt) {
    const note = "connecting ends with the attempt: which of the two is limited cannot be told";
    return { ...shared, value: null, atLeast: value, possible: [value], note };
  }
  const note = `${many(exact.length, "call")} gave up connecting`;
  return { ...shared, value, interval: medianInterval(exact, seededRandom(20_260_104)), note };
}
