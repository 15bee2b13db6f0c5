import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { clockTimers } from "../../timers.ts";
import { CountedTimers } from "./counted-timers.ts";
import { anotherMs, type OnTime, type TimelineStep, type Woken } from "./timeline-model.ts";

/** Something that wakes entries when their time has come, as the tests see it. */
export interface Timeline<E> {
  make(onTime: () => void): E;
  add(entry: E, waitMs: number, nowMs: number): void;
  remove(entry: E): void;
  readonly size: number;
}

/** Steps with waits of the given kind, all in whole milliseconds so that they come together now and then. */
export function timelineSteps(waitMs: fc.Arbitrary<number>): fc.Arbitrary<readonly TimelineStep[]> {
  const then = fc.constantFrom<OnTime>(
    "nothing",
    "nothing",
    "adds another",
    "removes the youngest",
    "throws",
  );
  return fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant("add" as const), waitMs, then }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const), which: fc.nat(40) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 9 }) }),
      },
    ),
    { maxLength: 60, size: "max" },
  );
}

/** Plays the steps on the real thing, in virtual time, on timers that fire up to 1 ms early. */
export async function playTimeline<E>(
  open: (clock: { monotonic(): number }, timers: CountedTimers) => Timeline<E>,
  steps: readonly TimelineStep[],
): Promise<{ readonly woken: Woken; readonly timeline: Timeline<E>; readonly timers: CountedTimers }> {
  const clock = virtualClock();
  const timers = new CountedTimers(clockTimers(clock), 1);
  const timeline = open(clock, timers);
  const woken: { who: number; atMs: number }[] = [];
  const entries: E[] = [];

  const add = (waitMs: number, then: OnTime): void => {
    const who = entries.length;
    const entry = timeline.make(() => {
      woken.push({ who, atMs: clock.monotonic() });
      gone.add(who);
      if (then === "adds another") add(anotherMs, "nothing");
      if (then === "removes the youngest") removeYoungest();
      if (then === "throws") throw new Error(`${who}`);
    });
    entries.push(entry);
    timeline.add(entry, waitMs, clock.monotonic());
  };
  const gone = new Set<number>();
  const remove = (who: number): void => {
    const entry = entries[who];
    gone.add(who);
    if (entry !== undefined) timeline.remove(entry);
  };
  const removeYoungest = (): void => {
    const youngest = entries.findLastIndex((_, who) => !gone.has(who));
    remove(youngest);
  };

  for (const step of steps) {
    if (step.do === "add") add(step.waitMs, step.then);
    else if (step.do === "remove") remove(entries.length === 0 ? -1 : step.which % entries.length);
    else await clock.advance(step.ms);
  }
  return { woken, timeline, timers };
}
