import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import { openSpacing } from "./spacing.ts";

describe("spacing", () => {
  it("lets one go at once and each further one later, and forgets after a pause", async () => {
    const clock = virtualClock();
    const space = openSpacing(clock, 30);
    const { signal } = new AbortController();
    const went: number[] = [];
    const go = (): Promise<void> => space(signal).then(() => void went.push(clock.monotonic()));

    await clock.run(async () => {
      const begunMs = clock.monotonic();
      await Promise.all([go(), go(), go()]);
      await clock.sleep(100);
      await go();
      assert.deepEqual(
        went.map((atMs) => atMs - begunMs),
        [0, 30, 60, 160],
      );
    });
  });
});
