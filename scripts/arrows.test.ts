import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrowProblems } from "./guards/arrows.ts";
import { importsOf, readTree, repository } from "./lib/tree.ts";

const source = (path: string, text: string) => ({ path, text });
const manifest = (name: string, dependencies: Record<string, string>) =>
  source(`packages/${name}/package.json`, JSON.stringify({ name, dependencies }));

describe("layer arrows", () => {
  it("hold in this repository", () => {
    assert.deepEqual(arrowProblems(readTree(repository)), []);
  });

  it("are really looked at: the guard sees the arrows that exist", () => {
    const files = readTree(repository).filter(({ path }) => /^packages\/verify\/src\/.*\.ts$/.test(path));
    assert.ok(files.some(({ text }) => importsOf(text).includes("@holdfast/core")));
  });

  const planted = [
    ["a sibling in a manifest", manifest("contract", { "@holdfast/faults": "0.1.0" })],
    ["an arrow up in a manifest", manifest("core", { "@holdfast/verify": "0.1.0" })],
    ["the command line in a manifest", manifest("verify", { holdfast: "0.1.0" })],
    ["a package without a layer", manifest("extra", { "@holdfast/core": "0.1.0" })],
    ["a sibling import", source("packages/faults/src/a.ts", 'import { read } from "@holdfast/contract";\n')],
    [
      "an import over several lines",
      source("packages/faults/src/a.ts", 'import {\n  a,\n} from "@holdfast/contract";\n'),
    ],
    ["a type import", source("packages/core/src/a.ts", 'import type { A } from "@holdfast/faults";\n')],
    ["a re-export", source("packages/core/src/a.ts", 'export { a } from "@holdfast/faults";\n')],
    ["a dynamic import", source("packages/contract/src/a.ts", 'await import("@holdfast/verify");\n')],
    ["a way around the name", source("packages/contract/src/a.ts", 'import "../../faults/src/b.ts";\n')],
    ["a test that reaches over", source("packages/core/test/a.test.ts", 'import "../../faults/src/b.ts";\n')],
    ["source that leaves its package", source("packages/core/src/a.ts", 'import "../../../zoo/run.ts";\n')],
  ] as const;
  for (const [name, file] of planted) {
    it(`catch ${name}`, () => assert.equal(arrowProblems([file]).length, 1));
  }

  it("let a package use what lies below it", () => {
    const fine = [
      manifest("verify", { "@holdfast/core": "0.1.0", "@holdfast/faults": "0.1.0" }),
      source(
        "packages/verify/src/a.ts",
        'import { b } from "@holdfast/contract";\nimport { c } from "./c.ts";\n',
      ),
      source("packages/verify/src/report/a.ts", 'import { b } from "../model.ts";\n'),
    ];
    assert.deepEqual(arrowProblems(fine), []);
  });
});
