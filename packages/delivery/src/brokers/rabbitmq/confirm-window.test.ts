import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type ConfirmWindow, createConfirmWindow } from "./confirm-window.ts";

describe("confirm window", () => {
  it("gives every message exactly one end, whatever the order of confirms", () => {
    const seen = { multiple: 0, single: 0, twice: 0, drained: 0 };
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: "send" } as const) },
      fc.record({ kind: fc.constant("settle" as const), tag: fc.nat(40), multiple: fc.boolean() }),
    );
    const settle = (
      window: ConfirmWindow<number>,
      open: Set<number>,
      tag: number,
      multiple: boolean,
    ): void => {
      const expected = [...open].filter((one) => (multiple ? one <= tag : one === tag));
      seen[expected.length === 0 ? "twice" : multiple ? "multiple" : "single"]++;
      assert.deepEqual(window.settle(tag, multiple), expected);
      for (const one of expected) open.delete(one);
      assert.equal(window.size, open.size);
    };
    fc.assert(
      fc.property(fc.array(step, { size: "max", maxLength: 80 }), (steps) => {
        const window = createConfirmWindow<number>();
        const open = new Set<number>();
        let sent = 0;
        for (const move of steps) {
          if (move.kind === "settle") settle(window, open, move.tag, move.multiple);
          else {
            window.add(++sent);
            open.add(sent);
          }
        }
        if (open.size > 0) seen.drained++;
        assert.deepEqual(window.drain(), [...open]);
        assert.equal(window.size, 0);
      }),
    );
    for (const [state, times] of Object.entries(seen)) assert.ok(times > 10, `${state} ${times}`);
  });

  it("finds the first and takes the oldest", () => {
    const window = createConfirmWindow<number>();
    for (const sentMs of [1, 2, 3, 9]) window.add(sentMs);
    assert.equal(
      window.find((sentMs) => sentMs > 1),
      2,
    );
    assert.deepEqual(
      window.takeWhile((sentMs) => sentMs < 3),
      [1, 2],
    );
    assert.deepEqual(window.settle(1, false), []);
    assert.deepEqual(window.settle(4, true), [3, 9]);
  });
});
