import type { AlertRule } from "../rules/rule.ts";
import { detectionMs, resetMs, thresholdOf } from "../slo/burn-arithmetic.ts";
import type { BurnPair } from "../slo/burn-pairs.ts";
import type { Gate } from "../slo/gate.ts";
import type { Feed, Objective } from "../slo/objective.ts";
import { fed, type Traffic } from "./feed.ts";
import { justBelow } from "./just-below.ts";
import type { Expectation, Proof } from "./proof.ts";

/** A long window in steps of a test: the short one, a twelfth of it, is then five. */
const longSteps = 60;

/** Events in a step: plenty, so that no gate has a say and the smallest share of them is a whole number. */
const plenty = 1_000_000_000;

interface Case {
  readonly objective: Objective;
  readonly pair: BurnPair;
  readonly alert: AlertRule;
  readonly feed: Feed;
  readonly gate: Gate;
  readonly stepMs: number;
  readonly threshold: number;
}

/** The stories of one pair's alert. An objective whose queries are somebody else's has none: nobody knows what to feed it. */
export function burnProofs(
  objective: Objective,
  pair: BurnPair,
  alert: AlertRule,
  gate: Gate,
): readonly Proof[] {
  const { feed } = objective.indicator;
  if (feed === null) return [];
  const threshold = thresholdOf(pair, objective.target);
  const one: Case = { objective, pair, alert, feed, gate, stepMs: pair.longMs / longSteps, threshold };
  return [incident(one), ...lowTraffic(one), lowButLasting(one), youngData(one), absent(one)];
}

/**
 * Just below; healthy; an outage, which is told when the formula says so; healthy, when it ends as the formula says. An evaluation
 * of leeway lets both kinds of window pass: of Prometheus 2, with both ends, and of 3, without the earlier one.
 */
function incident(one: Case): Proof {
  const { pair, objective, threshold, stepMs } = one;
  const share = Math.min(1, 2.6 * threshold);
  const firesAt = (detectionMs(pair, objective.target, share) ?? 0) / stepMs;
  const lasts = Math.floor(firesAt) + 6;
  const endsAfter = resetMs(pair, objective.target, share, lasts * stepMs) / stepMs;
  const begins = 2 * longSteps;
  const ends = begins + lasts;
  return prove(
    one,
    "is silent just below its threshold, fires within one evaluation of the formula, and resolves",
    [
      { steps: longSteps, events: plenty, badShare: 0.98 * threshold },
      { steps: longSteps, events: plenty, badShare: 0 },
      { steps: lasts, events: plenty, badShare: share },
      { steps: longSteps / 12 + 1, events: plenty, badShare: 0 },
    ],
    [
      [longSteps, false],
      [begins + Math.ceil(firesAt) - 2, false],
      [begins + Math.floor(firesAt) + 1, true],
      [ends + Math.ceil(endsAfter) - 2, true],
      [ends + Math.floor(endsAfter) + 1, false],
    ],
  );
}

/** Nothing but failures, and yet too few events to say so; then enough events, and too few failures. */
function lowTraffic(one: Case): readonly Proof[] {
  const { eventsMin, badMin } = one.gate;
  const few = prove(
    one,
    `is silent while there are fewer than ${eventsMin} events, though all are bad`,
    burst(justBelow(eventsMin, longSteps), 1),
    [[longSteps / 2, false]],
  );
  const share = justBelow(badMin, longSteps) / eventsMin;
  if (share <= one.threshold) return [few];
  return [
    few,
    prove(
      one,
      `is silent while there are fewer than ${badMin} bad events, whatever their share`,
      burst(eventsMin, share),
      [[longSteps / 2, false]],
    ),
  ];
}

/** Quiet for a long window, so many events at once, and quiet again. */
function burst(events: number, badShare: number): readonly Traffic[] {
  return [
    { steps: longSteps / 2 - 2, events: 0, badShare: 0 },
    { steps: 1, events, badShare },
    { steps: 2, events: 0, badShare: 0 },
  ];
}

function lowButLasting(one: Case): Proof {
  const { eventsMin, badMin } = one.gate;
  const events = Math.ceil((3 * Math.max(eventsMin, badMin)) / longSteps);
  const firesBy = Math.ceil(longSteps * Math.max(one.threshold, 1 / 3)) + 2;
  return prove(
    one,
    "fires all the same when little traffic fails for long",
    [{ steps: firesBy, events, badShare: 1 }],
    [
      [1, false],
      [firesBy, true],
    ],
  );
}

/** Bad from the first event: a window that is mostly empty must not see more than it has. */
function youngData(one: Case): Proof {
  const share = Math.min(1, 3 * one.threshold);
  const firesAt = (one.threshold / share) * longSteps;
  const firesBy = Math.ceil(firesAt) + 2;
  return prove(
    one,
    "is not early on young data: time before the first event counts as time without errors",
    [{ steps: firesBy, events: plenty, badShare: share }],
    [
      [1, false],
      [Math.floor(firesAt) - 2, false],
      [firesBy, true],
    ],
  );
}

function absent(one: Case): Proof {
  return prove(one, "is silent where nothing is measured", null, [[5, false]]);
}

function prove(
  { feed, alert, stepMs }: Case,
  says: string,
  traffic: readonly Traffic[] | null,
  expected: readonly (readonly [step: number, fires: boolean])[],
): Proof {
  const firing = [{ labels: alert.labels, annotations: alert.annotations }] satisfies Expectation["fires"];
  return {
    name: `${alert.alert} (${alert.labels["slo"] ?? ""}) ${says}`,
    stepMs,
    series: traffic === null ? [] : fed(feed, traffic),
    expect: expected
      .filter(([step]) => step >= 0)
      .map(([step, fires]) => ({ atMs: step * stepMs, alert: alert.alert, fires: fires ? firing : [] })),
  };
}
