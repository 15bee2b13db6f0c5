import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { latency } from "./latency.ts";

const provider = [
  [0, "head"],
  [30, "body"],
] as const;

describe("latency", () => {
  faultLaws(latency, { delayMs: 100, jitterMs: 20 });

  it("holds each chunk back for its delay, counted from its own arrival", async () => {
    const { sent, sentAtMs, delivered } = await playFault(latency, { settings: { delayMs: 100 }, provider });
    assert.equal(sent, "headbody");
    assert.deepEqual(sentAtMs, [110, 140]);
    assert.equal(delivered, true);
  });

  it("varies by its jitter, either way and no further", async () => {
    const first: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const { sentAtMs } = await playFault(latency, {
        settings: { delayMs: 100, jitterMs: 20 },
        provider,
        seed,
      });
      first.push(sentAtMs[0] ?? 0);
    }
    assert.ok(Math.min(...first) >= 90 && Math.min(...first) < 95, `${Math.min(...first)}`);
    assert.ok(Math.max(...first) <= 130 && Math.max(...first) > 125, `${Math.max(...first)}`);
  });
});
