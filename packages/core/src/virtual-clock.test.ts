import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "./errors.ts";
import { virtualClock } from "./virtual-clock.ts";

describe("virtualClock", () => {
  it("jumps to the next sleeper whenever all is asleep", async () => {
    const clock = virtualClock();
    const order: string[] = [];
    const sleeper = async (name: string, waitMs: number): Promise<void> => {
      await clock.sleep(waitMs);
      order.push(`${name}@${clock.monotonic()}`);
    };

    await clock.run(() =>
      Promise.all([sleeper("late", 3_600_000), sleeper("early", 5), sleeper("mid", 7.5)]),
    );

    assert.deepEqual(order, ["early@5", "mid@7.5", "late@3600000"]);
  });

  it("lets what woke first finish its work before waking the next", async () => {
    const clock = virtualClock();
    const order: string[] = [];
    await clock.run(async () => {
      const first = (async () => {
        await clock.sleep(10);
        await clock.sleep(1);
        order.push("first");
      })();
      const second = clock.sleep(12).then(() => order.push("second"));
      await Promise.all([first, second]);
    });
    assert.deepEqual(order, ["first", "second"]);
  });

  it("throws CLOCK_STUCK when nothing sleeps and nothing finishes", async () => {
    const clock = virtualClock();
    const stuck = (error: unknown): boolean => isCodedError(error) && error.code === "CLOCK_STUCK";
    await assert.rejects(
      clock.run(() => new Promise(() => {})),
      stuck,
    );
    await assert.rejects(
      clock.run(() => clock.sleep(Number.POSITIVE_INFINITY)),
      stuck,
    );
  });

  it("passes on what the work returns or throws, thrown at once or later", async () => {
    const clock = virtualClock();
    assert.equal(await clock.run(() => 7), 7);
    const failure = new Error("mine");
    await assert.rejects(
      clock.run(() => {
        throw failure;
      }),
      failure,
    );
    await assert.rejects(
      clock.run(() => clock.sleep(5).then(() => Promise.reject(failure))),
      failure,
    );
  });

  it("advances by hand, waking each sleeper at its own time", async () => {
    const clock = virtualClock({ wallMs: 1_000 });
    const woken: number[] = [];
    void clock.sleep(10).then(() => woken.push(clock.monotonic()));
    void clock.sleep(20).then(() => woken.push(clock.monotonic()));

    await clock.advance(15);

    assert.deepEqual(woken, [10]);
    assert.equal(clock.monotonic(), 15);
    assert.equal(clock.wall(), 1_015);
    assert.equal(clock.sleeping(), 1);
  });
});
