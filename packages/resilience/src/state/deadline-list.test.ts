import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { clockTimers } from "../timers.ts";
import { type DeadlineEntry, DeadlineList } from "./deadline-list.ts";
import { CountedTimers } from "./testing/counted-timers.ts";
import { playTimeline, type Timeline, timelineSteps } from "./testing/play-timeline.ts";
import { anotherMs, timelineModel } from "./testing/timeline-model.ts";

function entry(fire: () => void = () => {}): DeadlineEntry {
  return { deadlineMs: 0, deadlineBefore: null, deadlineAfter: null, deadlineIn: null, fire };
}

function timelineOf(list: DeadlineList): Timeline<DeadlineEntry> {
  return {
    make: entry,
    add: (entry, _waitMs, nowMs) => list.add(entry, nowMs),
    remove: (entry) => list.remove(entry),
    get size() {
      return list.size;
    },
  };
}

function listInVirtualTime(durationMs: number, earlyMs = 0) {
  const clock = virtualClock();
  const timers = new CountedTimers(clockTimers(clock), earlyMs);
  return { clock, timers, list: new DeadlineList(durationMs, clock, timers) };
}

describe("DeadlineList", () => {
  it("fires what an array searched for the next deadline would, on one timer", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(timelineSteps(fc.constant(anotherMs)), async (steps) => {
        const all = [...steps, { do: "advance", ms: 3 * anotherMs }] as const;
        const { woken, timeline, timers } = await playTimeline(
          (clock, timers) => timelineOf(new DeadlineList(anotherMs, clock, timers)),
          all,
        );
        assert.deepEqual(woken, timelineModel(all));
        assert.equal(timeline.size, 0);
        assert.equal(timers.live, 0);
        // One for the head, and one that looks whether the list stays empty.
        assert.ok(timers.most <= 2, `${timers.most} timers`);
        if (woken.length > 0) seen.add("fired");
        if (timers.thrown.length > 0) seen.add("thrown");
        if (steps.some((step, at) => step.do === "remove" && steps[at + 1]?.do === "advance"))
          seen.add("removed");
        const times = woken.map(({ atMs }) => atMs);
        if (new Set(times).size < times.length) seen.add("fired together");
      }),
      { numRuns: 150 },
    );
    assert.deepEqual([...seen].sort(), ["fired", "fired together", "removed", "thrown"]);
  });

  it("waits for a hundred thousand entries on one timer", async () => {
    const { clock, timers, list } = listInVirtualTime(1_000);
    let fired = 0;
    const entries = Array.from({ length: 100_000 }, () => entry(() => void fired++));
    for (const entry of entries) list.add(entry, 0);
    for (const entry of entries.slice(1)) list.remove(entry);
    list.add(entries[1] as DeadlineEntry, 0);
    assert.equal(timers.sets, 1);

    await clock.advance(999);
    assert.equal(fired, 0);
    await clock.advance(1);
    assert.equal(fired, 2);
  });

  it("keeps its timer when the head is removed, and fires nobody early with it", async () => {
    const { clock, timers, list } = listInVirtualTime(100);
    const fired: number[] = [];
    const first = entry();
    list.add(first, 0);
    await clock.advance(60);
    list.add(
      entry(() => fired.push(clock.monotonic())),
      60,
    );
    list.remove(first);
    assert.equal(timers.sets, 1);

    await clock.advance(200);
    assert.deepEqual(fired, [160]);
    assert.equal(timers.sets, 2);
  });

  it("sets no timer for each call of many that follow one another", async () => {
    const { clock, timers, list } = listInVirtualTime(100);
    const entries = [entry(), entry()];
    for (let call = 0; call < 1_000; call++) {
      list.add(entries[call % 2] as DeadlineEntry, 0);
      list.remove(entries[call % 2] as DeadlineEntry);
    }
    assert.equal(timers.sets, 2);

    await clock.advance(0);
    assert.equal(timers.live, 0, "the process may end");
    list.add(entry(), 0);
    assert.equal(timers.live, 1, "the process must not end");
  });

  it("keeps the timer of those who came while it looked whether it is empty", async () => {
    const { clock, timers, list } = listInVirtualTime(100);
    let fired = 0;
    const first = entry();
    list.add(first, 0);
    list.remove(first);
    list.add(
      entry(() => void fired++),
      0,
    );
    await clock.advance(0);
    assert.deepEqual([timers.sets, timers.live], [2, 1]);
    await clock.advance(100);
    assert.equal(fired, 1);
  });

  it("sets no timer to look after one that has rung", async () => {
    const { clock, timers, list } = listInVirtualTime(10);
    const other = entry();
    list.add(
      entry(() => list.remove(other)),
      0,
    );
    list.add(other, 0);
    await clock.advance(10);
    assert.deepEqual([list.size, timers.sets, timers.live], [0, 1, 0]);
  });

  it("fires in the order of adding although the clock went back", async () => {
    const { clock, list } = listInVirtualTime(10);
    const fired: string[] = [];
    await clock.advance(50);
    list.add(
      entry(() => fired.push(`first at ${clock.monotonic()}`)),
      50,
    );
    list.add(
      entry(() => fired.push(`second at ${clock.monotonic()}`)),
      20,
    );
    await clock.advance(30);
    assert.deepEqual(fired, ["first at 60", "second at 60"]);
  });

  it("lets go of all that it knows when it is disposed of, and can be used again", async () => {
    const { clock, timers, list } = listInVirtualTime(10);
    let fired = 0;
    const [left, right] = [entry(() => void fired++), entry(() => void fired++)];
    list.add(left, 0);
    list.remove(left);
    list.add(left, 0);
    list.add(right, 0);
    list.dispose();
    assert.deepEqual([timers.live, list.size], [0, 0]);
    for (const { deadlineIn, deadlineBefore, deadlineAfter } of [left, right]) {
      assert.deepEqual([deadlineIn, deadlineBefore, deadlineAfter], [null, null, null]);
    }

    list.add(left, 0);
    list.remove(right);
    await clock.advance(20);
    assert.equal(fired, 1);
    list.add(left, 20);
    list.remove(left);
    await clock.advance(0);
    assert.equal(timers.live, 0);
  });

  it("refuses an entry that has a deadline already, and a duration of nothing", () => {
    const { clock, timers, list } = listInVirtualTime(10);
    const twice = entry();
    list.add(twice, 0);
    assert.throws(() => list.add(twice, 0), /one deadline at a time/);
    assert.throws(() => new DeadlineList(0, clock, timers), /more than 0 ms/);
    assert.equal(new DeadlineList(0.5, clock, timers).size, 0);
    list.dispose();
  });
});
