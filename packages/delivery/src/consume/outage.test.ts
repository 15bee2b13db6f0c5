import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { outageOf } from "./outage.ts";

describe("the waits of an outage", () => {
  it("are those of one step for all that fails in the same moment, and grow with the next ones up to ten seconds", async () => {
    const clock = virtualClock();
    const outage = outageOf({ clock, random: seededRandom(3) });
    const moment = (): number => Math.max(...Array.from({ length: 32 }, () => outage.nextWaitMs()));

    const waits: number[] = [];
    await clock.run(async () => {
      for (let step = 0; step < 15; step++) {
        waits.push(moment());
        await clock.sleep(10_001);
      }
    });
    assert.ok((waits[0] ?? 0) <= 250, `${waits[0]}`);
    assert.ok((waits[1] ?? 0) > 250 && (waits[1] ?? 0) <= 375, `${waits[1]}`);
    assert.ok(Math.max(...waits) <= 10_000 && Math.max(...waits) > 9_000);

    outage.recovered();
    assert.ok(moment() <= 250);
  });
});
