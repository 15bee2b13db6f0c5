import type { LevelMode } from "../alerts/mode.ts";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import type { AlertRule } from "../rules/rule.ts";
import type { InputSeries, Proof } from "./proof.ts";
import { sample } from "./sample.ts";
import { minuteMs, story } from "./story.ts";
import { gauge, type Stretch } from "./values.ts";

/** The stories of an alert on a level that stays too high. */
export function levelProofs(mode: LevelMode, subject: ModeSubject, rule: AlertRule): readonly Proof[] {
  const reading = mode.reads[subject.source];
  if (reading === undefined) return [];
  const [forSteps, held] = [mode.forMs / minuteMs, (mode.heldMs ?? 0) / minuteMs];
  const high = mode.above + Math.max(1, mode.above / 10);
  const feed = (...stretches: readonly Stretch[]): readonly InputSeries[] => [
    { series: sample(reading, subject), values: gauge(stretches) },
  ];
  const begins = 10 + 2 * forSteps;
  const ends = begins + forSteps + 5;
  return [
    story(
      rule,
      "is silent at its limit, fires when it has been above for long enough, and resolves",
      feed(
        { steps: 10, each: 0 },
        { steps: 2 * forSteps, each: mode.above },
        { steps: ends - begins, each: high },
        { steps: 20, each: 0 },
      ),
      [
        [begins - 1, false],
        [begins + forSteps - 1, false],
        [begins + forSteps, true],
        [ends - 1, true],
        [ends + held + 1, false],
      ],
    ),
    story(
      rule,
      "is silent about what is over soon",
      feed({ steps: 10, each: 0 }, { steps: forSteps - held, each: high }, { steps: 20, each: 0 }),
      range(10, 20).map((step) => [step, false] as const),
    ),
    story(
      rule,
      "is silent on young data until it has lasted",
      feed({ steps: 3, each: null }, { steps: forSteps + 5, each: high }),
      [
        [3, false],
        [3 + forSteps - 1, false],
        [3 + forSteps, true],
      ],
    ),
    story(rule, "is silent where nothing is measured", [], [[5, false]]),
  ];
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
