import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";

const script = join(import.meta.dirname, "run.ts");

describe("npm run crash", () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["--only postgre5", /^USAGE: --only postgre5.*\n {2}Remedy: Did you mean postgres\?\n$/],
    ["--jobs x", /^USAGE: --jobs x: expected a whole number/],
    ["--bogus", /^USAGE: .*--bogus.*\n {2}Remedy: npm run crash/],
  ];
  for (const [line, message] of refused)
    it(`refuses ${line} with 2 and runs nothing`, () => {
      const words = ["--conditions=@holdfast/source", script, ...line.split(" ")];
      const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, message);
    });
});
