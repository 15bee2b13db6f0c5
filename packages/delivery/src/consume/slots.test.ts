import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { slotsOf } from "./slots.ts";

const never = new AbortController().signal;

describe("slots", () => {
  it("are given in the order of asking, and never more than there are", async () => {
    const slots = slotsOf(2);
    const order: string[] = [];
    assert.equal(await slots.acquire(never), true);
    assert.equal(slots.tryAcquire(), true);
    const waits = ["a", "b"].map((name) => slots.acquire(never).then(() => order.push(name)));
    assert.equal(slots.tryAcquire(), false);
    slots.release();
    assert.equal(slots.tryAcquire(), false, "nobody overtakes");
    slots.release();
    await Promise.all(waits);
    assert.deepEqual([order, slots.used], [["a", "b"], 2]);
    slots.release();
    slots.release();
    assert.equal(slots.used, 0);
  });

  it("are not waited for when the signal aborts, and none is lost by it", async () => {
    const slots = slotsOf(1);
    await slots.acquire(never);
    const stopping = new AbortController();
    const waiting = slots.acquire(stopping.signal);
    const behind = slots.acquire(never);
    stopping.abort();
    assert.deepEqual([await waiting, await slots.acquire(stopping.signal)], [false, false]);
    slots.release();
    assert.equal(await behind, true);
    slots.release();
    assert.equal(slots.used, 0);
  });
});
