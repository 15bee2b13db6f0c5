import type { Target } from "../model.ts";
import { type AlertView, afterText, firstOf } from "./alert-view.ts";

/** Nobody acts sooner than that, however small the budget is. */
const soonMs = 10 * 60_000;

type Loud = AlertView["loud"][number];

/** Ways to fail whose first alert comes when the failure has spent an error budget of the whole period, in sentences. */
export function lateOnes({ loud }: AlertView, { integration: { slo } }: Target): readonly string[] {
  if (slo === null) return [];
  return loud.flatMap((mode) => {
    const one = firstOf(mode.firing);
    const [first] = spentIn(mode, slo).toSorted((a, b) => a.afterMs - b.afterMs);
    if (one === undefined || first === undefined) return [];
    if (one.firedAtMs <= Math.max(soonMs, first.afterMs)) return [];
    return [
      `under ${mode.mode} the first alert, ${one.alert}, fires ${afterText(one.firedAtMs)}, and ${first.what} is spent ${afterText(first.afterMs)}`,
    ];
  });
}

/** When the budget of each objective is spent: what the period may lose, at the share of calls that are bad for it. */
function spentIn(
  { calls, failed, slow = {} }: Loud,
  { availability, latency, windowMs }: NonNullable<Target["integration"]["slo"]>,
): readonly { readonly what: string; readonly afterMs: number }[] {
  if (windowMs === null) return [];
  const after = (target: number, bad: number): number => ((1 - target) * windowMs * calls) / bad;
  const late = Object.keys(latency ?? {}).filter((percentile) => (slow[percentile] ?? 0) > 0);
  return [
    ...(availability === null ? [] : [{ what: "the error budget", afterMs: after(availability, failed) }]),
    ...late.map((percentile) => ({
      what: `the budget of latency ${percentile}`,
      afterMs: after(Number(`${percentile.slice(1)}e-2`), slow[percentile] ?? 0),
    })),
  ];
}
