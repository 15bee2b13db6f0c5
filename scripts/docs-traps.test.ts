import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repository } from "./lib/tree.ts";

interface Trap {
  readonly trap: string;
  readonly kept: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** The rows of the tables of a page: each names the tests that hold it as `` `file`: “name” ``. */
function trapsIn(page: string): readonly Trap[] {
  const rows = page.split("\n").filter((line) => /^\| (?!trap \|)/.test(line));
  return rows.map((row) => {
    const [trap = "", kept = "", tests = ""] = row.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, ""));
    const named = [...tests.matchAll(/`([^`]+\.test\.ts)`: “([^”]+)”/g)];
    return { trap, kept, tests: named.map(([, file = "", name = ""]) => ({ file, name })) };
  });
}

/** Files that a cell names; one without a folder stands beside the one before it. */
function filesIn(cell: string): readonly string[] {
  let folder = "";
  return [...cell.matchAll(/`([\w./-]+\.ts)`/g)].map(([, name = ""]) => {
    if (!name.includes("/")) return `${folder}${name}`;
    folder = name.slice(0, name.lastIndexOf("/") + 1);
    return name;
  });
}

/** What is wrong with a trap: a test that does not exist, no test at all, or a countermeasure that is nowhere. */
function problemsOf({ trap, kept, tests }: Trap): readonly string[] {
  const files = filesIn(kept);
  return [
    ...(tests.length === 0 ? [`${trap}: no test is named`] : []),
    ...(files.length === 0 ? [`${trap}: no file is named`] : []),
    ...files
      .filter((file) => !existsSync(join(repository, file)))
      .map((file) => `${trap}: there is no ${file}`),
    ...tests.filter((one) => !isThere(one)).map(({ file, name }) => `${trap}: ${file} has no test “${name}”`),
  ];
}

function isThere({ file, name }: Trap["tests"][number]): boolean {
  const path = join(repository, file);
  return existsSync(path) && readFileSync(path, "utf8").includes(`it("${name}"`);
}

describe("the table of traps", () => {
  const traps = trapsIn(readFileSync(join(repository, "docs/traps.md"), "utf8"));

  it("has the fifteen published traps, the eight that real clients set, and four of busy machines", () =>
    assert.equal(traps.length, 15 + 8 + 4));

  for (const one of traps)
    it(`names what keeps us from it, and a test that exists: ${one.trap.slice(0, 60)}`, () =>
      assert.deepEqual(problemsOf(one), []));

  it("is not content with a test or a file that is not there", () => {
    const [wrong] = trapsIn(
      "| a trap | `a/b.ts`, `c.ts` | `scripts/docs-traps.test.ts`: “nobody wrote this” |\n",
    );
    assert.ok(wrong);
    assert.deepEqual(problemsOf(wrong), [
      "a trap: there is no a/b.ts",
      "a trap: there is no a/c.ts",
      "a trap: scripts/docs-traps.test.ts has no test “nobody wrote this”",
    ]);
    assert.deepEqual(problemsOf({ trap: "b", kept: "", tests: [] }), [
      "b: no test is named",
      "b: no file is named",
    ]);
  });
});
