import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Experiment } from "../model.ts";
import { type Board, boardAfter, boardOf, mayTake, nextExperiment, samplesPerShard } from "./schedule.ts";

function experiment(id: string, settings: Partial<Experiment> = {}): Experiment {
  return {
    id,
    name: id,
    summary: id,
    program: { steps: [] },
    samples: 4,
    samplesMax: 8,
    horizonMs: 5000,
    connection: "any",
    perInstance: 4,
    quiet: false,
    lingerGaps: 1,
    expectedMs: 100,
    scenario: "s",
    integration: "i",
    operation: "o",
    checks: [],
    lowerBoundMs: 0,
    ...settings,
  };
}

/** Works a board off in virtual time with shards that take what they may; answers what each shard took. */
function workOff(board: Board, sampleMs: (experiment: Experiment) => number): string[] {
  const shards: string[] = [];
  let now = board;
  for (let next = nextExperiment(now, 16); next !== null; next = nextExperiment(now, 16)) {
    const shard = `s${shards.length}`;
    now = boardAfter(now, { type: "shard-started", experiment: next.id, shard });
    let taken = 0;
    for (let usedMs = 0; ; usedMs += sampleMs(next)) {
      const lane = now[next.id];
      if (lane === undefined || !mayTake(lane, { taken, usedMs })) break;
      now = boardAfter(now, { type: "sample-taken", experiment: next.id, shard });
      taken++;
    }
    now = boardAfter(now, { type: "shard-ended", experiment: next.id, shard });
    shards.push(`${next.id}:${taken}`);
  }
  return shards;
}

describe("schedule", () => {
  it("spreads slow samples over instances and keeps fast ones together", () => {
    const board = boardOf([
      { experiment: experiment("slow", { expectedMs: 1500 }), samples: 3 },
      { experiment: experiment("fast", { expectedMs: 50 }), samples: 6 },
    ]);
    const shards = workOff(board, ({ expectedMs }) => expectedMs);
    assert.deepEqual(shards.toSorted(), ["fast:2", "fast:4", "slow:1", "slow:2"]);
  });

  it("gives an experiment the time on an instance that it asks for", () => {
    const hang = experiment("hang", { expectedMs: 4_000, perInstance: 2, instanceMs: 6_000 });
    const shards = workOff(boardOf([{ experiment: hang, samples: 5 }]), ({ expectedMs }) => expectedMs);
    assert.deepEqual(shards, ["hang:2", "hang:2", "hang:1"]);
  });

  it("starts no shard for samples that the shards under way are expected to take", () => {
    const one = experiment("one", { expectedMs: 100 });
    let board = boardOf([{ experiment: one, samples: 4 }]);
    board = boardAfter(board, { type: "shard-started", experiment: "one", shard: "a" });
    assert.equal(nextExperiment(board, 16), null);
    board = boardAfter(board, { type: "sample-taken", experiment: "one", shard: "a" });
    assert.equal(nextExperiment(board, 16), null);
    board = boardAfter(board, { type: "shard-ended", experiment: "one", shard: "a" });
    assert.equal(nextExperiment(board, 16)?.id, "one", "what a shard left is for another");
  });

  it("leaves a quarter of the places to others while there is other work", () => {
    const hang = experiment("hang", { expectedMs: 2500, perInstance: 1 });
    let board = boardOf([
      { experiment: hang, samples: 9 },
      { experiment: experiment("short"), samples: 1 },
    ]);
    const started: string[] = [];
    for (let next = nextExperiment(board, 4); next !== null; next = nextExperiment(board, 4)) {
      started.push(next.id);
      board = boardAfter(board, {
        type: "shard-started",
        experiment: next.id,
        shard: String(started.length),
      });
    }
    assert.deepEqual(started.slice(0, 4), ["hang", "hang", "hang", "short"]);
    assert.equal(started.length, 10);
  });

  it("starts long waits first, then quiet experiments and others by length", () => {
    const board = boardOf([
      { experiment: experiment("short"), samples: 1 },
      { experiment: experiment("quiet", { quiet: true, expectedMs: 5000 }), samples: 1 },
      { experiment: experiment("hang", { expectedMs: 2500 }), samples: 1 },
    ]);
    assert.deepEqual(
      workOff(board, () => 1),
      ["hang:1", "quiet:1", "short:1"],
    );
  });

  it("gives a first sample to every shard, however slow it is, and never more than its share", () => {
    const slow = experiment("slow", { expectedMs: 60_000 });
    const lane = boardOf([{ experiment: slow, samples: 9 }])["slow"];
    assert.ok(lane !== undefined);
    assert.equal(samplesPerShard(lane), 1);
    assert.equal(mayTake(lane, { taken: 0, usedMs: 99_999 }), true);
    assert.equal(mayTake(lane, { taken: 1, usedMs: 2000 }), false);
    assert.equal(mayTake(lane, { taken: 1, usedMs: 1999 }), true);
    assert.equal(mayTake(lane, { taken: 4, usedMs: 0 }), false);
  });

  it("learns from what samples took how many instances it needs", () => {
    let board = boardOf([{ experiment: experiment("one", { expectedMs: 300 }), samples: 6 }]);
    const claim = (shard: string): number | undefined => {
      board = boardAfter(board, { type: "shard-started", experiment: "one", shard });
      return board["one"]?.claims[shard];
    };
    assert.equal(claim("a"), 4);
    board = boardAfter(board, { type: "sample-made", experiment: "one", tookMs: 3000 });
    assert.equal(claim("b"), 1);
    board = boardAfter(board, { type: "sample-made", experiment: "one", tookMs: 100 });
    assert.equal(claim("c"), 2, "the mean counts");
  });

  it("gives an experiment up after three unusable instances in a row, and says why", () => {
    let board = boardOf([{ experiment: experiment("one"), samples: 4 }]);
    const fail = (): void => {
      board = boardAfter(board, { type: "shard-failed", experiment: "one", because: "it never starts" });
    };
    fail();
    fail();
    board = boardAfter(board, { type: "sample-taken", experiment: "one", shard: "a" });
    fail();
    fail();
    assert.equal(nextExperiment(board, 16)?.id, "one", "a good instance in between counts");
    fail();
    assert.equal(nextExperiment(board, 16), null);
    assert.equal(board["one"]?.stoppedBecause, "it never starts");
  });

  it("takes no sample after it was stopped", () => {
    let board = boardOf([{ experiment: experiment("one"), samples: 4 }]);
    board = boardAfter(board, { type: "stopped", experiment: "one", because: "the budget was spent" });
    const lane = board["one"];
    assert.ok(lane !== undefined && !mayTake(lane, { taken: 0, usedMs: 0 }));
    assert.equal(lane.stoppedBecause, "the budget was spent");
  });
});
