import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { afterCycle, firstBatch, slowCycleMs } from "./batch-size.ts";
import { found, fresh, idle, type PollState, woken } from "./poll-state.ts";
import { givenBack, idFloor, scanFrom, scanned, unscanned } from "./scan-state.ts";
import { shareOf } from "./share.ts";
import { createBell } from "./signals.ts";
import { createWindow } from "./window.ts";

describe("the size of a batch", () => {
  it("stays within its bounds, grows while cycles are quick and full, and halves when one is slow", () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(
        fc.array(fc.record({ full: fc.boolean(), cycleMs: fc.integer({ min: 0, max: 2 * slowCycleMs }) }), {
          maxLength: 200,
          size: "max",
        }),
        (cycles) => {
          const bounds = { least: 50, most: 1_000 };
          let batch = firstBatch(bounds);
          for (const cycle of cycles) {
            const next = afterCycle(batch, cycle, bounds);
            const quick = cycle.full ? Math.min(bounds.most, batch.size + 50) : batch.size;
            const slow = Math.max(bounds.least, Math.floor(batch.size / 2));
            assert.equal(next.size, cycle.cycleMs > slowCycleMs ? slow : quick);
            seen.add(Math.sign(next.size - batch.size));
            batch = next;
          }
        },
      ),
    );
    assert.equal(seen.size, 3);
  });
});

describe("the pauses between looks", () => {
  const bounds = { leastMs: 25, mostMs: 2_000 };

  it("grow to the longest, with jitter, and start anew when something is found", () => {
    const random = seededRandom(1);
    let state: PollState = fresh;
    const waits = Array.from({ length: 12 }, () => {
      const next = idle(state, bounds, random);
      state = next.state;
      return next.waitMs;
    });
    for (const [at, waitMs] of waits.entries()) {
      const plan = Math.min(2_000, 25 * 2 ** at);
      assert.ok(waitMs >= plan * 0.8 && waitMs <= Math.min(2_000, plan * 1.2));
    }
    state = found(state);
    assert.ok(idle(state, bounds, random).waitMs <= 30);
  });

  it("are a burst after a hint, since the commit comes after it", () => {
    let state = woken({ idle: 9, burst: [] });
    const waits = Array.from({ length: 6 }, () => {
      const next = idle(state, bounds, seededRandom(1));
      state = next.state;
      return next.waitMs;
    });
    assert.deepEqual(waits.slice(0, 5), [0, 5, 20, 50, 100]);
    assert.ok((waits[5] ?? 0) <= 30);
  });
});

describe("where a claim begins to look", () => {
  const floor = idFloor(1_767_225_600_000);
  const scan = { from: null, costMs: 1, first: "b", exhausted: false, floor: "a" };

  it("is the beginning at first, then what was ready last, and the beginning again as often as that is cheap", () => {
    assert.equal(scanFrom(unscanned, 0), null);
    const cheap = scanned(unscanned, scan, 100);
    assert.equal(scanFrom(cheap, 101), "b");
    assert.equal(scanFrom(cheap, 125), null);
    const dear = scanned(unscanned, { ...scan, costMs: 100 }, 100);
    assert.equal(scanFrom(dear, 2_099), "b");
    assert.equal(scanFrom(dear, 2_100), null);
    const huge = scanned(unscanned, { ...scan, costMs: 60_000 }, 100);
    assert.equal(scanFrom(huge, 10_100), null);
  });

  it("is never behind a message that is given back", () => {
    assert.equal(scanFrom(givenBack(scanned(unscanned, scan, 100)), 101), null);
  });

  it("moves on when all was taken, so that what waits for its route is not passed again and again", () => {
    const state = scanned(unscanned, { ...scan, first: null, exhausted: true, floor }, 100);
    assert.equal(scanFrom(state, 101), floor);
    const later = scanned(
      state,
      { ...scan, from: floor, first: `f${floor.slice(1)}`, exhausted: true, floor },
      102,
    );
    assert.equal(scanFrom(later, 103), `f${floor.slice(1)}`);
  });

  it("is a UUID a while ago", () => {
    assert.match(floor, /^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-000000000000$/);
    assert.ok(floor < idFloor(1_767_225_600_001));
  });
});

describe("the shares of relays", () => {
  it("are all shards together, and no two differ by more than one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (relays) => {
        const shares = Array.from({ length: relays }, (_, rank) => shareOf({ shards: 64, relays, rank }));
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0),
          64,
        );
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
      }),
    );
  });
});

describe("the window", () => {
  const stored = { lasts: () => false, onShare: () => {} };

  it("has the room that is left, and lets a message larger than all of it in when it is empty", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ bytes: fc.nat(300), out: fc.boolean() }), { maxLength: 200, size: "max" }),
        (steps) => {
          const window = createWindow({ messages: 10, bytes: 500 }, stored);
          const inside: number[] = [];
          const takeOut = (): void => {
            const gone = inside.shift();
            if (gone !== undefined) window.remove("a", gone);
          };
          const putIn = (bytes: number): void => {
            if (window.room().messages === 0) return;
            window.add("a", bytes);
            inside.push(bytes);
          };
          for (const { bytes, out } of steps) {
            if (out) takeOut();
            else putIn(bytes);
            const sum = inside.reduce((all, one) => all + one, 0);
            assert.deepEqual([window.messages, window.bytes], [inside.length, sum]);
            assert.equal(window.room().messages > 0, inside.length < 10 && sum < 500);
          }
        },
      ),
    );
    const empty = createWindow({ messages: 10, bytes: 1 }, stored);
    assert.equal(empty.room().messages, 10);
    assert.throws(() => empty.remove("a", 1), /no more is taken out/);
  });

  it("knows which names have half their share, by messages or by bytes, and tells when one has room again", () => {
    let told = 0;
    const window = createWindow(
      { messages: 32, bytes: 800 },
      { lasts: (type) => type !== "stored", onShare: () => void told++ },
    );
    assert.deepEqual(window.part, { messages: 4, bytes: 100 });
    for (let count = 0; count < 4; count++) for (const type of ["slow", "stored"]) window.add(type, 1);
    window.add("large", 100);
    window.add("small", 99);
    assert.deepEqual(window.crowding(), ["slow", "large"]);
    window.remove("stored", 1);
    window.remove("small", 99);
    assert.equal(told, 0);
    window.remove("slow", 1);
    window.remove("slow", 1);
    assert.equal(told, 1);
    window.remove("large", 100);
    assert.deepEqual([told, window.crowding()], [2, []]);
  });
});

describe("a bell", () => {
  it("wakes who waits, remembers a ring for the next one, and ends with the signal", async () => {
    const clock = virtualClock();
    const bell = createBell(clock);
    const stop = new AbortController();
    await clock.run(() => bell.wait(100, stop.signal));
    assert.equal(clock.monotonic(), 100);
    bell.ring();
    await clock.run(() => bell.wait(100, stop.signal));
    assert.equal(clock.monotonic(), 100);
    const waiting = bell.wait(100, stop.signal);
    bell.ring();
    await clock.run(() => waiting);
    assert.equal(clock.monotonic(), 100);
    stop.abort();
    await clock.run(() => bell.wait(100, stop.signal));
    assert.equal(clock.monotonic(), 100);
    assert.equal(clock.sleeping(), 0);
  });
});
