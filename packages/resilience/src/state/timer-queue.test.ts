import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { clockTimers } from "../timers.ts";
import { CountedTimers } from "./testing/counted-timers.ts";
import { playTimeline, type Timeline, timelineSteps } from "./testing/play-timeline.ts";
import { timelineModel } from "./testing/timeline-model.ts";
import { type TimerEntry, TimerQueue } from "./timer-queue.ts";

function entry(wake: () => void = () => {}): TimerEntry {
  return { wakeMs: 0, wakeOrder: 0, wakeAt: -1, wake };
}

function timelineOf(queue: TimerQueue): Timeline<TimerEntry> {
  return {
    make: entry,
    add: (entry, waitMs, nowMs) => queue.add(entry, waitMs, nowMs),
    remove: (entry) => queue.remove(entry),
    get size() {
      return queue.size;
    },
  };
}

function queueInVirtualTime() {
  const clock = virtualClock();
  const timers = new CountedTimers(clockTimers(clock));
  return { clock, timers, queue: new TimerQueue(clock, timers) };
}

describe("TimerQueue", () => {
  it("wakes whom an array searched for the next one would, on one timer", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(timelineSteps(fc.integer({ min: -1, max: 30 })), async (steps) => {
        const all = [...steps, { do: "advance", ms: 60 }] as const;
        const { woken, timeline, timers } = await playTimeline(
          (clock, timers) => timelineOf(new TimerQueue(clock, timers)),
          all,
        );
        assert.deepEqual(woken, timelineModel(all));
        assert.equal(timeline.size, 0);
        assert.equal(timers.live, 0);
        assert.ok(timers.most <= 2, `${timers.most} timers`);
        if (timers.thrown.length > 0) seen.add("thrown");
        if (woken.some(({ who }, at) => who < (woken[at - 1]?.who ?? 0))) seen.add("overtook");
        if (woken.some(({ atMs }, at) => atMs === woken[at - 1]?.atMs)) seen.add("together");
      }),
      { numRuns: 250 },
    );
    assert.deepEqual([...seen].sort(), ["overtook", "thrown", "together"]);
  });

  it("wakes a great many in order, whoever is taken out of their middle", async () => {
    const { clock, queue } = queueInVirtualTime();
    const woken: number[] = [];
    const entries = Array.from({ length: 500 }, (_, who) => entry(() => woken.push(who)));
    const waitOf = (who: number): number => (who * 7_919) % 503;
    for (const [who, entry] of entries.entries()) queue.add(entry, waitOf(who), 0);
    for (const [who, entry] of entries.entries()) if (who % 3 === 0) queue.remove(entry);

    await clock.advance(600);

    assert.ok(entries.every(({ wakeAt }) => wakeAt === -1));
    const expected = entries.map((_, who) => who).filter((who) => who % 3 !== 0);
    assert.deepEqual(
      woken,
      expected.sort((a, b) => waitOf(a) - waitOf(b)),
    );
  });

  it("sets its timer anew only for an earlier one, and lets go of it when nobody is left", async () => {
    const { clock, timers, queue } = queueInVirtualTime();
    const [slow, quick] = [entry(), entry()];
    queue.add(slow, 100, 0);
    queue.add(entry(), 200, 0);
    assert.equal(timers.sets, 1);
    queue.add(quick, 50, 0);
    assert.deepEqual([timers.sets, timers.live], [2, 1]);
    queue.remove(quick);
    queue.remove(slow);
    assert.equal(timers.sets, 2);

    await clock.advance(200);
    assert.deepEqual([queue.size, timers.live], [0, 0]);
    queue.add(slow, 100, 200);
    queue.remove(slow);
    await clock.advance(0);
    assert.equal(timers.live, 0);
  });

  it("wakes all who are due on one timer", async () => {
    const { clock, timers, queue } = queueInVirtualTime();
    const woken: number[] = [];
    for (let who = 0; who < 5; who++)
      queue.add(
        entry(() => woken.push(who)),
        10,
        0,
      );
    await clock.advance(10);
    assert.deepEqual(woken, [0, 1, 2, 3, 4]);
    assert.equal(timers.sets, 1);
  });

  it("lets those wait for the next turn who wait for nothing, however often they come back", async () => {
    const { clock, queue } = queueInVirtualTime();
    let woken = 0;
    const restless = entry(() => {
      woken++;
      if (woken < 1_000) queue.add(restless, 0, clock.monotonic());
    });
    queue.add(restless, Number.NaN, 0);
    assert.equal(woken, 0);
    await clock.advance(0);
    assert.ok(woken > 0);
    await clock.run(async () => {
      while (woken < 1_000) await clock.sleep(1);
    });
    assert.equal(queue.size, 0);
  });

  it("lets no entry go round that comes back at once while it rings", () => {
    // Called by hand, because a ring that does not end would never give the turn back.
    let ring = (): void => {};
    const timers = {
      set: (_waitMs: number, fire: () => void) => {
        ring = fire;
        return { ref() {}, unref() {} };
      },
      clear() {},
    };
    const queue = new TimerQueue({ monotonic: () => 5 }, timers);
    let woken = 0;
    const restless = entry(() => {
      woken++;
      if (woken < 10) queue.add(restless, 0, 5);
    });
    queue.add(restless, 0, 5);
    ring();
    assert.equal(woken, 1);
    ring();
    assert.equal(woken, 2);
  });

  it("lets go of all that it knows when it is disposed of, and can be used again", async () => {
    const { clock, timers, queue } = queueInVirtualTime();
    let woken = 0;
    const [left, right] = [entry(() => void woken++), entry(() => void woken++)];
    queue.add(left, 10, 0);
    queue.add(right, 20, 0);
    queue.dispose();
    assert.deepEqual([timers.live, queue.size, left.wakeAt, right.wakeAt], [0, 0, -1, -1]);

    queue.add(left, 5, 0);
    queue.remove(right);
    await clock.advance(20);
    assert.equal(woken, 1);
  });

  it("refuses an entry that waits already, and leaves those of another queue alone", () => {
    const { queue } = queueInVirtualTime();
    const other = queueInVirtualTime().queue;
    const twice = entry();
    queue.add(twice, 10, 0);
    other.add(entry(), 10, 0);
    assert.throws(() => queue.add(twice, 20, 0), /one time at a time/);
    other.remove(twice);
    assert.deepEqual([queue.size, other.size], [1, 1]);
  });
});
