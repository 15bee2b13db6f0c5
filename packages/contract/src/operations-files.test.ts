import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Files } from "./operations-files.ts";
import { type ReadContract, readContract } from "./read-contract.ts";

const sound = readFileSync(new URL("../test/fixtures/sound.yaml", import.meta.url), "utf8");
const line = sound.split("\n").length;

/** Reads the sound contract with `operations` at its end, in a folder that has these files. */
function read(operations: string, files: Partial<Files> | null, bytes = false): ReadContract {
  const found: Readonly<Record<string, readonly string[]>> = {
    "ops/*.yml": ["ops/a.yml", "ops/b.yml"],
    "ops/b.yml": ["ops/b.yml"],
    "ops/*.json": ["ops/d.json"],
    "**/*": Array.from({ length: 201 }, (_, index) => `f${index}`),
    "link/*": ["../elsewhere/a.yml"],
  };
  const find = (pattern: string): readonly string[] => found[pattern] ?? [];
  const text = `${sound}operations: ${operations}\n`;
  const kindOf = (path: string) =>
    /^ops\/?$/.test(path) ? ("folder" as const) : path === "ops/d.json" && bytes ? ("bytes" as const) : null;
  const port = files === null ? {} : { files: { find, kindOf, mayBeMissing: false, ...files } };
  return readContract({ file: "/srv/shop/holdfast.yaml", text, env: {}, ...port });
}

function operationsOf(operations: string, files: Partial<Files> | null = {}): unknown {
  const came = read(operations, files);
  assert.ok("contract" in came, JSON.stringify(came));
  return came.contract.operations;
}

function problemsOf(operations: string, files: Partial<Files> | null = {}): readonly string[] {
  const came = read(operations, files);
  assert.ok("problems" in came, JSON.stringify(came));
  for (const { expected, remedy } of came.problems) assert.ok(expected !== "" && remedy !== "");
  return came.problems.map(
    ({ code, place, path, found }) =>
      `${place.line - line}:${place.column} ${code} ${path.join(".")} ${found}`,
  );
}

describe("the files that operations names", () => {
  it("are those that its patterns match, each once, with both paths", () => {
    const file = (written: string) => ({ path: `/srv/shop/${written}`, written });

    assert.deepEqual(operationsOf("{ rules: [ops/*.yml, ops/b.yml], dashboards: ops/*.json }"), {
      rules: [file("ops/a.yml"), file("ops/b.yml")],
      dashboards: [file("ops/d.json")],
    });
    assert.deepEqual(operationsOf("{ rules: ops/b.yml }"), { rules: [file("ops/b.yml")], dashboards: [] });
  });

  it("are null where nothing is named", () => {
    assert.equal(operationsOf("{}"), null);
    const came = readContract({ file: "/srv/holdfast.yaml", text: sound, env: {} });
    assert.ok("contract" in came);
    assert.equal(came.contract.operations, null);
  });

  it("are a problem at the pattern that matches none", () => {
    assert.deepEqual(problemsOf("{ rules: [ops/*.yml, ops/c.yml], dashboards: no/*.json }"), [
      '0:34 NO_SUCH_FILE operations.rules.1 "ops/c.yml"',
      '0:58 NO_SUCH_FILE operations.dashboards "no/*.json"',
    ]);
  });

  it("are not a folder: what to write instead is told", () => {
    for (const [written, kind, remedy] of [
      ["ops", "rules", "ops/*.yml"],
      ["ops/", "dashboards", "ops/*.json"],
    ]) {
      const came = read(`{ ${kind}: ${written} }`, {});
      assert.ok("problems" in came);
      const [problem] = came.problems;
      assert.equal(problem?.code, "FILE_IS_FOLDER");
      assert.equal(problem?.found, `"${written}", a folder`);
      assert.equal(problem?.remedy, `Name the files in it: ${remedy}.`);
    }
    assert.deepEqual(operationsOf("{ rules: ops }", { mayBeMissing: true }), { rules: [], dashboards: [] });
  });

  it("are texts: the file that is none is named, at its pattern", () => {
    const came = read("{ rules: ops/*.yml, dashboards: ops/*.json }", {}, true);
    assert.ok("problems" in came);
    assert.deepEqual(
      came.problems.map(({ code, path, found }) => [code, path.join("."), found]),
      [["NOT_UTF8", "operations.dashboards", "ops/d.json, a file that is no text in UTF-8"]],
    );
  });

  it("may be missing where they are about to be written, and are not looked for without a place to look", () => {
    assert.deepEqual(operationsOf("{ rules: ops/c.yml }", { mayBeMissing: true }), {
      rules: [],
      dashboards: [],
    });
    assert.deepEqual(operationsOf("{ rules: ops/c.yml }", null), { rules: [], dashboards: [] });
  });

  it("lie in the contract's folder", () => {
    for (const pattern of ["../ops/*.yml", "/etc/*.yml", "ops/../../*.yml", '"{ops,..}/*.yml"', "link/*"])
      for (const files of [{}, { mayBeMissing: true }])
        assert.match(
          problemsOf(`{ rules: ${pattern} }`, files).join(),
          /^0:22 OUTSIDE_FOLDER operations\.rules "/,
        );
  });

  it("are not all that there is", () => {
    assert.deepEqual(problemsOf('{ rules: "**/*" }'), ['0:22 TOO_MANY_FILES operations.rules "**/*"']);
  });

  it("are told once where something else is wrong with them", () => {
    assert.deepEqual(problemsOf("{ rules: 5 }"), ["0:22 WRONG_TYPE operations.rules 5"]);
    assert.deepEqual(problemsOf("[a]"), ["0:13 WRONG_TYPE operations a list"]);
  });
});
