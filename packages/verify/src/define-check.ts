import { firedIn } from "./attempts.ts";
import { isOneCall } from "./experiments.ts";
import { many, percent, say } from "./judgement.ts";
import type { Check, Evidence, ExperimentSpec, Judgement, Target } from "./model.ts";
import { stoodStillBecause } from "./standstills.ts";
import { median } from "./stats.ts";

/** A check as it is written: `defineCheck` adds the gates. */
export interface CheckDefinition<Subject> extends Check<Subject> {
  /**
   * The experiments without which nothing can be said; all that are planned and no reserve when left out. An empty list
   * lifts the gate: the check then looks after itself.
   */
  needs?(subject: Subject, target: Target): readonly string[];
  /** Whether it may judge a service whose baseline is not green: only the check that says it is dead. */
  readonly withoutBaseline?: boolean;
  /**
   * Whether it counts or compares the attempts of a call. Where a healthy call makes several requests of the operation, those
   * cannot be told from attempts, and the verdict is inconclusive.
   */
  readonly countsAttempts?: boolean;
  /**
   * Whether it may accuse a sound consumer on a machine that hardly runs, because it is about how long things take or about what is done
   * while time runs out. Not for what no delay brings about: a process that dies, an attempt too many, a request that changes.
   */
  readonly timed?: boolean;
}

/** Healthy calls that a green baseline takes, and the share of them that must succeed. */
const baselineMin = 5;
const baselineShare = 0.95;

/**
 * A check that says nothing it has not earned: without a green baseline that used the operation, without enough samples, or
 * when the fault never took hold, the verdict is inconclusive and says why.
 */
export function defineCheck<Subject>(definition: CheckDefinition<Subject>): Check<Subject> {
  return {
    ...definition,
    judge: (subject, seen, target) => {
      const planned = definition.plan(subject, target).map(({ name }) => name);
      const evidence = { ...seen, experiments: visible(seen.experiments, planned) };
      const baseline = definition.withoutBaseline === true ? null : baselineGap(evidence, target);
      if (baseline !== null) return baseline;
      const gap = experimentGap(definition, subject, evidence, target);
      const found = gap ?? definition.judge(subject, evidence, target);
      const several = definition.countsAttempts === true ? severalRequests(evidence, target) : null;
      if (several !== null && found.verdict !== "not-applicable") return several;
      return withStops(unlessStarved(found, definition.timed === true, evidence), planned, evidence);
    },
  };
}

/**
 * From this share on a machine is too busy to accuse anybody of being late. Beside two processes that burn its two cores and two other
 * verifications it stood still for 10 % of the time at most; where it was 19 % and more, sound consumers were told to be late.
 */
const starvedShare = 0.15;

/** What comes late on a machine that hardly runs may be its own doing: the verdict is open, and says what was seen. */
function unlessStarved(found: Judgement, timed: boolean, { stoodStill }: Evidence): Judgement {
  const accuses = found.verdict === "fail" || found.verdict === "advice";
  if (!timed || !accuses || stoodStill < starvedShare) return found;
  const { severity: _, diagnosis: __, ...seen } = found;
  const because = `${stoodStillBecause} for ${percent(stoodStill)} of the run, which may be why ${found.because}`;
  return { ...seen, verdict: "inconclusive", because };
}

/** Samples that are more than one call are for the checks that planned them: elsewhere they would be taken for calls. */
function visible(experiments: Evidence["experiments"], planned: readonly string[]): Evidence["experiments"] {
  const own = Object.entries(experiments).filter(
    ([name, found]) => isOneCall(found.experiment) || planned.includes(name),
  );
  return Object.fromEntries(own);
}

/** Why attempts cannot be counted: a healthy call sends the operation's request more than once. `null` when they can. */
function severalRequests(evidence: Evidence, { operation }: Target): Judgement | null {
  const counts = evidence.healthy.map((call) => call.attempts.length).filter((count) => count > 0);
  const usual = counts.length === 0 ? 1 : median(counts);
  if (usual <= 1) return null;
  const because = `a healthy call makes ${many(Math.round(usual), "request")} of ${operation.name}, so attempts cannot be told from them; give each its own operation (method and path) in the contract, or let a scenario make one`;
  return say("inconclusive", because, evidence.healthy);
}

/** Why the baseline proves nothing, or `null` when it is green. */
export function baselineGap(evidence: Evidence, { integration, operation }: Target): Judgement | null {
  const { healthy } = evidence;
  if (healthy.length < baselineMin) {
    return inconclusive(`only ${many(healthy.length, "healthy call")} were seen, ${baselineMin} are needed`);
  }
  const succeeded = healthy.filter((call) => call.outcome === "succeeded").length;
  if (succeeded / healthy.length < baselineShare) {
    const share = percent(succeeded / healthy.length);
    return inconclusive(
      `without any fault only ${share} of ${healthy.length} calls succeeded, 95 % are needed`,
    );
  }
  const used = healthy.filter((call) => call.attempts.length > 0).length;
  if (used / healthy.length < baselineShare) {
    const name = `${integration.name}.${operation.name}`;
    return inconclusive(
      `${used} of ${healthy.length} healthy calls reached ${name}, so its faults prove nothing`,
    );
  }
  return null;
}

function experimentGap<Subject>(
  definition: CheckDefinition<Subject>,
  subject: Subject,
  evidence: Evidence,
  target: Target,
): Judgement | null {
  const planned = definition.plan(subject, target).filter((one) => one.samples > 0);
  const needed = definition.needs?.(subject, target) ?? planned.map((one) => one.name);
  for (const name of needed) {
    const gap = sampleGap(
      name,
      planned.find((one) => one.name === name),
      evidence,
    );
    if (gap !== null) return gap;
  }
  return null;
}

/** An open verdict that also says why it lacks samples: its experiments were stopped early (a cap, a budget, a host), or the machine stood still. */
function withStops(judged: Judgement, planned: readonly string[], { experiments }: Evidence): Judgement {
  if (judged.verdict !== "inconclusive") return judged;
  const stops = planned
    .flatMap((name) => experiments[name]?.setAside ?? [])
    .filter(({ call }) => call === "");
  const untold = new Set(stops.map(({ because }) => because).filter((why) => !judged.because.includes(why)));
  const lost = planned
    .flatMap((name) => experiments[name]?.setAside ?? [])
    .filter(({ because }) => because.startsWith(stoodStillBecause)).length;
  const more = [
    ...(untold.size === 0 ? [] : [`stopped early: ${[...untold].join("; ")}`]),
    ...(lost === 0 || judged.because.includes(stoodStillBecause)
      ? []
      : [`${many(lost, "sample")} set aside, during which ${stoodStillBecause}`]),
  ];
  return more.length === 0 ? judged : { ...judged, because: [judged.because, ...more].join("; ") };
}

/** Why an experiment proves nothing, or `null` when it has its samples and its fault took hold. */
export function sampleGap(
  name: string,
  planned: ExperimentSpec | undefined,
  evidence: Evidence,
): Judgement | null {
  const found = evidence.experiments[name];
  if (found === undefined) {
    const least = planned?.profile;
    const where = least === undefined ? "" : `; it belongs to --profile ${least}`;
    return inconclusive(`the experiment ${name} did not run${where}`);
  }
  const least = Math.min(3, planned?.samples ?? 3);
  if (found.calls.length < least) {
    const reasons = found.setAside.map((one) => one.because);
    const why = reasons.length === 0 ? "" : ` (${[...new Set(reasons)].slice(0, 2).join("; ")})`;
    const counted = `${many(found.calls.length, "sample")} of ${name} can be judged, ${least} are needed${why}`;
    return { ...inconclusive(counted), more: { experiment: name, samples: least, buys: "enough samples" } };
  }
  const faulty = found.experiment.program.steps.some((step) => step.fault !== null);
  const fired = firedIn(found.calls);
  if (faulty && fired < least) {
    return say(
      "inconclusive",
      `the fault of ${name} took hold on ${fired} exchanges, ${least} are needed`,
      found.calls,
    );
  }
  return null;
}

function inconclusive(because: string): Judgement {
  return say("inconclusive", because, []);
}
