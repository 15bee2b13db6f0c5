import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrivalCounter } from "./arrivals.ts";

describe("arrivals", () => {
  it("are counted by operation, with the time of the last", () => {
    const arrivals = arrivalCounter();

    arrivals.add("charge", 10);
    arrivals.add("refund", 20);
    arrivals.add("charge", 30);
    arrivals.add(undefined, 40);

    assert.deepEqual(arrivals.of("charge"), { count: 2, lastMs: 30 });
    assert.deepEqual(arrivals.of("refund"), { count: 1, lastMs: 20 });
  });

  it("are none where nothing has arrived", () => {
    assert.deepEqual(arrivalCounter().of("charge"), { count: 0, lastMs: null });
  });
});
