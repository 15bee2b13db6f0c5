import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import { wakeupOf } from "./wakeup.ts";

describe("a wakeup", () => {
  it("ends a wait at its time, sooner when something is due sooner, and at once when woken before", async () => {
    const clock = virtualClock();
    const wakeup = wakeupOf(clock);
    const { signal } = new AbortController();
    const waited = async (): Promise<number> => {
      const startMs = clock.monotonic();
      await wakeup.wait(1_000, signal);
      return clock.monotonic() - startMs;
    };
    await clock.run(async () => {
      assert.equal(await waited(), 1_000);
      wakeup.within(300);
      wakeup.within(700);
      assert.equal(await waited(), 300);
      const interrupted = waited();
      await clock.sleep(100);
      wakeup.within(50);
      assert.equal(await interrupted, 150);
      wakeup.now();
      assert.equal(await waited(), 0);
      assert.equal(await waited(), 1_000);
    });
  });

  it("ends when the signal aborts, leaving no sleeper behind", async () => {
    const clock = virtualClock();
    const wakeup = wakeupOf(clock);
    const stopping = new AbortController();
    await clock.run(async () => {
      const waiting = wakeup.wait(1_000, stopping.signal);
      await clock.sleep(10);
      stopping.abort();
      await waiting;
      assert.deepEqual([clock.monotonic(), clock.sleeping()], [10, 0]);
    });
  });
});
