import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CodeBlock, codeBlocks, printedBy, typeProblems, writeBlocks } from "./lib/code-blocks.ts";
import { temporaryFolder } from "./lib/temp.ts";
import { readTree, repository } from "./lib/tree.ts";

/** Pages that show how to use a package, so that none of them can lose its code unnoticed. */
const pages = [
  "docs/delivery.md",
  "docs/migrate-to-resilience.md",
  "docs/resilience.md",
  "guide/references/build.md",
  "packages/delivery/README.md",
  "packages/resilience/README.md",
];

const at = ({ path, line }: CodeBlock): string => `${path}, line ${line}`;

describe("code in the documentation", () => {
  const blocks = codeBlocks(readTree(repository));
  const runnable = blocks.filter(({ prints }) => prints !== null);
  const folder = temporaryFolder({ after }, "docs-code");
  let problems: readonly string[] = [];

  before(async () => {
    writeBlocks(folder, blocks);
    problems = await typeProblems(folder, blocks);
  });

  it("is there, on every page that is about it", () => {
    for (const page of pages)
      assert.ok(
        blocks.some(({ path }) => path === page),
        page,
      );
    assert.ok(runnable.length > 0);
  });

  it("compiles, all of it in one run of the compiler", () => assert.deepEqual(problems, []));

  for (const block of runnable) {
    it(`prints what it says: ${at(block)}`, async () => {
      assert.deepEqual(await printedBy(folder, block), block.prints);
    });
  }
});

describe("the reader of code in the documentation", () => {
  const read = (text: string): CodeBlock[] => codeBlocks([{ path: "docs/a.md", text }]);

  it("finds every ts block with its place, indented ones too, and no other", () => {
    const text = "# A\n\n```ts\none();\n```\n\n```js\ntwo();\n```\n\n- b\n  ```ts\n  three();\n  ```\n";
    assert.deepEqual(read(text), [
      { path: "docs/a.md", line: 4, text: "one();\n", prints: null },
      { path: "docs/a.md", line: 13, text: "three();\n", prints: null },
    ]);
  });

  it("takes for the output what comments promise, or the text directly below", () => {
    const block = '```ts\nconsole.log("a"); // prints a\nconsole.log("b"); // prints b\n```\n';
    assert.deepEqual(read(block)[0]?.prints, ["a", "b"]);
    assert.deepEqual(read("```ts\nlog();\n```\n\n```text\na\n  b\n```\n")[0]?.prints, ["a", "  b"]);
    assert.equal(read("```ts\nlog();\n```\n\nOf another thing:\n\n```text\na\n```\n")[0]?.prints, null);
  });

  it("tells a mistake of types at its line of the page, and what is printed in place of what was promised", async (test) => {
    const misspelt =
      'import { policy } from "@holdfast/resilience";\n\npolicy({\n  retry: { attemps: 3 },\n});\n';
    const wrong = 'console.log(["a", "b"].join());   // prints a, b\n';
    const thrown = 'console.log("a");   // prints a\nthrow new RangeError("not that");\n';
    const planted = [misspelt, wrong, thrown].map((text) => `\`\`\`ts\n${text}\`\`\`\n`).join("\n");
    const blocks = read(`# A\n\n${planted}`);
    const folder = temporaryFolder(test, "docs-code");
    writeBlocks(folder, blocks);

    const [problem = "", ...others] = await typeProblems(folder, blocks);
    assert.match(problem, /^docs\/a\.md:7: error TS\d+: .*'attemps'/);
    assert.deepEqual(others, []);

    const [, second, third] = blocks;
    assert.ok(second !== undefined && third !== undefined);
    assert.deepEqual(await printedBy(folder, second), ["a,b"]);
    assert.deepEqual(second.prints, ["a, b"]);
    const [first, status, ...rest] = await printedBy(folder, third);
    assert.deepEqual([first, status], ["a", "exit status 1"]);
    assert.match(rest.join("\n"), /RangeError: not that/);
  });
});
