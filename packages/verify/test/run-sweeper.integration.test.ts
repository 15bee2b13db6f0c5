import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { markerVariables } from "../src/run/marker.ts";
import { processesWith } from "../src/run/process-table.ts";
import { openSweeper } from "../src/run/sweeper.ts";

describe("the sweeper", () => {
  it("ends what carries the marker of its instances, and nothing of others", async () => {
    const run = `test-${process.pid}`;
    const start = (instance: string) =>
      spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
        env: markerVariables({ run, instance }),
        detached: true,
        stdio: "ignore",
      });
    const [one, two, other] = [start("i1"), start("i2"), start("i3")];
    const sweep = openSweeper(run, systemClock, 20);
    await Promise.all([sweep("i1"), sweep("i2")]);
    const left = processesWith({ run, instance: null });
    other.kill("SIGKILL");
    assert.deepEqual(left, [other.pid]);
    assert.ok(one.pid !== undefined && two.pid !== undefined);
  });
});
