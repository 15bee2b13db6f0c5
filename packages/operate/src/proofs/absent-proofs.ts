import { absentForMs } from "../alerts/metric-absent.ts";
import type { AlertRule } from "../rules/rule.ts";
import type { Feed } from "../slo/objective.ts";
import { fed, type Traffic } from "./feed.ts";
import type { Proof } from "./proof.ts";
import { minuteMs, story } from "./story.ts";

/** How long Prometheus takes the last value for the present one. */
const lookbackSteps = 5;

/** The stories of the alert on a metric that is not there. */
export function absentProofs(rule: AlertRule, feed: Feed | null): readonly Proof[] {
  if (feed === null) return [];
  const forSteps = absentForMs / minuteMs;
  const traffic = (steps: number, events: number | null): Traffic => ({ steps, events, badShare: 0 });
  const gone = 10 + lookbackSteps + 1;
  const back = gone + forSteps + 10;
  return [
    story(
      rule,
      "fires when nothing was ever measured, after an hour and not before",
      [],
      [
        [forSteps - 1, false],
        [forSteps, true],
      ],
    ),
    story(
      rule,
      "fires when the metric goes away for an hour, and resolves when it comes back",
      fed(feed, [traffic(10, 5), traffic(back - 11, null), traffic(20, 5)]),
      [
        [10, false],
        [gone + forSteps - 2, false],
        [gone + forSteps + 1, true],
        [back + 1, false],
      ],
    ),
    story(
      rule,
      "is silent when the metric comes back within the hour, as after a start",
      fed(feed, [traffic(forSteps - 5, null), traffic(60, 5)]),
      [
        [forSteps - 6, false],
        [forSteps + 10, false],
      ],
    ),
    story(rule, "is silent without any traffic", fed(feed, [traffic(forSteps + 20, 0)]), [
      [forSteps, false],
      [forSteps + 20, false],
    ]),
  ];
}
