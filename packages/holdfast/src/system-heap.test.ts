import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";

/** The young generation, in MiB, of a process that makes a lot of garbage and keeps some of it for a while. */
function youngMiB(before: string): number {
  const program = `
    import { getHeapSpaceStatistics } from "node:v8";
    ${before}
    const kept = [];
    for (let n = 0; n < 1_000_000; n++) kept[n % 50_000] = { n, text: "line " + n };
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  assert.match(stdout, /^\d+$/m, stderr);
  return Number(stdout) / 1024 ** 2;
}

describe("the heap of commands that read gigabytes", () => {
  it("keeps its young generation as small as it began", () => {
    const url = pathToFileURL(join(import.meta.dirname, "system-heap.ts")).href;
    const grown = youngMiB("");
    const small = youngMiB(`(await import(${JSON.stringify(url)})).keepHeapSmall();`);
    assert.ok(small <= grown / 2, `${small} MiB against ${grown} MiB`);
  });
});
