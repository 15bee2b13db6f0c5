import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSeen, type LoadedCall, type StageSeen } from "./load-stage.ts";

const call = (startedMs: number, endedMs: number | null = startedMs + 5, succeeded = false): LoadedCall => ({
  startedMs,
  endedMs,
  succeeded,
});

function seen(facts: Partial<StageSeen>): StageSeen {
  return {
    nowMs: 2_000,
    startedMs: 1_000,
    arrivedBefore: 10,
    arrivals: { count: 30, lastMs: 1_200 },
    cutOffMs: 600,
    calls: [1_210, 1_300, 1_400, 1_500, 1_600].map((at) => call(at)),
    ...facts,
  };
}

describe("a stage of a load", () => {
  it("sees the provider left alone when calls begin and end and no request comes", () => {
    assert.equal(isSeen("cut-off", seen({})), true);
  });

  it("does not take a pause, calls under way or a stage without any request for that", () => {
    assert.equal(isSeen("cut-off", seen({ nowMs: 1_799 })), false);
    assert.equal(isSeen("cut-off", seen({ calls: times(5, () => call(1_300, null)) })), false);
    assert.equal(isSeen("cut-off", seen({ calls: times(5, () => call(1_100)) })), false);
    assert.equal(isSeen("cut-off", seen({ arrivals: { count: 10, lastMs: 900 } })), false);
    assert.equal(isSeen("cut-off", seen({ arrivals: { count: 0, lastMs: null }, arrivedBefore: 0 })), false);
  });

  it("sees the first request of a stage", () => {
    assert.equal(isSeen("arrival", seen({})), true);
    assert.equal(isSeen("arrival", seen({ arrivals: { count: 10, lastMs: 900 } })), false);
  });

  it("sees traffic restored when ten calls in a row succeed and as many requests came", () => {
    const good = times(10, () => call(1_300, 1_305, true));

    assert.equal(isSeen("restored", seen({ calls: [call(1_100), ...good] })), true);
    assert.equal(isSeen("restored", seen({ calls: [...good, call(1_400)] })), false);
    assert.equal(isSeen("restored", seen({ calls: good.slice(1) })), false);
    assert.equal(isSeen("restored", seen({ calls: good, arrivals: { count: 15, lastMs: 1_300 } })), false);
    assert.equal(isSeen("restored", seen({ calls: good, startedMs: 1_301 })), false);
  });

  it("waits for nothing where it is not told to", () => {
    assert.equal(isSeen(null, seen({})), false);
  });
});

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
