import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import { limited } from "./time-limit.ts";

const tooLate = (): Error => new Error("too late");

describe("a time limit", () => {
  it("passes results and failures on, whatever they are, and leaves no timer", async () => {
    const clock = virtualClock();
    const limit = { clock, limitMs: 100, signal: new AbortController().signal, tooLate };
    await clock.run(async () => {
      assert.equal(await limited(limit, () => 7), 7);
      assert.equal(await limited(limit, () => clock.sleep(99).then(() => 8)), 8);
      await assert.rejects(
        limited(limit, () => Promise.reject(undefined)),
        (failure) => failure === undefined,
      );
      await assert.rejects(
        limited(limit, () => {
          throw new Error("at once");
        }),
        /at once/,
      );
      assert.equal(clock.sleeping(), 0);
    });
  });

  it("aborts the signal and rejects at the limit, also for work that does not listen", async () => {
    const clock = virtualClock();
    const limit = { clock, limitMs: 100, signal: new AbortController().signal, tooLate };
    await clock.run(async () => {
      let given: AbortSignal | undefined;
      const hanging = limited(limit, (signal) => {
        given = signal;
        return new Promise(() => {});
      });
      await assert.rejects(hanging, /too late/);
      assert.deepEqual([given?.aborted, clock.monotonic()], [true, 100]);
    });
  });

  it("rejects with the outer signal's reason as soon as that aborts, or has", async () => {
    const clock = virtualClock();
    const outer = new AbortController();
    const limit = { clock, limitMs: 100, signal: outer.signal, tooLate };
    await clock.run(async () => {
      const hanging = limited(limit, () => new Promise(() => {}));
      await clock.sleep(10);
      outer.abort(new Error("stop"));
      await assert.rejects(hanging, /stop/);
      let ran = false;
      await assert.rejects(
        limited(limit, () => {
          ran = true;
        }),
        /stop/,
      );
      assert.deepEqual([ran, clock.monotonic(), clock.sleeping()], [false, 10, 0]);
    });
  });
});
