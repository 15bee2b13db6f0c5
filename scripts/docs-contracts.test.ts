import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readContract } from "@holdfast/contract";
import { readTree, repository } from "./lib/tree.ts";
import { contractBlocks } from "./lib/yaml-blocks.ts";

function problemsOf(path: string, text: string): readonly unknown[] {
  const names = [...text.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/g)].map((match) => match[1] ?? "");
  const env = Object.fromEntries(names.map((name) => [name, "value"]));
  const read = readContract({ file: join(repository, path), text, env });
  return "problems" in read ? read.problems : [];
}

describe("contracts in the documentation", () => {
  const blocks = contractBlocks(readTree(repository));

  it("are there", () => assert.ok(blocks.length > 0));

  for (const { path, line, text } of blocks) {
    it(`parse: ${path}, line ${line}`, () => assert.deepEqual(problemsOf(path, text), []));
  }

  it("are found wherever a page holds one, comments before it and indentation included", () => {
    const whole = "holdfast: 1\nservice: {}\nintegrations: {}\nscenarios: {}\n";
    const indented = whole.replaceAll(/^/gm, "  ").trimEnd();
    const text = `# A\n\n\`\`\`yaml\n# first\n${whole}\`\`\`\n\n- b\n  \`\`\`yaml\n${indented}\n  \`\`\`\n\n\`\`\`yaml\non: push\n\`\`\`\n`;
    assert.deepEqual(contractBlocks([{ path: "docs/a.md", text }]), [
      { path: "docs/a.md", line: 4, text: `# first\n${whole}` },
      { path: "docs/a.md", line: 13, text: whole },
    ]);
  });

  it("are completed when a page shows a part", () => {
    const [block] = contractBlocks([{ path: "docs/a.md", text: "```yaml\naccept: []\n```\n" }]);
    assert.match(block?.text ?? "", /^accept: \[\]\nholdfast: 1\nservice: .*\nintegrations:\n/);
    assert.deepEqual(problemsOf("docs/a.md", block?.text ?? ""), []);
  });

  it("are refused when they are wrong", () => {
    assert.ok(problemsOf("docs/a.md", "holdfast: 1\nservise: {}\n").length > 0);
  });
});
