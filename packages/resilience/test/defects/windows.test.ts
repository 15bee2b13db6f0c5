import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Clock } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { policy, type Runtime, resilient } from "../../src/index.ts";
import { coded, failed, world } from "../support/world.ts";

const breaker = {
  window: "10s",
  minCalls: 5,
  failureRate: 0.5,
  open: { base: "5s", jitter: 0 },
  probes: 1,
} as const;

/** A function under a breaker that fails or answers as it is told. */
function told(runtime: Runtime, name = "told") {
  const call = resilient(
    policy({ name, breaker }),
    async (_context, good: boolean) => {
      if (!good) throw coded("ECONNRESET");
    },
    { runtime },
  );
  return {
    fail: async (times: number): Promise<void> => {
      for (let count = 0; count < times; count++) await failed(call(false));
    },
    answer: async (times: number): Promise<void> => {
      for (let count = 0; count < times; count++) await call(true);
    },
    refused: async () => await failed(call(true)),
    circuit: () => runtime.statistics().find((each) => each.policy === name)?.circuit,
  };
}

describe("windows and what is remembered, as other libraries get them wrong", () => {
  it("T2: a pause longer than the window empties it", async () => {
    const { clock, runtime } = world();
    const { fail, circuit } = told(runtime);

    await fail(4);
    await clock.advance(300_000);
    await fail(1);
    assert.equal(circuit(), "closed");

    await fail(4);
    assert.equal(circuit(), "open");
  });

  it("T2: whatever happened before a pause of the window's length counts no more, and what is recent does", async () => {
    const moments = fc.array(fc.nat(10_000), { minLength: 4, maxLength: 4, size: "max" });
    await fc.assert(
      fc.asyncProperty(
        moments,
        moments,
        fc.integer({ min: 10_000, max: 40_000 }),
        async (old, recent, pause) => {
          const { clock, runtime } = world();
          const { fail, circuit } = told(runtime);
          for (const gap of old) {
            await clock.advance(gap / 10);
            await fail(1);
          }
          await clock.advance(pause);
          for (const gap of recent) {
            await clock.advance(gap / 10);
            await fail(1);
          }
          assert.equal(circuit(), "closed");
          // Four gaps of a tenth of the window at most: the four failures are still in it.
          await fail(1);
          assert.equal(circuit(), "open");
        },
      ),
      { numRuns: 30 },
    );
  });

  it("T11: neither the end of an opening nor a deadline moves when somebody sets the wall clock", async () => {
    for (const jumpMs of [-3_600_000, 3_600_000]) {
      const { time, virtual, jump } = movedClock();
      const { runtime } = world({ time });
      const { fail, circuit, refused } = told(runtime);
      await fail(5);
      jump({ wall: jumpMs });

      assert.equal((await refused()).retryAfterMs, 5_000);
      await virtual.advance(4_999);
      assert.equal(circuit(), "open");
      await virtual.advance(1);
      assert.equal(circuit(), "half-open");

      const hangs = resilient(policy({ name: "hangs", deadline: "1s" }), () => new Promise(() => {}), {
        runtime,
      });
      const end = failed(hangs());
      jump({ wall: jumpMs });
      await virtual.advance(1_000);
      assert.equal((await end).elapsedMs, 1_000);
    }
  });

  it("T42: a clock that goes back moves no window on and empties none", async () => {
    const { time, virtual, jump } = movedClock();
    const { runtime } = world({ time });
    const { fail, circuit } = told(runtime);
    await virtual.advance(60_000);

    await fail(1);
    for (let count = 0; count < 3; count++) {
      jump({ monotonic: -20_000 });
      await fail(1);
    }
    assert.equal(circuit(), "closed");
    await fail(1);

    assert.equal(circuit(), "open");
  });

  it("T13: only what was executed counts: refused calls do not thin failures out", async () => {
    const { clock, runtime, work } = world();
    const call = resilient(
      policy({
        name: "t13",
        limit: { concurrent: 1 },
        breaker: { ...breaker, minCalls: 11 },
        fallback: "cached",
      }),
      async (_context, good: boolean) => {
        await work(10);
        if (!good) throw coded("ECONNRESET");
        return "live";
      },
      { runtime, fallback: { cached: ({ code }) => code } },
    );

    const ends: string[] = [];
    for (let round = 0; round < 11; round++) {
      const all = Array.from({ length: 10 }, () => call(round === 0));
      ends.push(...(await clock.run(() => Promise.all(all))));
    }

    const count = (end: string): number => ends.filter((each) => each === end).length;
    assert.deepEqual([count("live"), count("FULL"), count("FAILED")], [1, 99, 10]);
    assert.equal(runtime.statistics()[0]?.circuit, "open");
  });

  it("T14: a saved opening ends when it would have ended, whatever happened to the process in between", async () => {
    const before = world();
    const saved = told(before.runtime);
    await before.clock.advance(100_000);
    await saved.fail(5);
    await before.clock.advance(2_000);
    const snapshot: unknown = JSON.parse(JSON.stringify(before.runtime.save()));

    const after = world();
    // On the wall it is a second later; the other clock of a new process begins where it likes.
    await after.clock.advance(103_000);
    after.runtime.restore(snapshot);
    const { circuit, refused } = told(after.runtime);

    assert.equal(circuit(), "open");
    assert.equal((await refused()).retryAfterMs, 2_000);
    await after.clock.advance(1_999);
    assert.equal(circuit(), "open");
    await after.clock.advance(1);
    assert.equal(circuit(), "half-open");
  });

  it("T41: what was counted before an opening does not open the circuit again after it has closed", async () => {
    const { clock, runtime } = world();
    const { fail, answer, circuit } = told(runtime);
    await fail(5);
    await clock.advance(5_000);
    await answer(1);
    assert.equal(circuit(), "closed");

    await fail(4);
    assert.equal(circuit(), "closed");
    await fail(1);

    assert.equal(circuit(), "open");
  });
});

/** A virtual clock whose two times can be set apart from each other. */
function movedClock() {
  const virtual = virtualClock();
  let wallMs = 0;
  let monotonicMs = 0;
  const time: Clock = {
    monotonic: () => virtual.monotonic() + monotonicMs,
    wall: () => virtual.wall() + wallMs,
    sleep: (waitMs, signal) => virtual.sleep(waitMs, signal),
  };
  const jump = ({ wall = 0, monotonic = 0 }: { wall?: number; monotonic?: number }): void => {
    wallMs += wall;
    monotonicMs += monotonic;
  };
  return { time, virtual, jump };
}
