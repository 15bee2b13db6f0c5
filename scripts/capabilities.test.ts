import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { capabilityFolders, capabilityNames, capabilityProblems } from "./guards/capabilities.ts";
import { temporaryFolder, writeFiles } from "./lib/temp.ts";
import { repository } from "./lib/tree.ts";

for (const folder of capabilityFolders) {
  describe(`each ${folder.kind} is one file, one test, one line`, () => {
    const names = capabilityNames(repository, folder);
    it("and there are some", () => assert.ok(names.length > 0, `${folder.path} is empty`));
    for (const name of names) {
      it(name, async () => assert.deepEqual(await capabilityProblems(repository, folder, name), []));
    }
  });
}

const [faultFolder, checkFolder, ruleFolder] = capabilityFolders;
const fault = 'export const pause = { kind: "pause", summary: "Waits for a while." };\n';
const check = `export const lasts = { id: "lasts", question: "Does it last at all?", rule: "It lasts for ever.", source: "Common sense." };\n`;
const rule =
  'export const brief = { id: "brief", doc: "Finds what takes long.", source: "Common sense." };\n';
const index = (name: string) => `import { ${name} } from "./${name}.ts";\nexport const all = [${name}];\n`;

const mutants = (ids: readonly string[]) =>
  `export const mutants = ${JSON.stringify(ids.map((id) => ({ id, fails: "lasts" })))};\n`;

function planted(test: TestContext): string {
  const root = temporaryFolder(test, "capabilities");
  const [faults, checks, rules] = [faultFolder, checkFolder, ruleFolder].map((folder) => `${folder?.path}`);
  writeFiles(root, {
    "package.json": '{ "type": "module" }\n',
    [`${faults}/pause.ts`]: fault,
    [`${faults}/pause.test.ts`]: "",
    [`${faults}/index.ts`]: index("pause"),
    [`${checks}/lasts.ts`]: check,
    [`${checks}/lasts.test.ts`]: "",
    [`${checks}/index.ts`]: index("lasts"),
    [`${rules}/brief.ts`]: rule,
    [`${rules}/brief.test.ts`]: "",
    [`${rules}/index.ts`]: index("brief"),
    "guide/references/timeouts.md": "# Timeouts\n\n### lasts\n\nRemedy: Make it last longer.\n",
    "zoo/mutants/index.ts": mutants(["a", "b"]),
    "zoo/mutants/a.mjs": "/** Ends at once. */\n",
    "zoo/mutants/b.mjs": "/** Ends after a while. */\n",
  });
  return root;
}

type Kind = "fault" | "check" | "lint rule";

async function problemsOf(root: string, kind: Kind): Promise<string[]> {
  const [folder, name] = {
    fault: [faultFolder, "pause"] as const,
    check: [checkFolder, "lasts"] as const,
    "lint rule": [ruleFolder, "brief"] as const,
  }[kind];
  assert.ok(folder);
  return capabilityProblems(root, folder, name);
}

describe("the guard of capabilities", () => {
  it("accepts a whole fault, a whole check and a whole lint rule", async (test) => {
    const root = planted(test);
    assert.deepEqual(await problemsOf(root, "fault"), []);
    assert.deepEqual(await problemsOf(root, "check"), []);
    assert.deepEqual(await problemsOf(root, "lint rule"), []);
  });

  const faults = "packages/faults/src/faults";
  const checks = "packages/verify/src/checks";
  const rules = "packages/resilience/src/lint-rules";
  const violations: readonly (readonly [
    name: string,
    kind: Kind,
    path: string,
    text: string | null,
    says: RegExp,
  ])[] = [
    ["a missing test", "fault", `${faults}/pause.test.ts`, null, /has no test beside it/],
    ["a missing index line", "fault", `${faults}/index.ts`, "", /is not imported in index\.ts/],
    [
      "a name that is not the file's",
      "fault",
      `${faults}/pause.ts`,
      fault.replace('"pause"', '"wait"'),
      /its kind is "wait"/,
    ],
    [
      "a missing summary",
      "fault",
      `${faults}/pause.ts`,
      fault.replace("Waits for a while.", ""),
      /its summary says nothing/,
    ],
    ["no declaration", "fault", `${faults}/pause.ts`, "export const a = 1;\n", /exports 0 faults/],
    [
      "two in one file",
      "fault",
      `${faults}/pause.ts`,
      `${fault}export const b = { kind: "b" };\n`,
      /exports 2 faults/,
    ],
    [
      "a check without a question",
      "check",
      `${checks}/lasts.ts`,
      check.replace("Does it last at all?", ""),
      /question says nothing/,
    ],
    [
      "a check without a source",
      "check",
      `${checks}/lasts.ts`,
      check.replace("Common sense.", ""),
      /source says nothing/,
    ],
    [
      "a check without a guide section",
      "check",
      "guide/references/timeouts.md",
      "# Timeouts\n",
      /no page of guide/,
    ],
    [
      "a guide section without a remedy",
      "check",
      "guide/references/timeouts.md",
      "### lasts\n\n## Next\n\nRemedy: Not this one.\n",
      /no "Remedy: …" paragraph/,
    ],
    ["a check with one mutant", "check", "zoo/mutants/index.ts", mutants(["a"]), /1 mutants .* at least 2/],
    [
      "a mutant that does not say its defect",
      "check",
      "zoo/mutants/b.mjs",
      "export {};\n",
      /b\.mjs does not say its one defect/,
    ],
    ["a lint rule without a test", "lint rule", `${rules}/brief.test.ts`, null, /has no test beside it/],
    ["a lint rule that is in no list", "lint rule", `${rules}/index.ts`, "", /is not imported in index\.ts/],
    [
      "a lint rule without a source",
      "lint rule",
      `${rules}/brief.ts`,
      rule.replace("Common sense.", ""),
      /its source says nothing/,
    ],
    [
      "a lint rule of another name",
      "lint rule",
      `${rules}/brief.ts`,
      rule.replace('"brief"', '"short"'),
      /its id is "short"/,
    ],
  ];
  for (const [name, kind, path, text, says] of violations) {
    it(`catches ${name}`, async (test) => {
      const root = planted(test);
      if (text === null) rmSync(join(root, path));
      else writeFileSync(join(root, path), text);
      const problems = await problemsOf(root, kind);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", says);
    });
  }
});
