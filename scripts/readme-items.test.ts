import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { items } from "@holdfast/core";
import { catalogueOf } from "@holdfast/verify";
import { repository } from "./lib/tree.ts";

describe("the table of items in the README", () => {
  it("has every item, and counts its checks as they are built", () => {
    const rows = readFileSync(join(repository, "README.md"), "utf8").matchAll(
      /^\| ([^|]+) \| (\d+ of \d+|not yet) \|/gm,
    );
    const told = new Map(
      [...rows].flatMap(([, names = "", built = ""]) => names.split(" · ").map((name) => [name, built])),
    );
    const wanted = items.map(({ id, title }) => {
      const known = catalogueOf(id);
      const built = known.filter((check) => check.built).length;
      return [title, built === 0 ? "not yet" : `${built} of ${known.length}`] as const;
    });
    assert.deepEqual(Object.fromEntries(told), Object.fromEntries(wanted));
  });
});
