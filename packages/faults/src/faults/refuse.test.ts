import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { playListener } from "../testing/play-listener.ts";
import { refuse } from "./refuse.ts";

describe("refuse", () => {
  it("stops listening as soon as it is armed, and stays so until the next program", async () => {
    assert.deepEqual(await playListener(refuse, {}, 5_000), ["closed at 0", "ended at 5000"]);
  });

  it("listens again after its time", async () => {
    assert.deepEqual(await playListener(refuse, { forMs: 300 }, 5_000), ["closed at 0", "open at 300"]);
  });
});
