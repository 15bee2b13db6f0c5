import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { between, isNothing, type Snapshot, snapshotOf } from "./snapshot.ts";

/** Transactions that begin and end one after the other, and snapshots taken in between. */
const histories = fc.array(fc.constantFrom("begin", "end first", "end last", "look"), {
  maxLength: 120,
  size: "max",
});

interface Look {
  readonly snapshot: Snapshot;
  /** What was over then. */
  readonly over: ReadonlySet<bigint>;
}

function looksOf(history: readonly string[]): readonly Look[] {
  const open: bigint[] = [];
  const over = new Set<bigint>();
  const looks: Look[] = [];
  let next = 3n;
  for (const step of history) {
    if (step === "begin") open.push(next++);
    else if (step === "look") looks.push({ snapshot: { xmax: next, open: [...open] }, over: new Set(over) });
    else {
      const ended = step === "end first" ? open.shift() : open.pop();
      if (ended !== undefined) over.add(ended);
    }
  }
  return looks;
}

/** What a reading of the log takes: `late`, and the range without what is `open`. */
function taken({ late, from, to, open }: ReturnType<typeof between>): readonly bigint[] {
  const xids = [...late];
  for (let xid = from; xid < to; xid++) if (!open.includes(xid)) xids.push(xid);
  return xids;
}

describe("the difference of two snapshots", () => {
  it("takes every transaction once, in the first reading after it ended, and waits for none", () => {
    const seen = { late: 0, open: 0, nothing: 0 };
    fc.assert(
      fc.property(histories, (history) => {
        const read = new Set<bigint>();
        let last: Snapshot = { xmax: 1n, open: [] };
        for (const { snapshot, over } of looksOf(history)) {
          const found = between(last, snapshot);
          const xids = taken(found).filter((xid) => xid >= 3n);
          for (const xid of xids) {
            assert.ok(!read.has(xid), "none twice");
            read.add(xid);
          }
          assert.deepEqual(read, over);
          seen.late += found.late.length;
          seen.open += found.open.length;
          if (isNothing(found)) {
            seen.nothing += 1;
            assert.equal(xids.length, 0);
          }
          last = snapshot;
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(seen.late > 100 && seen.open > 100 && seen.nothing > 100, JSON.stringify(seen));
  });

  it("reads what PostgreSQL writes", () => {
    assert.deepEqual(snapshotOf("10:20:10,14,15"), { xmax: 20n, open: [10n, 14n, 15n] });
    assert.deepEqual(snapshotOf("7:7:"), { xmax: 7n, open: [] });
  });
});
