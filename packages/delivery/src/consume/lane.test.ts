import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { laneOf, makeLane } from "./lane.ts";

describe("a lane", () => {
  it("runs what wants to be alone alone, everything in the end, and others beside each other", async () => {
    const reached = new Set<string>();
    const one = fc.record({
      alone: fc.boolean(),
      startMs: fc.nat(20),
      lastsMs: fc.nat(10),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 20, size: "max" }), async (all) => {
        const clock = virtualClock();
        const lane = makeLane();
        let running = 0;
        let ended = 0;
        const work = async ({ alone, lastsMs, fails }: (typeof all)[number]): Promise<void> => {
          running++;
          reached.add(`${alone} ${Math.min(running, 2)}`);
          await clock.sleep(lastsMs);
          running--;
          ended++;
          if (fails) throw new Error("its own");
        };
        const enter = async (each: (typeof all)[number]): Promise<void> => {
          await clock.sleep(each.startMs);
          const result = each.alone ? lane.alone(() => work(each)) : lane.beside(() => work(each));
          await (each.fails ? assert.rejects(result, /its own/) : result);
        };
        await clock.run(() => Promise.all(all.map(enter)));
        assert.deepEqual([ended, running], [all.length, 0]);
      }),
    );
    // Nobody who is alone is ever second.
    assert.deepEqual(reached, new Set(["true 1", "false 1", "false 2"]));
  });

  it("is one for all that consume into one store", () => {
    const store = {};
    assert.equal(laneOf(store), laneOf(store));
    assert.notEqual(laneOf(store), laneOf({}));
  });
});
