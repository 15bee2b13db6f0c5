import { holeOf, type Wait, waitsOf } from "../connect-waits.ts";
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
  rule: "Each attempt to connect is given up (its socket gone, the next one begun or the caller answered, whichever is first) within the declared connect timeout, else 5 s, with 5 % or 300 ms to spare for the median of the calls' longest waits. Whatever ends the wait, a connect timeout, an attempt timeout or the deadline, keeps the bound. One that is not seen to end is a hang and fails. Where the provider is reached over TLS the same holds of a connection that is accepted and whose TLS handshake gets no answer.",
  source:
    "AWS FIS and Chaos Mesh black-hole a port; attempts are read from the kernel's table of sockets; 5 s is a lost SYN sent twice more; holdfast guide connect",
  required: true,
  timed: true,
  about: (target) => connectLimit(target),
  commitment: policyPath("connectTimeout"),
  plan: (_, target) => waysOf(target).map((way) => unanswered(target, way)),
  needs: () => [],
  judge: (limit, evidence, target) => {
    const judged = waysOf(target).map((way) => judgeWay(way, limit, evidence, target));
    const worst = ["fail", "advice", "inconclusive"].flatMap(
      (verdict) => judged.find((one) => one.verdict === verdict) ?? [],
    )[0];
    return worst ?? both(judged);
  },
});

/** Where a provider that is there does not answer: connecting, or in the TLS handshake behind it. */
interface Way {
  readonly experiment: string;
  readonly summary: string;
  /** `an attempt to connect`, `a TLS handshake`; and how several are counted. */
  readonly one: string;
  readonly several: string;
  counted(count: number): string;
  readonly unanswered: string;
  readonly diagnosis: string;
}

const connecting: Way = {
  experiment: "black-hole",
  summary: "No attempt to connect gets an answer.",
  one: "an attempt to connect",
  several: "attempts to connect",
  counted: (count) => `${many(count, "attempt")} to connect`,
  unanswered: "nobody answered",
  diagnosis:
    "Nothing ends an attempt to connect before the kernel does, and that takes about two minutes: a provider whose network is gone holds every caller for so long.",
};

const securing: Way = {
  experiment: "tls-hang",
  summary: "Connections are accepted, and their TLS handshake gets no answer.",
  one: "a TLS handshake",
  several: "TLS handshakes",
  counted: (count) => many(count, "TLS handshake"),
  unanswered: "the provider had accepted the connection and said nothing",
  diagnosis:
    "The time limit ends when the connection is there, and the one of the answer begins with the request: in between, in the TLS handshake, nothing limits the wait.",
};

function waysOf({ integration }: Target): readonly Way[] {
  return integration.tls ? [connecting, securing] : [connecting];
}

function judgeWay(way: Way, limit: Limit, evidence: Evidence, target: Target): Judgement {
  const { experiment } = way;
  const calls = callsOf(evidence, experiment);
  if (evidence.experiments[experiment] === undefined)
    return say("inconclusive", `the experiment ${experiment} did not run`, calls);
  const holes = calls.flatMap((call) => holeOf(call, evidence) ?? []);
  if (holes.some(({ counted }) => !counted)) {
    const why = "this system does not show who tries to connect: run it on Linux";
    return say("inconclusive", why, calls);
  }
  const tried = calls.map((call) => waitsOf(call, evidence)).filter((waits) => waits.length > 0);
  const allowedMs = limit.value + Math.max(300, 0.05 * limit.value);
  const waits = tried.flat();
  const judged = { way, calls, target, limit };
  const endless = waits.filter((one) => !one.givenUp && one.waitedMs > allowedMs);
  if (endless.length > 0) return hang(endless, waits, judged);
  const ended = tried.map((one) => one.filter(({ givenUp }) => givenUp)).filter((one) => one.length > 0);
  if (ended.length < 3) {
    const seen = `${ended.length} of ${many(calls.length, "call")} tried to connect and were seen to give up while ${way.unanswered}, 3 are needed`;
    const more = { experiment, samples: 3, buys: "enough attempts to connect" };
    return say("inconclusive", seen, calls, ended.length > 0 ? { more } : {});
  }
  return judgeWaits(ended, allowedMs, judged);
}

/** All ways kept the bound: the first one's figures, and what is to say of each. */
function both(judged: readonly Judgement[]): Judgement {
  const [first, ...others] = judged as [Judgement, ...Judgement[]];
  return { ...first, because: [first, ...others].map(({ because }) => because).join("; ") };
}

/** Nobody answers who connects: neither accepted nor refused, and nothing that was kept alive is left. */
function unanswered(target: Target, { experiment, summary }: Way): ExperimentSpec {
  const deadline = deadlineLimit(target);
  const callMs = deadline.declared ? Math.min(20_000, deadline.value + 1_000) : 0;
  const horizonMs = Math.max(horizonOf(connectLimit(target).value), callMs);
  const samples = attemptLimit(target).declared ? 4 : 3;
  return spec(target, experiment, summary, once({ kind: experiment }), {
    ...longWatch(target, horizonMs),
    samples,
    samplesMax: samples * 2,
    connection: "fresh",
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
  { way, calls, target, limit }: Judged,
): Judgement {
  const watchedMs = largest(endless.map((one) => one.waitedMs));
  const because = `${way.counted(endless.length)} were not seen to be given up within ${millis(watchedMs)} while ${way.unanswered}, against ${limitText(limit)}`;
  return say("fail", because, calls, {
    fired: waits.length,
    limit: limitOf(limit),
    estimate: { name: `${way.one} still goes on after`, value: watchedMs, unit: "ms" },
    diagnosis: way.diagnosis,
    severity: severityOf(target, "harm") ?? "high",
    evidence: endless
      .slice(0, 3)
      .map((one) => cite(one.call, `still connecting after ${millis(one.waitedMs)}`)),
  });
}

interface Judged {
  readonly way: Way;
  readonly calls: readonly ObservedCall[];
  readonly target: Target;
  readonly limit: Limit;
}

function judgeWaits(
  byCall: readonly (readonly Wait[])[],
  allowedMs: number,
  { way, calls, target, limit }: Judged,
): Judgement {
  const exact = byCall.flatMap((waits) => longestOf(waits.filter((one) => one.exact)));
  if (exact.length >= 3 && middleOf(exact) > allowedMs) return late(exact, { way, calls, target, limit });
  const longest = byCall.flatMap(longestOf);
  const middle = middleOf(longest);
  const shared = { fired: byCall.flat().length, limit: limitOf(limit), estimate: estimateOf(longest) };
  if (middle > allowedMs) {
    const because = `the next attempt to connect began ${millis(middle)} after the one before (median of the longest), later than ${limitText(limit)}, but sockets went on meanwhile: the wait cannot be told from the pause between attempts`;
    return say("inconclusive", because, calls, shared);
  }
  const counted = `${way.counted(byCall.flat().length)} in ${many(longest.length, "call")} were given up after ${millis(middle)} (median of the longest)`;
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

function late(longest: readonly Wait[], { way, calls, target, limit }: Judged): Judgement {
  const middle = middleOf(longest);
  const accidental = middle >= libraryDefault.fromMs && middle <= libraryDefault.toMs;
  const chosen = accidental ? "; that is the default of undici and OkHttp, so nobody chose it" : "";
  const because = `${way.several} were given up after ${millis(middle)} (median of the longest in ${many(longest.length, "call")}), later than ${limitText(limit)}${chosen}`;
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
      .map((one) => cite(one.call, `${way.one} lasted ${millis(one.waitedMs)}`)),
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
