import type { GrowthMode } from "../alerts/mode.ts";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import type { AlertRule } from "../rules/rule.ts";
import type { InputSeries, Proof } from "./proof.ts";
import { sample } from "./sample.ts";
import { minuteMs, story } from "./story.ts";
import { gauge, type Stretch } from "./values.ts";

/** The stories of an alert on a level that grows. */
export function growthProofs(mode: GrowthMode, subject: ModeSubject, rule: AlertRule): readonly Proof[] {
  const reading = mode.reads[subject.source];
  if (reading === undefined) return [];
  const steps = mode.windowMs / minuteMs;
  const feed = (...stretches: readonly Stretch[]): readonly InputSeries[] => [
    { series: sample(reading, subject), values: gauge(stretches) },
  ];
  const before = 5;
  return [
    story(
      rule,
      "is silent just below its growth, fires at it, and resolves",
      feed(
        { steps: 10, each: before },
        { steps: 2 * steps, each: before + mode.byMin - 1 },
        { steps: 2 * steps, each: before + 2 * mode.byMin - 1 },
      ),
      [
        [9, false],
        [11, false],
        [10 + 2 * steps - 1, false],
        [10 + 2 * steps, true],
        [10 + 3 * steps - 2, true],
        [10 + 3 * steps + 1, false],
      ],
    ),
    story(
      rule,
      "resolves as soon as they are gone",
      feed({ steps: 10, each: 0 }, { steps: 5, each: mode.byMin }, { steps: 5, each: 0 }),
      [
        [10, true],
        [15, false],
      ],
    ),
    story(
      rule,
      "is silent about one now and then",
      feed({ steps, each: 0 }, { steps: steps + 2, each: 1 }, { steps: steps + 2, each: 2 }),
      [
        [steps + 1, false],
        [2 * steps + 3, false],
      ],
    ),
    story(rule, "is silent on young data, however many there were before", feed({ steps: 10, each: 50 }), [
      [0, false],
      [5, false],
    ]),
    story(rule, "is silent where nothing is measured", [], [[5, false]]),
  ];
}
