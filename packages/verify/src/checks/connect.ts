import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { longWatch, once, spec } from "../experiments.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import {
  attemptLimit,
  connectLimit,
  deadlineLimit,
  horizonOf,
  type Limit,
  limitText,
  millis,
} from "../limits.ts";
import type { Check, Evidence, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, median, smallest, zeroBound } from "../stats.ts";

/** Is an attempt to connect given up in time? */
export const connect: Check<Limit> = defineCheck<Limit>({
  id: "connect",
  item: "reliability/timeouts",
  question: "When nobody answers the handshake, is the attempt to connect given up in time?",
  rule: "Each attempt to connect is given up (its socket gone, the next one begun or the caller answered, whichever is first) within the declared connect timeout, else 5 s, with 5 % or 300 ms to spare for the median of the calls' longest waits. Whatever ends the wait, a connect timeout, an attempt timeout or the deadline, keeps the bound. One that is not seen to end is a hang and fails.",
  source:
    "AWS FIS and Chaos Mesh black-hole a port; attempts are read from the kernel's table of sockets; 5 s is a lost SYN sent twice more; holdfast guide connect",
  required: true,
  about: (target) => connectLimit(target),
  commitment: policyPath("connectTimeout"),
  plan: (_, target) => [unanswered(target)],
  needs: () => [],
  judge: (limit, evidence, target) => {
    const calls = callsOf(evidence, "black-hole");
    if (evidence.experiments["black-hole"] === undefined)
      return say("inconclusive", "the experiment black-hole did not run", calls);
    const holes = calls.flatMap((call) => holeOf(call, evidence) ?? []);
    if (holes.some(({ counted }) => !counted)) {
      const why = "this system does not show who tries to connect: run it on Linux";
      return say("inconclusive", why, calls);
    }
    const tried = calls.map((call) => waitsOf(call, evidence)).filter((waits) => waits.length > 0);
    const allowedMs = limit.value + Math.max(300, 0.05 * limit.value);
    const waits = tried.flat();
    const endless = waits.filter((one) => !one.givenUp && one.waitedMs > allowedMs);
    if (endless.length > 0) return hang(endless, waits, calls, target, limit);
    const ended = tried.map((one) => one.filter(({ givenUp }) => givenUp)).filter((one) => one.length > 0);
    if (ended.length < 3) {
      const seen = `${ended.length} of ${many(calls.length, "call")} tried to connect and were seen to give up while nobody answered, 3 are needed`;
      const more = { experiment: "black-hole", samples: 3, buys: "enough attempts to connect" };
      return say("inconclusive", seen, calls, ended.length > 0 ? { more } : {});
    }
    return judgeWaits(ended, allowedMs, { calls, target, limit });
  },
});

/** Nobody answers who connects: neither accepted nor refused, and nothing that was kept alive is left. */
function unanswered(target: Target): ExperimentSpec {
  const deadline = deadlineLimit(target);
  const callMs = deadline.declared ? Math.min(20_000, deadline.value + 1_000) : 0;
  const horizonMs = Math.max(horizonOf(connectLimit(target).value), callMs);
  const samples = attemptLimit(target).declared ? 4 : 3;
  return spec(target, "black-hole", "No attempt to connect gets an answer.", once({ kind: "black-hole" }), {
    ...longWatch(target, horizonMs),
    samples,
    samplesMax: samples * 2,
    connection: "fresh",
  });
}

/** How long an attempt to connect lasted, and whether it was seen to be given up. */
export interface Wait {
  readonly call: ObservedCall;
  readonly waitedMs: number;
  readonly givenUp: boolean;
  /** False when the next attempt alone shows that it was given up: the pause between them is in the wait then. */
  readonly exact: boolean;
  /** How long the socket itself went on, at least. */
  readonly socketMs: number;
}

function holeOf(call: ObservedCall, { blackHoles }: Evidence) {
  return blackHoles.find((one) => one.armedCall === call.id);
}

/** The attempts to connect of a call: each lasts until its socket is gone, another one begins or the caller is answered. */
export function waitsOf(call: ObservedCall, evidence: Evidence): Wait[] {
  const answeredMs = call.endedMs ?? call.watchedUntilMs;
  const connects = (holeOf(call, evidence)?.connects ?? []).filter(
    ({ beganMs, endedMs }) => beganMs < answeredMs && (endedMs ?? answeredMs) > call.startedMs,
  );
  return connects.map(({ beganMs, endedMs }, index) => {
    const sinceMs = Math.max(beganMs, call.startedMs);
    const ownMs = Math.min(endedMs ?? Number.POSITIVE_INFINITY, call.endedMs ?? Number.POSITIVE_INFINITY);
    const nextMs = connects[index + 1]?.beganMs ?? Number.POSITIVE_INFINITY;
    const untilMs = Math.min(ownMs, nextMs);
    const givenUp = untilMs < Number.POSITIVE_INFINITY;
    const waitedMs = Math.max(0, (givenUp ? untilMs : call.watchedUntilMs) - sinceMs);
    const socketMs = (endedMs ?? call.watchedUntilMs) - beganMs;
    return { call, waitedMs, givenUp, exact: ownMs <= nextMs, socketMs };
  });
}

function longestOf(waits: readonly Wait[]): Wait[] {
  return waits.toSorted((a, b) => b.waitedMs - a.waitedMs).slice(0, 1);
}

function limitOf(limit: Limit) {
  return { name: "connect timeout", value: limit.value, unit: "ms" };
}

function hang(
  endless: readonly Wait[],
  waits: readonly Wait[],
  calls: readonly ObservedCall[],
  target: Target,
  limit: Limit,
): Judgement {
  const watchedMs = largest(endless.map((one) => one.waitedMs));
  const because = `${many(endless.length, "attempt")} to connect were not seen to be given up within ${millis(watchedMs)} while nobody answered, against ${limitText(limit)}`;
  return say("fail", because, calls, {
    fired: waits.length,
    limit: limitOf(limit),
    estimate: { name: "an attempt to connect still goes on after", value: watchedMs, unit: "ms" },
    diagnosis:
      "Nothing ends an attempt to connect before the kernel does, and that takes about two minutes: a provider whose network is gone holds every caller for so long.",
    severity: severityOf(target, "harm") ?? "high",
    evidence: endless
      .slice(0, 3)
      .map((one) => cite(one.call, `still connecting after ${millis(one.waitedMs)}`)),
  });
}

interface Judged {
  readonly calls: readonly ObservedCall[];
  readonly target: Target;
  readonly limit: Limit;
}

function judgeWaits(
  byCall: readonly (readonly Wait[])[],
  allowedMs: number,
  { calls, target, limit }: Judged,
): Judgement {
  const exact = byCall.flatMap((waits) => longestOf(waits.filter((one) => one.exact)));
  if (exact.length >= 3 && middleOf(exact) > allowedMs) return late(exact, { calls, target, limit });
  const longest = byCall.flatMap(longestOf);
  const middle = middleOf(longest);
  const shared = { fired: byCall.flat().length, limit: limitOf(limit), estimate: estimateOf(longest) };
  if (middle > allowedMs) {
    const because = `the next attempt to connect began ${millis(middle)} after the one before (median of the longest), later than ${limitText(limit)}, but sockets went on meanwhile: the wait cannot be told from the pause between attempts`;
    return say("inconclusive", because, calls, shared);
  }
  const counted = `${many(byCall.flat().length, "attempt")} to connect in ${many(longest.length, "call")} were given up after ${millis(middle)} (median of the longest)`;
  const because = `${counted}, within ${limitText(limit)}${endedBy(middle, target)}${goesOn(longest, allowedMs)}`;
  return say("pass", because, calls, { ...shared, bound: zeroBound(longest.length) });
}

function middleOf(waits: readonly Wait[]): number {
  return median(waits.map((one) => one.waitedMs));
}

function estimateOf(longest: readonly Wait[]) {
  const waited = longest.map((one) => one.waitedMs);
  const interval = [smallest(waited), largest(waited)] as const;
  return {
    name: "the longest attempt to connect of a call takes",
    value: median(waited),
    unit: "ms",
    interval,
  };
}

function late(longest: readonly Wait[], { calls, target, limit }: Judged): Judgement {
  const middle = middleOf(longest);
  const accidental = middle >= libraryDefault.fromMs && middle <= libraryDefault.toMs;
  const chosen = accidental ? "; that is the default of undici and OkHttp, so nobody chose it" : "";
  const because = `attempts to connect were given up after ${millis(middle)} (median of the longest in ${many(longest.length, "call")}), later than ${limitText(limit)}${chosen}`;
  return say(failIf(limit.declared), because, calls, {
    fired: longest.length,
    limit: limitOf(limit),
    estimate: estimateOf(longest),
    diagnosis: accidental
      ? "No connect timeout is set: what ends the attempt is the default of the library, which the next version may change."
      : "There is a limit, but it is longer than it should be, or it is that of the whole attempt or call.",
    severity: severityOf(target, limit.declared ? "broken" : "advice") ?? "medium",
    evidence: longest
      .toSorted((a, b) => b.waitedMs - a.waitedMs)
      .slice(0, 3)
      .map((one) => cite(one.call, `an attempt to connect lasted ${millis(one.waitedMs)}`)),
  });
}

/** A limit that nobody set: undici and OkHttp give up after 10 s, undici's coarse timer up to a second later. */
const libraryDefault = { fromMs: 9_900, toMs: 11_200 };

/** Where a timeout of another kind ended the wait, the bound holds all the same. */
function endedBy(middleMs: number, target: Target): string {
  const near = ({ value, declared }: Limit) =>
    declared && Math.abs(middleMs - value) <= Math.max(100, value / 10);
  if (near(connectLimit(target))) return "";
  if (near(attemptLimit(target))) return "; it is the attempt timeout that ends them";
  return near(deadlineLimit(target)) ? "; it is the deadline of the call that ends them" : "";
}

/** A socket that goes on without anybody who waits for it keeps nobody waiting, but is worth saying. */
function goesOn(longest: readonly Wait[], allowedMs: number): string {
  const left = longest.filter((one) => one.socketMs > allowedMs);
  if (left.length === 0) return "";
  const most = millis(largest(left.map((one) => one.socketMs)));
  return `; in ${left.length} of them the socket itself went on for ${most} or more, with nobody waiting`;
}
