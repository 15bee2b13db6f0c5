import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { indexObservations } from "../evidence-index.ts";
import { observations } from "../testing/fixture.ts";
import { timelineOf } from "../timeline.ts";
import { layOut, type TimeLimit } from "./timeline-rows.ts";

const index = indexObservations(observations);

function laidOut(call: string, limit: TimeLimit | null = null) {
  const timeline = timelineOf({ experiment: "e", call, exchanges: [], note: "n" }, index);
  assert.ok(timeline !== null);
  return layOut(timeline, limit);
}

describe("the layout of a timeline", () => {
  it("gives the caller and each attempt a row", () => {
    assert.deepEqual(
      laidOut("c-lost-1").rows.map((row) => row.label),
      ["Caller", "Attempt 1", "Attempt 2"],
    );
  });
  it("puts many attempts into one row, whatever their number", () => {
    const { rows } = laidOut("c-503-1");
    assert.deepEqual(
      rows.map((row) => row.label),
      ["Caller", "Attempt 1", "Attempt 2", "Attempt 3", "Attempts 4–47", "Attempt 48"],
    );
    assert.equal(rows[4]?.text, "44 more, one every 203 ms");
  });
  it("draws the limit of a call across all lanes, that of an attempt in its own", () => {
    const deadline = laidOut("c-drip-1", { of: "call", ms: 4_000, label: "deadline" });
    assert.deepEqual(
      deadline.lines.map((line) => [line.kind, line.atMs]),
      [
        ["limit", 4_000],
        ["answered", 4_020],
      ],
    );
    const timeout = laidOut("c-hang-1", { of: "attempt", ms: 800, label: "timeout" });
    assert.deepEqual([timeout.lines, timeout.attemptLimitMs, timeout.heads[0]?.atMs], [[], 800, 803.2]);
  });
  it("makes room for a limit that was not reached, unless nothing else could be seen", () => {
    assert.ok(laidOut("c-lost-1", { of: "call", ms: 500, label: "deadline" }).scale.toValue > 500);
    const far = laidOut("c-lost-1", { of: "call", ms: 30_000, label: "deadline" });
    assert.deepEqual(far.heads, []);
    assert.ok(far.scale.toValue < 300);
  });
  it("keeps everything that happened on the drawing", () => {
    for (const call of ["c-503-1", "c-hang-1", "c-drip-1", "c-late-1"]) {
      const { scale, timeline } = laidOut(call);
      for (const attempt of timeline.attempts) assert.ok(attempt.toMs < scale.toValue, call);
    }
  });
});
