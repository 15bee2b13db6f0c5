import { seededRandom } from "@holdfast/core";
import { givenUpMs } from "../attempts.ts";
import { type Wait, waitsOf } from "../checks/attempt.ts";
import { isOneCall } from "../experiments.ts";
import { callsOf, many } from "../judgement.ts";
import { millis, ownTimeMs } from "../limits.ts";
import type { Evidence, ObservedCall } from "../model.ts";
import { largest, median, medianInterval, smallest } from "../stats.ts";
import { connectSeen } from "./connect-seen.ts";
import type { Seen } from "./model.ts";
import { toleranceOf } from "./tolerance.ts";

/** How long connecting, one attempt and a whole call are endured, as silence and a trickle show it. */
export function timeoutsSeen(evidence: Evidence): readonly Seen[] {
  const attempt = attemptTimeoutSeen(evidence);
  const limitMs = typeof attempt?.value === "number" ? attempt.value : null;
  return [connectSeen(evidence, limitMs), attempt, deadlineSeen(evidence, limitMs)].filter(
    (one) => one !== null,
  );
}

/** Fewer than this are an accident. */
const samplesMin = 2;
const random = () => seededRandom(20_260_102);

function attemptTimeoutSeen(evidence: Evidence): Seen | null {
  const calls = callsOf(evidence, "hang-forever");
  const whole = calls.flatMap((call) => uncut(waitsOf(call)));
  if (whole.length === 0) return null;
  const experiments = ["hang-forever"];
  const waited = whole.filter((one) => one.givenUp).map((one) => one.waitedMs);
  const limitMs = median(waited);
  const open = whole.filter((one) => !one.givenUp).map((one) => one.waitedMs);
  const beyond = open.filter(
    (waitedMs) => !(waitedMs <= limitMs + slack("attemptTimeout", limitMs, evidence)),
  );
  if (waited.length < samplesMin || beyond.length > 0) {
    const watchedMs = largest([...open, ...waited]);
    const note = `not seen to give an attempt up within ${millis(watchedMs)}`;
    return {
      field: "attemptTimeout",
      value: null,
      atLeast: watchedMs,
      note,
      samples: whole.length,
      experiments,
    };
  }
  return {
    field: "attemptTimeout",
    value: limitMs,
    interval: medianInterval(waited, random()),
    note: `${many(waited.length, "unanswered attempt")} given up`,
    samples: waited.length,
    experiments,
  };
}

/** The last attempt of a call may be cut short by the deadline: then it says nothing about one attempt. */
function uncut(waits: readonly Wait[]): readonly Wait[] {
  const last = waits.at(-1);
  const before = waits.slice(0, -1).map((one) => one.waitedMs);
  if (last === undefined || before.length === 0) return waits;
  const isCut = last.waitedMs < cutShare * median(before) - 50;
  return isCut ? waits.slice(0, -1) : waits;
}

/** An attempt this much shorter than another one was ended by something else than its own timeout. */
const cutShare = 0.9;

function deadlineSeen(evidence: Evidence, limitMs: number | null): Seen | null {
  const calls = callsOf(evidence, "hang-forever", "drip-forever").filter((call) => call.attempts.length > 0);
  if (calls.length === 0) return null;
  const experiments = ["hang-forever", "drip-forever"].filter((name) => name in evidence.experiments);
  const shared = { field: "deadline", samples: calls.length, experiments } as const;
  const longestMs = longestCallMs(evidence);
  const cut = experiments.flatMap((name) => cutsOf(callsOf(evidence, name), limitMs, evidence));
  const deadlineMs = median(cut);
  if (
    cut.length >= samplesMin &&
    isOne(cut) &&
    longestMs <= deadlineMs + slack("deadline", deadlineMs, evidence)
  ) {
    const note = `${many(cut.length, "call")} ended in the middle of an attempt or a wait`;
    const interval = medianInterval(cut, random());
    return { ...shared, value: deadlineMs, interval, note, samples: cut.length };
  }
  const open = calls.filter((call) => call.endedMs === null).length;
  const single = limitMs !== null && open === 0 && calls.every((call) => call.attempts.length === 1);
  const value = { value: null, atLeast: longestMs } as const;
  if (single && longestMs <= limitMs + slack("deadline", limitMs, evidence)) {
    const note = `a call ends with its one attempt: which of the two is limited cannot be told`;
    return { ...shared, ...value, atLeast: Math.min(longestMs, limitMs), possible: [limitMs], note };
  }
  const note =
    open > 0
      ? `${open} of ${many(calls.length, "call")} not seen to end within ${millis(longestMs)}`
      : `every call ended by itself, after ${millis(longestMs)} at most`;
  return { ...shared, ...value, note };
}

/** A deadline ends the calls of one experiment alike: where most end by themselves, the others were late. */
function cutsOf(calls: readonly ObservedCall[], limitMs: number | null, evidence: Evidence): number[] {
  const cut = calls.flatMap((call) => cutAtMs(call, limitMs, evidence));
  return 2 * cut.length >= calls.filter((call) => call.attempts.length > 0).length ? cut : [];
}

/** When a call was ended although an attempt had time left, or while it waited for the next; nothing when it ended by itself. */
function cutAtMs(call: ObservedCall, limitMs: number | null, evidence: Evidence): number[] {
  const [first, last] = [call.attempts[0], call.attempts.at(-1)];
  if (call.endedMs === null || first === undefined || last === undefined) return [];
  const endMs = givenUpMs(call, last) ?? call.endedMs;
  const heldMs = endMs - last.arrivedMs;
  const spare = limitMs === null ? 0 : slack("attemptTimeout", limitMs, evidence) + 0.05 * limitMs;
  const inAttempt = limitMs !== null && Math.abs(heldMs - limitMs) > spare;
  if (inAttempt && (call.attempts.length > 1 || heldMs > limitMs)) return [endMs - first.arrivedMs];
  const inWait = call.endedMs - endMs > inWaitMs + 2 * evidence.noise.p99Ms;
  return inWait && call.attempts.length > 1 ? [call.endedMs - first.arrivedMs] : [];
}

/** A call that ends so long after its last attempt was waiting for another one. */
const inWaitMs = 300;

/** Whether times are one and the same limit. */
function isOne(timesMs: readonly number[]): boolean {
  return largest(timesMs) - smallest(timesMs) <= Math.max(150, 0.15 * median(timesMs));
}

/** How long calls were seen to last, the service's own time left out; of many the second longest, because machines stumble. */
function longestCallMs(evidence: Evidence): number {
  const ownMs = ownTimeMs(evidence);
  // A sample that is more than one call lasts as long as what was done to it.
  const took = Object.values(evidence.experiments)
    .filter((one) => isOneCall(one.experiment))
    .flatMap((one) => one.calls)
    .map((call) => (call.endedMs ?? call.watchedUntilMs) - call.startedMs - ownMs)
    .toSorted((a, b) => b - a);
  return Math.max(0, took[took.length >= 5 ? 1 : 0] ?? 0);
}

function slack(field: "attemptTimeout" | "deadline", value: number, { noise }: Evidence): number {
  return toleranceOf(field, value, noise.p99Ms);
}
