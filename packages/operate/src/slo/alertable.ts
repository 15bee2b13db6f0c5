import { budgetOf, thresholdOf } from "./burn-arithmetic.ts";
import { type BurnPair, burnPairs, periodMsMax, periodMsMin } from "./burn-pairs.ts";

/** Which pairs can alert on a target, and what has to be said about the others; or why none can. */
export type Alertable =
  | {
      readonly pairs: readonly BurnPair[];
      /** Pairs that not even a total outage would make fire: no rule is written for them. */
      readonly dead: readonly BurnPair[];
      /** Pairs that would fire at a burn rate below `burnMin`: no rule is written for them either. */
      readonly slow: readonly BurnPair[];
    }
  | { readonly problem: UnalertableTarget };

/** Why a target cannot be alerted on. */
export interface UnalertableTarget {
  readonly code: "SLO_WITHOUT_BUDGET" | "SLO_CANNOT_ALERT" | "SLO_PERIOD";
  readonly expected: string;
  readonly remedy: string;
}

/** What a target and a period come to; `burnMin` leaves out alerts that fire while less than so many budgets are being spent. */
export function alertable(target: number, periodMs: number, burnMin = 0): Alertable {
  if (periodMs < periodMsMin || periodMs > periodMsMax) return { problem: badPeriod };
  if (budgetOf(target) <= 0) return { problem: withoutBudget };
  const all = burnPairs(periodMs);
  const dead = all.filter((pair) => thresholdOf(pair, target) >= 1);
  const alive = all.filter((pair) => !dead.includes(pair));
  const pairs = alive.filter(({ factor }) => factor >= burnMin);
  if (pairs.length === 0) return { problem: cannotAlert(Math.min(...all.map(({ factor }) => factor))) };
  return { pairs, dead, slow: alive.filter((pair) => !pairs.includes(pair)) };
}

const badPeriod: UnalertableTarget = {
  code: "SLO_PERIOD",
  expected: "a period from 7d to 90d",
  remedy: "Write window: 30d, or another period from 7d to 90d.",
};

const withoutBudget: UnalertableTarget = {
  code: "SLO_WITHOUT_BUDGET",
  expected: "a target below 100%",
  remedy:
    "Allow for some failure, such as 99.9%: a target without a budget is missed by the first bad event.",
};

function cannotAlert(factorMin: number): UnalertableTarget {
  const least = Math.ceil((1 - 1 / factorMin) * 1_000) / 10;
  const needed = least > 0 ? `a target above ${least}%` : "a lower limit on the burn rate";
  return {
    code: "SLO_CANNOT_ALERT",
    expected: `${needed}: below it not even a total outage spends the budget fast enough for any alert`,
    remedy: "Raise the target to one that you would defend, or leave it out.",
  };
}
