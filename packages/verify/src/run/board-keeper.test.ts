import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Experiment } from "../model.ts";
import { keepBoard } from "./board-keeper.ts";

const one = { id: "one", expectedMs: 10, perInstance: 2, quiet: false } as unknown as Experiment;

function keeper() {
  let nowMs = 0;
  const clock = { monotonic: () => nowMs, wall: () => 0, sleep: () => Promise.resolve() };
  return {
    board: keepBoard(clock, [{ experiment: one, samples: 2 }]),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("the keeper of a board", () => {
  it("tells an experiment finished once its samples are taken and its shards have ended", () => {
    const { board } = keeper();
    board.change({ type: "shard-started", experiment: "one", shard: "a" });
    for (const taken of [0, 1]) assert.ok(board.take(one, "a", { taken, usedMs: 0 }, () => null));
    assert.ok(!board.isFinished("one"));
    board.change({ type: "shard-ended", experiment: "one", shard: "a" });
    assert.ok(board.isFinished("one") && board.finished().has("one"));
    board.change({ type: "topped-up", experiment: "one", work: { experiment: one, samples: 1 } });
    assert.ok(!board.isFinished("one"));
    assert.equal(board.next(4)?.id, "one");
  });

  it("measures from the first shard to the last, and counts samples", () => {
    const { board, pass } = keeper();
    pass(100);
    board.begin("one");
    pass(50);
    board.begin("one");
    board.sampled("one", 5);
    pass(25);
    board.end("one");
    assert.deepEqual(board.reports(), [{ experiment: one, samples: 1, wallMs: 75, stoppedBecause: null }]);
  });

  it("stops an experiment when samples are refused, and offers no top-up for it", () => {
    const { board } = keeper();
    assert.equal(
      board.take(one, "a", { taken: 0, usedMs: 0 }, () => "the budget was spent"),
      false,
    );
    assert.equal(board.next(4), null);
    assert.equal(board.finished().size, 0);
    assert.equal(board.reports()[0]?.stoppedBecause, "the budget was spent");
  });
});
