import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { judgeGap, judgeSequence, type SequenceVerdict, type Watermark } from "./sequence.ts";

describe("what a message's number means", () => {
  const at: Watermark = { first: 3, last: 5 };
  const table: readonly (readonly [number, boolean, "done" | "dead" | null, SequenceVerdict])[] = [
    [6, false, null, "apply"],
    [6, true, "dead", "apply"],
    [6, false, "dead", "duplicate"],
    [5, false, null, "duplicate"],
    [3, false, null, "duplicate"],
    [2, false, null, "before-start"],
    [2, true, "dead", "late"],
    [4, true, "dead", "late"],
    [4, true, null, "late"],
    [4, true, "done", "duplicate"],
    [7, false, null, "gap"],
    [7, true, "dead", "gap"],
    [7, false, "dead", "duplicate"],
  ];
  for (const [seq, redriven, known, verdict] of table)
    it(`is ${verdict} for ${seq}${redriven ? ", redriven," : ""} known as ${known} when 3 to 5 are done`, () => {
      assert.equal(judgeSequence(at, { seq, redriven, known }), verdict);
    });

  it("applies every message once, in order unless it was given up, whatever comes how often and fails when", () => {
    const reached = new Set<string>();
    const event = fc.record({
      seq: fc.integer({ min: 1, max: 6 }),
      what: fc.constantFrom("arrives", "arrives", "arrives", "arrives and is given up", "is redriven"),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: "max" }), fc.boolean(), (events, skip) => {
        const { happen, applied, late, whereabouts } = consumerModel(skip, reached);
        for (const { seq, what } of events) happen(seq, what);

        assert.equal(new Set(applied).size, applied.length, "nothing twice");
        const inTime = applied.filter((seq) => !late.has(seq));
        assert.deepEqual(
          inTime,
          inTime.toSorted((a, b) => a - b),
          "in order",
        );
        if (!skip)
          assert.deepEqual(
            applied,
            [...applied.keys()].map((at) => at + 1),
            "without a hole",
          );
        const arrived = events.filter(({ what }) => what !== "is redriven");
        for (const { seq } of arrived) assert.equal(whereabouts(seq), 1, `${seq} is in one place`);
      }),
      { numRuns: 3_000 },
    );
    assert.deepEqual(reached, new Set(["apply", "late", "duplicate", "gap"]));
  });
});

/** A consumer as its tables are: watermark, inbox, parked messages, dead letters. */
function consumerModel(skip: boolean, reached: Set<string>) {
  let watermark: Watermark = { first: 1, last: 0 };
  const inbox = new Map<number, "done" | "dead">();
  const letters = new Set<number>();
  const parked = new Map<number, boolean>();
  const applied: number[] = [];
  const late = new Set<number>();

  const bury = (seq: number, verdict: SequenceVerdict): void => {
    inbox.set(seq, "dead");
    letters.add(seq);
    if (skip && verdict === "apply") passOn(seq);
  };
  const take = (seq: number, redriven: boolean, verdict: SequenceVerdict): void => {
    applied.push(seq);
    if (redriven) inbox.set(seq, "done");
    if (verdict === "apply") passOn(seq);
    else late.add(seq);
  };
  const passOn = (seq: number): void => {
    watermark = { ...watermark, last: seq };
    const redriven = parked.get(seq + 1);
    if (parked.delete(seq + 1)) present(seq + 1, redriven ?? false, false);
  };
  const present = (seq: number, redriven: boolean, givenUp: boolean): void => {
    const verdict = judgeSequence(watermark, { seq, redriven, known: inbox.get(seq) ?? null });
    reached.add(verdict);
    if (verdict === "gap") parked.set(seq, redriven || (parked.get(seq) ?? false));
    else if (verdict === "apply" || verdict === "late")
      givenUp ? bury(seq, verdict) : take(seq, redriven, verdict);
  };
  return {
    applied,
    late,
    happen(seq: number, what: string): void {
      if (what !== "is redriven") present(seq, false, what === "arrives and is given up");
      else if (letters.delete(seq)) present(seq, true, false);
    },
    whereabouts: (seq: number): number =>
      [applied.includes(seq), letters.has(seq), parked.has(seq)].filter(Boolean).length,
  };
}

describe("what a gap means", () => {
  const limits = { reportAfterMs: 1_000, giveUpAfterMs: 100_000 };

  it("is looked at again after as long as it has lasted, reported, and given up at the limit", () => {
    const looks: number[] = [];
    let waitedMs = 0;
    for (;;) {
      const next = judgeGap(waitedMs, limits);
      if (next.do === "give-up") break;
      assert.equal(next.report, waitedMs >= 1_000);
      looks.push(waitedMs);
      waitedMs += next.waitMs;
    }
    assert.deepEqual(looks, [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
    assert.equal(waitedMs, 100_000);
  });

  it("is looked at every hour at least", () => {
    const day = { reportAfterMs: 60_000, giveUpAfterMs: 7 * 86_400_000 };
    assert.deepEqual(judgeGap(20 * 3_600_000, day), { do: "wait", waitMs: 3_600_000, report: true });
  });
});
