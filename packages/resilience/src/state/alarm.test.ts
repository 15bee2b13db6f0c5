import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";

/** Runs a script with a deadline list on the timers of the process; what it printed. */
function play(script: string): string {
  const moduleOf = (path: string): string => JSON.stringify(import.meta.resolve(path));
  const source = `import { systemClock } from ${JSON.stringify(import.meta.resolve("@holdfast/core"))};
    import { systemTimers } from ${moduleOf("../system-timers.ts")};
    import { DeadlineList } from ${moduleOf("./deadline-list.ts")};
    const entry = () => ({ deadlineMs: 0, deadlineBefore: null, deadlineAfter: null, deadlineIn: null, fire: () => console.log("fired") });
    const list = (durationMs) => new DeadlineList(durationMs, systemClock, systemTimers);
    const nowMs = systemClock.monotonic();
    process.on("exit", () => console.log("end"));
    ${script}`;
  const { stdout } = spawnSync(
    process.execPath,
    ["--conditions=@holdfast/source", "--input-type=module", "--eval", source],
    { timeout: 20_000 },
  );
  return stdout.toString().trim();
}

describe("the process", () => {
  it("stays alive for as long as something waits", () => {
    assert.equal(play("list(30).add(entry(), nowMs);"), "fired\nend");
  });

  it("may end once nothing waits, however far the deadlines were", () => {
    const script = `const [long, first, second] = [list(3_600_000), entry(), entry()];
      long.add(first, nowMs); long.remove(first); long.add(second, nowMs);
      setTimeout(() => long.remove(second), 10);`;
    assert.equal(play(script), "end");
  });
});
