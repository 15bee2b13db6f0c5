import type { Policy } from "@holdfast/core";
import { gapsOf } from "../attempts.ts";
import { whyNoLoad } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { callsInAll, herdCallsMin, herdName, herdSize, herds } from "../herd-experiments.ts";
import { type HerdView, viewHerd, type Wave } from "../herd-view.ts";
import { cite, failIf, many, percent, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Check, Evidence, Judgement, LoadEvidence, Target } from "../model.ts";
import { sum, wilson } from "../stats.ts";

/** From this share on a herd comes back together; up to the other it comes back apart. */
const togetherFrom = 0.85;
const apartUpTo = 0.5;
/** A wait that is longer than the control by less than this may be parted by the machine. */
const controlTimes = 10;
/** How much wider than these a herd must arrive lest it be the machine that parted it: what it does to calls that begin at one moment, and its late timers. */
const widthTimes = { control: 6, noise: 2 } as const;
/** Shorter waits are none. */
const waitMinMs = 10;
/** Where no more retries than these come for all calls of a herd, there is no herd to come back. */
const heldDownUpTo = 0.25;

/** Do callers that failed at one moment come back apart? */
export const spreadsRetries: Check<Policy> = defineCheck<Policy>({
  id: "spreads-retries",
  item: "reliability/retries",
  question: "Do calls that failed at one moment come back spread out, and not as one herd?",
  rule: "Of the calls that failed at one moment, at most 50 % arrive again within a tenth of the wait, at the retry with the longest wait. From 85 % on they come back together: a broken commitment where jitter is declared, else advice, as is what lies between.",
  source:
    "Amazon Builders' Library on jitter and thundering herds; thresholds simulated with 50 calls (none 98 %, ±5 % 92 %, ±20 % 36 %, equal 26 %, full 14 %); holdfast guide spreads-retries",
  required: false,
  timed: true,
  countsAttempts: true,
  about: (target) => {
    const { policy } = target.integration;
    if (policy.retry?.attempts === 1) return { notApplicable: "the contract declares a single attempt" };
    if (target.scenario.act.kind === "exec") {
      return {
        notApplicable:
          "a command per call is a process of its own: when they come back is decided by how they start",
      };
    }
    if (policy.rate !== undefined && policy.rate.calls < callsInAll) {
      return {
        notApplicable: `the declared rate of ${many(policy.rate.calls, "call")} keeps calls from being made at one moment`,
      };
    }
    const size = herdSize(target);
    if (size < herdCallsMin) {
      return {
        notApplicable: `as declared at most ${many(size, "call")} may be made at once, and ${herdCallsMin} make a herd`,
      };
    }
    const why = whyNoLoad(target);
    return why === null ? policy : { notApplicable: why };
  },
  commitment: policyPath("retry", "backoff", "jitter"),
  plan: (_, target) => herds(target),
  needs: () => [],
  judge: (policy, evidence, target) => {
    const views = [...new Set([herdName(herdSize(target)), herdName(herdCallsMin)])].flatMap((name) =>
      (evidence.experiments[name]?.loads ?? []).map((load) => viewHerd(load, herdCallsMin)),
    );
    const seen = views.filter((view): view is HerdView => typeof view !== "string");
    if (seen.length === 0) return notSeen(views, evidence, target);
    return judged(seen, policy, evidence, target);
  },
});

function notSeen(views: readonly (HerdView | string)[], evidence: Evidence, target: Target): Judgement {
  const name = herdName(herdSize(target));
  const why = views.find((view) => typeof view === "string");
  const loads = [name, herdName(herdCallsMin)].flatMap((one) => evidence.experiments[one]?.loads ?? []);
  return say("inconclusive", why ?? `the experiment ${name} did not run`, callsIn(loads), { more: smaller });
}

const smaller = {
  experiment: herdName(herdCallsMin),
  samples: 1,
  buys: "a smaller herd on a fresh instance",
};

function callsIn(loads: readonly LoadEvidence[]) {
  return loads.flatMap((load) => load.calls);
}

/** A wave that can be judged, and the herd that it is of. */
interface Judged {
  readonly view: HerdView;
  readonly wave: Wave;
}

function judged(views: readonly HerdView[], policy: Policy, evidence: Evidence, target: Target): Judgement {
  const calls = views.flatMap((view) => view.calls);
  const retried = views.flatMap((view) => view.waves.map((wave) => ({ view, wave })));
  if (retried.length === 0) {
    const because = `none of ${many(calls.length, "call")} that failed at one moment was sent again, so no herd comes back`;
    return say("not-applicable", because, calls);
  }
  const full = retried.filter(({ wave }) => wave.calls >= herdCallsMin);
  if (full.length === 0) return fewRetries(views, policy);
  const waiting = full.filter(({ wave }) => wave.waitMs >= waitMinMs);
  if (waiting.length === 0) {
    return say("not-applicable", "attempts follow at once, so there is no wait to spread", calls);
  }
  const clear = waiting.filter(({ view, wave }) => wave.waitMs >= controlTimes * view.controlMs);
  const [longest] = (clear.length === 0 ? waiting : clear).toSorted((a, b) => b.wave.waitMs - a.wave.waitMs);
  if (longest === undefined) return fewRetries(views, policy);
  const { view, wave } = longest;
  const isWide = wave.share <= apartUpTo && wave.widthMs >= byMachineMs(longest, evidence);
  if (clear.length > 0 || isWide) return verdictOn(longest, clear, { policy, evidence, target });
  const because = `${many(view.calls.length, "call")} that began at one moment arrived within ${millis(view.controlMs)} by themselves, too far apart to tell by waits of ${millis(wave.waitMs)}`;
  return say("inconclusive", because, calls, { more: smaller });
}

/** Something keeps most of the herd from coming back; where that is declared, it is what protects the provider. */
function fewRetries(views: readonly HerdView[], { budget, breaker }: Policy): Judgement {
  const calls = views.flatMap((view) => view.calls);
  const retries = sum(views.flatMap((view) => view.waves.map((wave) => wave.calls)));
  const told = `of ${many(calls.length, "call")} that failed at one moment ${retries} were sent again`;
  const isDeclared = budget !== undefined || breaker !== undefined;
  if (isDeclared && retries <= heldDownUpTo * calls.length) {
    return say("pass", `${told}: the declared budget or breaker keeps the herd from coming back`, calls);
  }
  const because = `${told}, and never ${herdCallsMin} at the same retry: a budget or a breaker leaves too few to see whether they come apart`;
  return say("inconclusive", because, calls, { more: smaller });
}

function verdictOn(
  found: Judged,
  clear: readonly Judged[],
  at: { readonly policy: Policy; readonly evidence: Evidence; readonly target: Target },
): Judgement {
  const { view, wave } = found;
  const told = toldOf(wave);
  const shared = measuredOf(found);
  const doubt = doubtOf(found, clear, at.evidence);
  if (doubt !== null) return say("inconclusive", `${told}${doubt}`, view.calls, { ...shared, more: smaller });
  if (wave.share <= apartUpTo) return say("pass", told, view.calls, shared);
  const isTogether = wave.share >= togetherFrom;
  const isDeclared = (at.policy.retry?.backoff?.jitter ?? "none") !== "none";
  const verdict = failIf(isDeclared && isTogether);
  const because = `${told}: they come back ${isTogether ? "as one herd" : "too close together"}`;
  return say(verdict, because, view.calls, {
    ...shared,
    severity: severityOf(at.target, verdict === "fail" ? "broken" : "advice") ?? "medium",
    diagnosis:
      "Waits are the same, nearly the same, or drawn alike for calls that fail at one moment: whatever makes many calls fail at once is met by all of them at once again.",
    evidence: view.calls
      .slice(0, 3)
      .map((call) => cite(call, `waits ${gapsOf(call.attempts).slice(0, 6).map(millis).join(", ")}`)),
  });
}

function togetherIn({ share, calls }: Wave): number {
  return Math.round(share * calls);
}

function toldOf(wave: Wave): string {
  return `of ${many(wave.calls, "call")} that failed at one moment ${togetherIn(wave)} (${percent(wave.share)}) arrived within ${millis(wave.windowMs)} of one another at retry ${wave.retry}, after waits of ${millis(wave.waitMs)}`;
}

function measuredOf({ view, wave }: Judged) {
  const interval = wilson(togetherIn(wave), wave.calls);
  return {
    estimate: { name: "share that came back together", value: wave.share, unit: "of the calls", interval },
    limit: { name: "share", value: apartUpTo, unit: "of the calls" },
    measured: [
      { name: "spread of calls that began at one moment", value: view.controlMs, unit: "ms" },
      { name: "median wait there", value: wave.waitMs, unit: "ms" },
    ],
  };
}

/** How far the machine may part a herd by itself. */
function byMachineMs({ view }: Judged, { noise }: Evidence): number {
  return Math.max(widthTimes.control * view.controlMs, widthTimes.noise * noise.p99Ms);
}

/** Whether several herds came back together after their longest waits: what parted them after shorter ones was the machine. */
function isAlwaysTogether(clear: readonly Judged[]): boolean {
  const longest = [...Map.groupBy(clear, ({ view }) => view).values()].map((own) =>
    own.reduce((best, one) => (one.wave.waitMs > best.wave.waitMs ? one : best)),
  );
  return longest.length >= 2 && longest.every(({ wave }) => wave.share >= togetherFrom);
}

/** Why a share that was seen may be the machine's doing or chance; `null` when it is neither. */
function doubtOf({ view, wave }: Judged, clear: readonly Judged[], evidence: Evidence): string | null {
  const others = clear.map((one) => one.wave.share);
  const isApart = wave.share <= apartUpTo;
  const opposite = isApart ? Math.max(...others) : Math.min(...others);
  if (isApart ? opposite >= togetherFrom : opposite <= apartUpTo && !isAlwaysTogether(clear)) {
    return `, and at another retry ${percent(opposite)}: this machine may have parted or gathered them`;
  }
  const leastMs = byMachineMs({ view, wave }, evidence);
  if (isApart && wave.widthMs < leastMs) {
    return `, but 85 % of them within ${millis(wave.widthMs)}, and this machine may part calls by ${millis(leastMs)}`;
  }
  const mayBeChance = wilson(togetherIn(wave), wave.calls)[0] <= apartUpTo;
  return !isApart && wave.share < togetherFrom && mayBeChance ? ": between a herd and none" : null;
}
