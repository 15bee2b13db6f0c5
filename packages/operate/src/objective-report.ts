import { budgetConsumed, detectionMs, thresholdOf } from "./slo/burn-arithmetic.ts";
import type { BurnPair, Urgency } from "./slo/burn-pairs.ts";
import type { Objective } from "./slo/objective.ts";

/** The shares of bad events for which it is told how soon an alert fires. */
export const toldShares: readonly number[] = [1, 0.1, 0.02, 0.01];

/** An objective in numbers: what fires when. */
export interface ObjectiveReport {
  readonly id: string;
  readonly integration: string;
  readonly says: string;
  readonly target: number;
  readonly periodMs: number;
  readonly alerts: readonly {
    readonly urgency: Urgency;
    readonly longMs: number;
    readonly shortMs: number;
    readonly factor: number;
    /** The share of bad events above which it fires. */
    readonly threshold: number;
    /** The share of the whole budget that is gone by then. */
    readonly budgetConsumed: number;
    /** How long it takes to fire, by the share of events that go bad; `null`: it does not. */
    readonly detection: readonly { readonly badShare: number; readonly afterMs: number | null }[];
  }[];
}

/** What an objective comes to. */
export function reportOf(objective: Objective, pairs: readonly BurnPair[]): ObjectiveReport {
  const { id, integration, says, target, periodMs, pages } = objective;
  return {
    id,
    integration,
    says,
    target,
    periodMs,
    alerts: pairs.map((pair) => ({
      ...pair,
      urgency: pages ? pair.urgency : "ticket",
      threshold: thresholdOf(pair, target),
      budgetConsumed: budgetConsumed(pair, periodMs),
      detection: toldShares.map((badShare) => ({
        badShare,
        afterMs: wholeMs(detectionMs(pair, target, badShare)),
      })),
    })),
  };
}

function wholeMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
