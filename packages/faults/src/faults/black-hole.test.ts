import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { playListener } from "../testing/play-listener.ts";
import { blackHole } from "./black-hole.ts";

describe("black-hole", () => {
  it("swallows attempts to connect as soon as it is armed, and until the next program", async () => {
    assert.deepEqual(await playListener(blackHole, {}, 5_000), ["swallowed at 0", "ended at 5000"]);
  });

  it("listens again after its time", async () => {
    assert.deepEqual(await playListener(blackHole, { forMs: 300 }, 5_000), ["swallowed at 0", "open at 300"]);
  });
});
