import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { type Clock, systemClock } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { chainedTimers, systemTimers } from "./system-timers.ts";
import { clockTimers, type Timers } from "./timers.ts";

interface Subject {
  readonly timers: Timers;
  readonly clock: Clock;
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** What all timers must do; `run` is how work gets its time. */
function timersConformance(name: string, make: () => Subject): void {
  describe(`timers conformance: ${name}`, () => {
    it("fires once, no earlier than it was asked to", async () => {
      const { timers, clock, run } = make();
      for (const waitMs of [0.3, 1, 2.5, 7]) {
        const fired: number[] = [];
        const setAtMs = clock.monotonic();
        await run(async () => {
          timers.set(waitMs, () => fired.push(clock.monotonic() - setAtMs));
          while (fired.length === 0) await clock.sleep(1);
          await clock.sleep(waitMs + 3);
        });
        assert.equal(fired.length, 1);
        assert.ok((fired[0] as number) >= waitMs, `${fired[0]} of ${waitMs} ms`);
        assert.ok((fired[0] as number) < waitMs + 500, `${fired[0]} of ${waitMs} ms`);
      }
    });

    for (const waitMs of [0, -5, Number.NEGATIVE_INFINITY, Number.NaN]) {
      it(`fires soon for ${waitMs}, but not before set has returned`, async () => {
        const { timers, clock, run } = make();
        let fired = false;
        const setAtMs = clock.monotonic();
        await run(async () => {
          const firing = new Promise<void>((resolve) => {
            timers.set(waitMs, () => {
              fired = true;
              resolve();
            });
          });
          assert.equal(fired, false);
          await firing;
        });
        assert.ok(clock.monotonic() - setAtMs < 500);
      });
    }

    it("does not fire once cleared, in the turn in which it is due either", async () => {
      const { timers, clock, run } = make();
      const fired: string[] = [];
      await run(async () => {
        const twins = [3, 3].map((waitMs, at) =>
          timers.set(waitMs, () => {
            fired.push(`twin ${at}`);
            for (const twin of twins) timers.clear(twin);
          }),
        );
        timers.clear(timers.set(0, () => fired.push("at once")));
        timers.clear(timers.set(1, () => fired.push("early")));
        await clock.sleep(8);
      });
      assert.deepEqual(fired, ["twin 0"]);
    });

    for (const waitMs of [2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY]) {
      it(`is still waiting for ${waitMs} after a while, and can be cleared`, async () => {
        const { timers, clock, run } = make();
        let fired = false;
        await run(async () => {
          const timer = timers.set(waitMs, () => {
            fired = true;
          });
          timer.unref();
          timer.ref();
          await clock.sleep(6); // A native timer that overflowed would have fired after 1 ms.
          timers.clear(timer);
        });
        assert.equal(fired, false);
      });
    }

    it("fires those that are due first, first", async () => {
      const { timers, clock, run } = make();
      const fired: string[] = [];
      await run(async () => {
        timers.set(30, () => fired.push("late"));
        timers.set(2, () => fired.push("early"));
        while (fired.length < 2) await clock.sleep(5);
      });
      assert.deepEqual(fired, ["early", "late"]);
    });
  });
}

const real = (timers: Timers): Subject => ({ timers, clock: systemClock, run: (work) => work() });
timersConformance("of the process", () => real(systemTimers));
timersConformance("of the process, in steps of 2 ms", () => real(chainedTimers(2)));
timersConformance("on the real clock", () => real(clockTimers(systemClock)));
timersConformance("on a virtual clock", () => {
  const clock = virtualClock();
  return { timers: clockTimers(clock), clock, run: (work) => clock.run(work) };
});

describe("timers of the process", () => {
  const play = (script: string): string => {
    const source = `import { chainedTimers } from ${JSON.stringify(import.meta.resolve("./system-timers.ts"))};
      const timers = chainedTimers(2);
      process.on("exit", () => console.log("end"));
      ${script}`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], {
      timeout: 20_000,
    });
    return stdout.toString().trim();
  };

  it("hold the process until they fire, unless they were let off, step after step", () => {
    assert.equal(play('timers.set(9, () => console.log("fired"));'), "fired\nend");
    assert.equal(play('timers.set(9, () => console.log("fired")).unref();'), "end");
    assert.equal(
      play(
        'const timer = timers.set(1e6, () => console.log("fired")); setTimeout(() => timer.unref(), 5); setTimeout(() => {}, 9);',
      ),
      "end",
    );
    assert.equal(
      play('const timer = timers.set(9, () => console.log("fired")); timer.unref(); timer.ref();'),
      "fired\nend",
    );
  });

  it("never ask a native timer for more than it can hold, nor for nonsense", async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.name);
    process.on("warning", note);
    const waits = [2 ** 40, -5, Number.NaN, Number.NEGATIVE_INFINITY];
    const timers = waits.map((waitMs) => systemTimers.set(waitMs, () => {}));
    await new Promise((resolve) => setImmediate(resolve)); // Warnings are told in a later turn.
    for (const timer of timers) systemTimers.clear(timer);
    process.off("warning", note);
    assert.deepEqual(warnings, []);
  });
});
