/** What a waiting entry does when its time has come, besides being noted. */
export type OnTime = "nothing" | "adds another" | "removes the youngest" | "throws";

/** What can happen to those that wait; `which` chooses among all that were ever added. */
export type TimelineStep =
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "add"; readonly waitMs: number; readonly then: OnTime }
  | { readonly do: "remove"; readonly which: number };

/** Who was woken when, in order. */
export type Woken = readonly { readonly who: number; readonly atMs: number }[];

interface Waiting {
  readonly who: number;
  readonly dueMs: number;
  readonly then: OnTime;
}

/** Plays the steps with an array that is searched for the next one due. */
export function timelineModel(steps: readonly TimelineStep[]): Woken {
  const woken: { who: number; atMs: number }[] = [];
  let waiting: readonly Waiting[] = [];
  let added = 0;
  let nowMs = 0;

  const add = (waitMs: number, then: OnTime): void => {
    waiting = [...waiting, { who: added++, dueMs: nowMs + Math.max(0, waitMs), then }];
  };
  const remove = (who: number | undefined): void => {
    waiting = waiting.filter((other) => other.who !== who);
  };
  const wake = ({ who, dueMs, then }: Waiting): void => {
    nowMs = dueMs;
    woken.push({ who, atMs: nowMs });
    remove(who);
    if (then === "adds another") add(anotherMs, "nothing");
    if (then === "removes the youngest") remove(waiting.at(-1)?.who);
  };
  const next = (untilMs: number): Waiting | undefined =>
    waiting.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];

  for (const step of steps) {
    if (step.do === "add") add(step.waitMs, step.then);
    else if (step.do === "remove") remove(added === 0 ? undefined : step.which % added);
    else {
      const untilMs = nowMs + step.ms;
      for (let due = next(untilMs); due !== undefined; due = next(untilMs)) wake(due);
      nowMs = untilMs;
    }
  }
  return woken;
}

/** The wait of an entry that is added by one that wakes. */
export const anotherMs = 12;
