import type { ShareMode } from "../alerts/mode.ts";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import type { AlertRule } from "../rules/rule.ts";
import { justBelow } from "./just-below.ts";
import type { InputSeries, Proof } from "./proof.ts";
import { sample } from "./sample.ts";
import { minuteMs, story } from "./story.ts";
import { counter } from "./values.ts";

/** How far above its limit an incident is: no whole number, so that no boundary falls on a sample. */
const excess = 2.6;

/** So many events in a step: plenty. */
const plenty = 1_000_000;

interface Case {
  readonly mode: ShareMode;
  readonly rule: AlertRule;
  /** The window in steps. */
  readonly steps: number;
  feed(stretches: readonly Share[]): readonly InputSeries[];
}

/** A stretch in which so many of all events in a step are of the kind that is looked for; `null`: its series is not there yet. */
interface Share {
  readonly steps: number;
  readonly all: number;
  readonly part: number | null;
}

/** The stories of an alert on too large a part of what happens. */
export function shareProofs(mode: ShareMode, subject: ModeSubject, rule: AlertRule): readonly Proof[] {
  const reads = mode.reads[subject.source];
  if (reads === undefined) return [];
  // Where one metric counts both, its other series have the rest.
  const nested = reads.part.metric === reads.whole.metric;
  const feed = (stretches: readonly Share[]): readonly InputSeries[] => [
    {
      series: sample(reads.whole, subject),
      values: counter(
        stretches.map(({ steps, all, part }) => ({ steps, each: nested ? all - (part ?? 0) : all })),
      ),
    },
    {
      series: sample(reads.part, subject),
      values: counter(stretches.map(({ steps, part }) => ({ steps, each: part }))),
    },
  ];
  const one: Case = { mode, rule, steps: mode.windowMs / minuteMs, feed };
  return [
    incident(one),
    bornLate(one),
    lowTraffic(one),
    youngData(one),
    story(rule, absentSays, [], [[5, false]]),
  ];
}

const absentSays = "is silent where nothing is measured";

function incident({ mode, rule, steps, feed }: Case): Proof {
  const begins = 3 * steps;
  const firesAt = begins + Math.floor(steps / excess) + 1;
  const ends = firesAt + 5;
  const reset = (steps / 3) * (1 - 1 / excess);
  return story(
    rule,
    "is silent just below its share, fires above it, and resolves",
    feed([
      { steps: 2 * steps, all: plenty, part: 0.95 * mode.share * plenty },
      { steps, all: plenty, part: 0 },
      { steps: ends - begins, all: plenty, part: excess * mode.share * plenty },
      { steps, all: plenty, part: 0 },
    ]),
    [
      [steps, false],
      [2 * steps, false],
      [firesAt - 1, false],
      [firesAt, true],
      [ends + Math.ceil(reset) - 2, true],
      [ends + Math.floor(reset) + 1, false],
    ],
  );
}

/** A counter is often there only once there is something to count, and what it starts with is no growth. */
function bornLate({ mode, rule, steps, feed }: Case): Proof {
  const firesBy = steps + Math.floor(steps / excess) + 3;
  return story(
    rule,
    "fires though its series begins with the first failure",
    feed([
      { steps, all: plenty, part: null },
      { steps: firesBy - steps, all: plenty, part: excess * mode.share * plenty },
    ]),
    [
      [steps, false],
      [firesBy, true],
    ],
  );
}

function lowTraffic({ mode, rule, steps, feed }: Case): Proof {
  const few = justBelow(mode.partMin, steps);
  return story(
    rule,
    `is silent while there are fewer than ${mode.partMin}, though nothing else happens`,
    feed([
      { steps: 2, all: 0, part: 0 },
      { steps: 1, all: few, part: few },
      { steps, all: 0, part: 0 },
    ]),
    [
      [3, false],
      [steps / 3, false],
      [steps, false],
    ],
  );
}

/** The first minutes of a service that starts badly, and then a bad start of many. */
function youngData({ mode, rule, steps, feed }: Case): Proof {
  const few = Math.floor((mode.partMin - 1) / 2);
  return story(
    rule,
    "is silent on young data while there is too little of it",
    feed([
      { steps: 2, all: few, part: few },
      { steps: steps / 3, all: plenty, part: 0 },
    ]),
    [
      [1, false],
      [2, false],
      [2 + steps / 3, false],
    ],
  );
}
