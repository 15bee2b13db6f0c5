import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { leftOver, writeGenerated } from "./system-generated-files.ts";

const place = mkdtempSync(join(tmpdir(), "holdfast-generated-"));
after(() => rmSync(place, { recursive: true, force: true }));
const files = [{ path: "tests/a.yml", kind: "rules", text: "a: 1\n" }] as never;

describe("the folder of generated files", () => {
  it("is made with those above it", () => {
    const folder = join(place, "new", "below");
    assert.deepEqual(
      writeGenerated(folder, files, false).map(({ state }) => state),
      ["new"],
    );
    assert.equal(readFileSync(join(folder, "tests", "a.yml"), "utf8"), "a: 1\n");
  });

  for (const below of [[], ["deep"], ["deep", "deeper"]])
    it(`is refused where a file is in its way, ${below.length} above it`, () => {
      const file = join(place, "taken");
      writeFileSync(file, "mine");
      assert.throws(() => writeGenerated(join(file, ...below), files, true), {
        code: "GENERATED_NOT_WRITTEN",
        message: `${file} is no folder; nothing was written`,
        remedy: /--out/,
      });
      assert.equal(readFileSync(file, "utf8"), "mine");
      assert.deepEqual(leftOver(join(place, "none"), []), []);
    });

  it("ends with an error where the system takes no folder", { skip: process.platform !== "linux" }, () => {
    assert.throws(() => writeGenerated("/proc/holdfast/ops", files, false), {
      code: "GENERATED_NOT_WRITTEN",
    });
    assert.ok(!readdirSync("/proc").includes("holdfast"));
  });
});
