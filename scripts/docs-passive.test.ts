import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { passiveRules } from "../packages/verify/src/passive/rules/index.ts";
import { repository } from "./lib/tree.ts";

const page = readFileSync(join(repository, "docs/passive.md"), "utf8");

describe("docs/passive.md", () => {
  for (const { check, says, needs } of passiveRules) {
    it(`has what ${check} says and needs`, () => {
      assert.ok(page.includes(`| \`${check}\` | ${says.join(", ")} | ${needs} |`), needs);
    });
  }
});
