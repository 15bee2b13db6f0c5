import { breakerFacts } from "../../breaker-facts.ts";
import { budget as check } from "../../checks/budget.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import { outageLoadName } from "../../load-experiments.ts";
import type { Evidence, LoadEvidence, Target } from "../../model.ts";
import { isNotApplicable } from "../../plan.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { evidenceOf, metOutage } from "../natural-evidence.ts";
import { open, uncountable, unproven } from "../words.ts";

/** As many failing calls as a verification needs: the tokens of a budget may last for a hundred retries. */
const failingMin = 100;
/** In an outage so many of the calls fail. */
const outageShare = 0.95;
/** Calls that were well right before it, by which the outage is known to be one. */
const healthyBefore = 12;

/** Do retries stay a small share of the traffic in a long outage? */
export const budget: PassiveRule = {
  check: "budget",
  says: ["pass", "fail", "advice"],
  needs: "An outage in which 100 calls in a row failed by 5xx, with the calls that came in meanwhile.",
  judge: (view) => {
    const target = asDriven(view.target);
    if (isNotApplicable(check.about(target))) return judgeOne(check, evidenceOf(view, {}), target);
    const gap = uncountable(view) ?? unproven(view);
    if (gap !== null) return gap;
    if (!view.shows.times)
      return open("attempts have no times by which requests and calls could be counted together");
    const outage = outageIn(view.calls);
    if (outage.calls.length < failingMin) {
      return open(
        `the longest outage had ${many(outage.calls.length, "failing call")} in a row, ${failingMin} are needed`,
      );
    }
    return judgeOne(check, withLoad(view, outage), target);
  },
};

/** The check leaves out what Holdfast may not put under load; here the load came by itself. */
function asDriven(target: Target): Target {
  return { ...target, contract: { ...target.contract, service: null } };
}

interface Outage {
  readonly before: readonly NaturalCall[];
  readonly calls: readonly NaturalCall[];
}

/** The longest row of calls of which nearly all failed for good. */
function outageIn(calls: readonly NaturalCall[]): Outage {
  const down = new Set(metOutage(calls));
  let best: Outage = { before: [], calls: [] };
  let from = 0;
  let well = 0;
  for (const [at, call] of calls.entries()) {
    if (!down.has(call)) well++;
    while (
      from <= at &&
      (well > (1 - outageShare) * (at - from + 1) || !down.has(calls[from] as NaturalCall))
    ) {
      if (!down.has(calls[from] as NaturalCall)) well--;
      from++;
    }
    if (at - from + 1 <= best.calls.length) continue;
    best = {
      before: calls.slice(Math.max(0, from - 3 * healthyBefore), from),
      calls: calls.slice(from, at + 1),
    };
  }
  const healthy = best.before.filter(({ kinds }) => kinds[0] === null).slice(-healthyBefore);
  return { ...best, before: healthy };
}

/** The outage as the load that a verification would have made. */
function withLoad(view: TrafficView, { before, calls }: Outage): Evidence {
  const evidence = evidenceOf(view, { [outageLoadName]: calls });
  const found = evidence.experiments[outageLoadName];
  const startMs = calls[0]?.startedMs ?? 0;
  const endMs = (calls.at(-1)?.startedMs ?? 0) + 1;
  const fromMs = before[0]?.startedMs ?? startMs;
  const load: LoadEvidence = {
    record: {
      type: "load",
      experiment: outageLoadName,
      instance: "",
      startedMs: fromMs,
      endedMs: endMs,
      stages: [
        { name: "healthy", startedMs: fromMs, endedMs: startMs, seen: false },
        { name: "failing", startedMs: startMs, endedMs: endMs, seen: false },
      ],
      withheld: 0,
      stoppedBecause: null,
    },
    calls: [...before, ...calls],
    strays: 0,
    problem: null,
  };
  if (found === undefined) return evidence;
  const cutOffMs = breakerFacts(view.target).openMs;
  const procedure = { kind: "load", stages: [], inFlightMax: 0, callsMax: 0, cutOffMs } as const;
  const experiment = { ...found.experiment, procedure };
  return {
    ...evidence,
    experiments: { [outageLoadName]: { ...found, experiment, calls: [], loads: [load] } },
  };
}
