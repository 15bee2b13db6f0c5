import { outageLoadName } from "../load-experiments.ts";
import { type LoadView, viewLoads } from "../load-view.ts";
import type { Evidence, Target } from "../model.ts";
import { type Pressure, pressureOf } from "../pressure.ts";
import type { Seen } from "./model.ts";

/** Where the last third of an outage has this share of the requests of all of it, nothing holds retries down. */
const unheldShare = 0.9;
/** Fewer requests for each call are no retries to speak of. */
const retriedMin = 1.05;

/** How many retries for each call are left at the end of a long outage: what a retry budget lets through, whatever it counts in. */
export function budgetSeen(evidence: Evidence, target: Target): readonly Seen[] {
  const [view] = viewLoads(evidence, outageLoadName, target).views;
  if (view === undefined) return [];
  const shared = {
    field: "budget.ratio",
    samples: view.failing.length,
    experiments: [outageLoadName],
  } as const;
  const unknown = (note: string): readonly Seen[] =>
    target.integration.policy.budget === undefined ? [] : [{ ...shared, value: null, note }];
  if (view.opening !== null) return unknown("a breaker cut the calls off before retries could add up");
  const pressure = pressureOf(view);
  if (typeof pressure === "string") return unknown(pressure);
  if (pressure.overall < retriedMin) return unknown("no call was made again in the outage");
  const note = `${pressure.overall.toFixed(2)} requests for each call in the whole outage, ${pressure.last.toFixed(2)} in its last third`;
  if (pressure.last >= unheldShare * pressure.overall) return [{ ...shared, value: "none", note }];
  return [{ ...shared, value: Math.max(0, pressure.last - 1), interval: intervalOf(view, pressure), note }];
}

/** Retries counted in the last third, with the 95 % of a Poisson count. */
function intervalOf({ failing }: LoadView, { last }: Pressure): readonly [number, number] {
  const calls = Math.max(1, failing.length / 3);
  const retries = Math.max(0, last - 1) * calls;
  const reach = (1.96 * Math.sqrt(Math.max(1, retries))) / calls;
  return [Math.max(0, last - 1 - reach), last - 1 + reach];
}
