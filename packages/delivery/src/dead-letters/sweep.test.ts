import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { DeliveryError } from "../errors.ts";
import { batchOf, nextDueMs } from "./pace.ts";
import type { Place } from "./pages.ts";
import { type Sweep, sweep } from "./sweep.ts";

const letterAt = (at: number): Place => ({ deadMs: at, id: String(at) });

interface TableOptions {
  /** Letters that cannot be written. */
  readonly broken?: readonly number[];
  /** Transactions that are refused, from the first one on. */
  readonly refusals?: number;
  readonly onTaken?: (at: number) => void;
}

/** Letters 0 … n−1 in a table of sorts. */
function table(letters: number, { broken = [], refusals = 0, onTaken = () => {} }: TableOptions) {
  const left = new Set(Array.from({ length: letters }, (_, at) => at));
  const skipped: number[] = [];
  let refused = 0;
  const pageAfter = (after: Place | null, rows: number): readonly number[] =>
    [...left]
      .toSorted((a, b) => a - b)
      .filter((at) => at > (after?.deadMs ?? -1))
      .slice(0, rows);
  const write = (read: readonly number[]): void => {
    if (refused++ < refusals) throw new DeliveryError("STORE_CONFLICT", "taken");
    if (read.some((at) => broken.includes(at))) throw new DeliveryError("STORE_FAILED", "cannot be written");
    for (const at of read) left.delete(at);
    for (const at of read) onTaken(at);
  };
  const run = (options: { readonly batch: number; readonly limit: number }) => {
    const clock = virtualClock();
    const whole: Sweep<Place> = {
      clock,
      signal: undefined,
      ...options,
      async take(after, rows, onRead) {
        const read = pageAfter(after, rows);
        onRead(read.map(letterAt));
        write(read);
        return read.map(letterAt);
      },
      taken() {},
      skipped: ({ deadMs }) => void skipped.push(deadMs),
    };
    return clock.run(() => sweep(whole));
  };
  return { left, skipped, run };
}

describe("a run over the letters", () => {
  it("takes every letter that can be written once, and stops for none that cannot", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.uniqueArray(fc.nat(40)),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(3),
        async (letters, broken, batch, refusals) => {
          const within = broken.filter((at) => at < letters).toSorted((a, b) => a - b);
          const made = table(letters, { broken, refusals });
          const result = await made.run({ batch, limit: Number.POSITIVE_INFINITY });
          assert.deepEqual(result, { count: letters - within.length, end: "done" });
          assert.deepEqual(made.skipped, within);
          assert.deepEqual([...made.left], within);
        },
      ),
    );
  });

  it("comes back for what another operator held and let go of", async () => {
    const held = [0, 3, 4];
    const made = table(10, {
      broken: [7],
      onTaken: (at) => {
        if (at === 9) for (const one of held) made.left.add(one);
      },
    });
    for (const at of held) made.left.delete(at);
    const end = await made.run({ batch: 2, limit: Number.POSITIVE_INFINITY });
    assert.deepEqual(end, { count: 9, end: "done" });
    assert.deepEqual([made.skipped, [...made.left]], [[7], [7]]);
  });

  it("ends at its limit exactly", async () => {
    const made = table(20, { broken: [2] });
    assert.deepEqual(await made.run({ batch: 7, limit: 11 }), { count: 11, end: "limit" });
    assert.deepEqual(made.left.size, 9);
  });

  it("throws what concerns more than its letters", async () => {
    const clock = virtualClock();
    const dying = (error: unknown) =>
      clock.run(() =>
        sweep<Place>({
          clock,
          signal: undefined,
          batch: 2,
          limit: 9,
          async take(_after, _rows, onRead) {
            onRead([letterAt(1)]);
            throw error;
          },
          taken() {},
          skipped: () => assert.fail("skipped"),
        }),
      );
    await assert.rejects(dying(new DeliveryError("STORE_UNREACHABLE", "gone")), /gone/);
    await assert.rejects(dying(new TypeError("ours")), /ours/);
  });
});

describe("the pace of a redrive", () => {
  it("never exceeds the rate over any stretch that it covers, and makes up for no delay", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 5_000, noNaN: true }),
        fc.array(fc.nat(5_000), { minLength: 1, maxLength: 50 }),
        (rate, latenesses) => {
          const batch = batchOf(rate);
          let dueMs = 0;
          let nowMs = 0;
          let sent = 0;
          for (const lateMs of latenesses) {
            nowMs = Math.max(nowMs, dueMs) + lateMs;
            assert.ok(sent <= (nowMs / 1_000) * rate + 1e-6);
            sent += batch;
            dueMs = nextDueMs(dueMs, nowMs, batch, rate);
          }
          assert.ok(batch === 1 || batch <= rate / 10);
        },
      ),
    );
  });
});
