import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tidyProblems } from "./guards/tidy.ts";
import { readTree, repository } from "./lib/tree.ts";

const source = (path: string, text: string) => [{ path, text }];

describe("tidiness", () => {
  it("holds in this repository", () => {
    assert.deepEqual(tidyProblems(readTree(repository)), []);
  });

  it("is judged on the whole repository: packages, scripts and texts are read", () => {
    const paths = readTree(repository).map(({ path }) => path);
    for (const path of ["packages/core/src/index.ts", "scripts/tidy.test.ts", "package-lock.json", "LICENSE"])
      assert.ok(paths.includes(path), path);
    assert.ok(!paths.some((path) => path.includes("node_modules")));
  });

  const planted = [
    ["a file over 250 lines", source("packages/core/src/a.ts", "// line\n".repeat(251))],
    ["a test over 350 lines", source("packages/core/src/a.test.ts", "// line\n".repeat(351))],
    ["a model over 450 lines", source("packages/core/src/model.ts", "// line\n".repeat(451))],
    ["a long model with code", source("packages/core/src/model.ts", "const a = 1;\n".repeat(251))],
    ["using", source("packages/core/src/a.ts", "  using file = open();\n")],
    ["await using", source("packages/core/src/a.ts", "await using file = open();\n")],
    ["Math.random", source("packages/core/src/a.ts", "const a = Math.random();\n")],
    ["TODO", source("docs/a.md", "TODO: write this\n")],
    ["FIXME", source("packages/core/src/a.ts", "// FIXME later\n")],
    ["export *", source("packages/core/src/a.ts", 'export * from "./b.ts";\n')],
    ["export type *", source("packages/core/src/a.ts", 'export type * from "./b.ts";\n')],
    ["a home folder", source("docs/a.md", "run /home/anna/holdfast/x\n")],
    ["a home folder of a Mac", source("docs/a.md", "`/Users/anna/x`\n")],
    ["the root's home", source("docs/a.md", 'see "/root/x"\n')],
    ["a registry", source("docs/a.md", "from https://registry.example.org/x\n")],
    ["a registry in the lock file", source("package-lock.json", '"resolved": "https://x/y.tgz"\n')],
    ["a package without a README", source("packages/core/package.json", "{}\n")],
  ] as const;
  for (const [name, files] of planted) {
    it(`catches ${name}`, () => assert.equal(tidyProblems(files, []).length, 1));
  }

  it("catches what only this machine could have written", () => {
    assert.equal(
      tidyProblems(source("docs/a.md", "in /somewhere/checkout/x\n"), ["/somewhere/checkout"]).length,
      1,
    );
  });

  it("allows a line that says why, a 250-line file, and chance where it comes from", () => {
    assert.deepEqual(
      tidyProblems(source("docs/a.md", "TODO <!-- tidy: the word itself is meant -->\n"), []),
      [],
    );
    assert.deepEqual(tidyProblems(source("packages/core/src/a.ts", "// line\n".repeat(250)), []), []);
    assert.deepEqual(tidyProblems(source("packages/core/src/model.ts", "// line\n".repeat(450)), []), []);
    assert.deepEqual(tidyProblems(source("packages/core/src/system-random.ts", "Math.random();\n"), []), []);
  });
});
