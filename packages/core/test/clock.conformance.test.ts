import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Clock, systemClock } from "../src/index.ts";
import { virtualClock } from "../src/testing.ts";

/** What every clock must do; `run` is how work gets its time. */
function clockConformance(
  name: string,
  make: () => { readonly clock: Clock; run<T>(work: () => Promise<T>): Promise<T> },
): void {
  describe(`clock conformance: ${name}`, () => {
    it("never goes back and has slept no less than it was asked to", async () => {
      const { clock, run } = make();
      for (const waitMs of [0.3, 1, 1.7, 12]) {
        const before = clock.monotonic();
        await run(() => clock.sleep(waitMs));
        assert.ok(
          clock.monotonic() - before >= waitMs,
          `slept ${clock.monotonic() - before} of ${waitMs} ms`,
        );
      }
    });

    it("moves wall and monotonic time together", async () => {
      const { clock, run } = make();
      const [wall, monotonic] = [clock.wall(), clock.monotonic()];
      await run(() => clock.sleep(20));
      const drift = clock.wall() - wall - (clock.monotonic() - monotonic);
      assert.ok(Math.abs(drift) < 15, `drift ${drift}`);
    });

    for (const waitMs of [0, -5, Number.NEGATIVE_INFINITY, Number.NaN]) {
      it(`does not sleep for ${waitMs}`, async () => {
        const { clock } = make();
        await clock.sleep(waitMs); // Outside of run: no time has to pass.
      });
    }

    it("wakes sleepers in the order in which they are due", async () => {
      const { clock, run } = make();
      const woken: string[] = [];
      await run(async () => {
        const late = clock.sleep(40).then(() => woken.push("late"));
        const early = clock.sleep(5).then(() => woken.push("early"));
        await Promise.all([late, early]);
      });
      assert.deepEqual(woken, ["early", "late"]);
    });

    it("rejects with the signal's own reason, at once when it was aborted before", async () => {
      const { clock } = make();
      const reason = { my: "reason" };
      await assert.rejects(clock.sleep(10_000, AbortSignal.abort(reason)), (thrown) => thrown === reason);
      await assert.rejects(clock.sleep(0, AbortSignal.abort(reason)), (thrown) => thrown === reason);
    });

    for (const waitMs of [10_000, 2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY]) {
      it(`ends a sleep of ${waitMs} when the signal aborts, with its reason, and not before`, async () => {
        const { clock, run } = make();
        const controller = new AbortController();
        const reason = new Error("enough");
        let ended = false;
        const slept = clock.sleep(waitMs, controller.signal).finally(() => {
          ended = true;
        });
        const rejected = assert.rejects(slept, (thrown) => thrown === reason);
        await run(() => clock.sleep(10)); // A timer that overflowed would have fired after 1 ms.
        assert.equal(ended, false);
        controller.abort(reason);
        await rejected;
      });
    }

    it("leaves no listener on the signal after a sleep", async () => {
      const { clock, run } = make();
      const controller = new AbortController();
      let listeners = 0;
      const { signal } = controller;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        listeners++;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        listeners--;
        remove(...args);
      };
      await run(() => clock.sleep(3, signal));
      assert.equal(listeners, 0);
    });
  });
}

clockConformance("system", () => ({ clock: systemClock, run: (work) => work() }));
clockConformance("virtual", () => {
  const clock = virtualClock();
  return { clock, run: (work) => clock.run(work) };
});
