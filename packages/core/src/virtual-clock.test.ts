import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "./errors.ts";
import { virtualClock } from "./virtual-clock.ts";

const stuck = (error: unknown): boolean => isCodedError(error) && error.code === "CLOCK_STUCK";

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

  it("stands still while work takes turns of the event loop", async () => {
    let busy = false;
    const clock = virtualClock({ busy: () => busy });
    const done: string[] = [];
    void clock.sleep(10).then(async () => {
      busy = true;
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      done.push(`worked at ${clock.monotonic()}`);
      busy = false;
    });
    void clock.sleep(11).then(() => done.push(`woke at ${clock.monotonic()}`));
    await clock.advance(20);
    assert.deepEqual(done, ["worked at 10", "woke at 11"]);
  });

  it("says so when that work never ends", async () => {
    const clock = virtualClock({ busy: () => true });
    await assert.rejects(clock.advance(1), stuck);
  });
});
