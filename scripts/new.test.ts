import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { capabilityFolders, capabilityProblems } from "./guards/capabilities.ts";
import { copyOf, linkModules, temporaryFolder } from "./lib/temp.ts";
import { repository } from "./lib/tree.ts";
import { withCapability } from "./new/insert.ts";
import { Refusal, scaffold, scaffoldInto } from "./new/scaffold.ts";

function clone(test: TestContext): string {
  const root = temporaryFolder(test, "new");
  copyOf(root, [
    "package.json",
    "packages",
    "guide",
    "zoo",
    "tsconfig.json",
    "tsconfig.base.json",
    "biome.json",
  ]);
  linkModules(root);
  return root;
}

async function problemsOf(root: string, kind: string, name: string): Promise<string> {
  const folder = capabilityFolders.find((each) => each.kind === kind);
  assert.ok(folder);
  return (await capabilityProblems(root, folder, name)).join("\n");
}

function edit(
  root: string,
  path: string,
  ...changes: readonly (readonly [from: string, to: string])[]
): void {
  const text = changes.reduce(
    (all, [from, to]) => all.replace(from, to),
    readFileSync(join(root, path), "utf8"),
  );
  writeFileSync(join(root, path), text);
}

function runTests(root: string, path: string) {
  const options = ["--conditions=@holdfast/source", "--test", path];
  const env = { ...process.env };
  delete env["NODE_TEST_CONTEXT"];
  const { status, stdout } = spawnSync(process.execPath, options, { cwd: root, encoding: "utf8", env });
  return { status, stdout };
}

/** What is written passes types, lint and format before anybody touches it. */
function assertClean(root: string, paths: readonly string[]): void {
  const modules = join(repository, "node_modules");
  const tool = (script: string, ...options: string[]) =>
    spawnSync(process.execPath, [join(modules, script), ...options], { cwd: root, encoding: "utf8" });
  const written = paths.filter((path) => /\/(slow-start|lasts-long)[^/]*$/.test(path));
  const options = {
    extends: "./tsconfig.json",
    include: [],
    files: written.filter((path) => path.endsWith(".ts")),
  };
  writeFileSync(join(root, "tsconfig.written.json"), JSON.stringify(options));
  const { stdout: types } = tool("typescript/bin/tsc", "-p", "tsconfig.written.json");
  assert.deepEqual(
    types.split("\n").filter((line) => ["error", ...written].some((start) => line.startsWith(start))),
    [],
  );
  const lint = tool("@biomejs/biome/bin/biome", "check", "--vcs-enabled=false", "--colors=off", ...written);
  assert.equal(lint.status, 0, lint.stderr);
}

describe("npm run new fault", () => {
  it("writes the pieces, names what is missing, and is content once it is filled in", async (test) => {
    const root = clone(test);
    const folder = "packages/faults/src/faults";
    const paths = scaffoldInto(root, "fault", "slow-start");
    assert.deepEqual(paths, [
      `${folder}/slow-start.ts`,
      `${folder}/slow-start.test.ts`,
      `${folder}/index.ts`,
    ]);
    assert.match(await problemsOf(root, "fault", "slow-start"), /slow-start\.ts: its summary says nothing/);
    assertClean(root, paths);
    const red = runTests(root, `${folder}/slow-start.test.ts`);
    assert.notEqual(red.status, 0);
    assert.match(red.stdout, /write this test/);
  });

  it("is whole, once its summary is there", async (test) => {
    const root = clone(test);
    scaffoldInto(root, "fault", "slow-start");
    edit(root, "packages/faults/src/faults/slow-start.ts", ['summary: ""', 'summary: "Starts slowly."']);
    assert.equal(await problemsOf(root, "fault", "slow-start"), "");
  });
});

describe("npm run new check", () => {
  it("writes the pieces and names what is missing: question, rule, source, remedy, defects", async (test) => {
    const root = clone(test);
    assertClean(root, scaffoldInto(root, "check", "lasts-long"));
    const problems = await problemsOf(root, "check", "lasts-long");
    for (const says of [
      /question says nothing/,
      /rule says nothing/,
      /source says nothing/,
      /no "Remedy/,
      /lasts-long-first\.mjs does not say/,
    ])
      assert.match(problems, says);
    const red = runTests(root, "packages/verify/src/checks/lasts-long.test.ts");
    assert.notEqual(red.status, 0);
    assert.match(red.stdout, /write this test/);
  });

  it("is whole, once all of that is there", async (test) => {
    const root = clone(test);
    scaffoldInto(root, "check", "lasts-long");
    const told = (field: string) => [`${field}: ""`, `${field}: "A sentence about it."`] as const;
    edit(root, "packages/verify/src/checks/lasts-long.ts", told("question"), told("rule"), told("source"));
    edit(root, "guide/references/retries.md", [
      "### lasts-long\n\nRemedy:",
      "### lasts-long\n\nRemedy: Let it last longer.",
    ]);
    for (const id of ["first", "second"])
      edit(root, `zoo/mutants/lasts-long-${id}.mjs`, ["/** */", "/** Ends at once, every time. */"]);
    assert.equal(await problemsOf(root, "check", "lasts-long"), "");
  });
});

describe("the scaffolder", () => {
  for (const [kind, name, says] of [
    ["fault", "Slow", /no good name/],
    ["fault", "slow_start", /no good name/],
    ["fault", "../slow", /no good name/],
    ["fault", "delete", /no good name/],
    ["fault", "", /no good name/],
    ["fault", "reset", /is there already/],
    ["policy", "slow", /no kind of capability; there are: fault, check/],
    ["", "", /no kind of capability/],
  ] as const) {
    it(`refuses "${kind} ${name}"`, () => {
      const read = (path: string) => (path.endsWith("/reset.ts") ? "" : null);
      assert.throws(
        () => scaffold(kind, name, read),
        (error) => error instanceof Refusal && says.test(error.message),
      );
    });
  }

  it("ends with status 2 and the usage, and writes nothing, when the command is wrong", () => {
    const script = join(repository, "scripts/new.ts");
    const { status, stderr } = spawnSync(process.execPath, [script, "fault", "Not Good"], {
      encoding: "utf8",
    });
    assert.equal(status, 2);
    assert.match(stderr, /Usage: npm run new check\|fault <name>/);
  });

  it("adds to a list on one line and to one on several", () => {
    const imports = 'import { a } from "./a.ts";\nimport { c } from "./c.ts";\n';
    const added = 'import { a } from "./a.ts";\nimport { b } from "./b.ts";\nimport { c } from "./c.ts";\n';
    const one = withCapability(`${imports}\nconst all: readonly X[] = [a, c];\n`, "./b.ts", "b", "index.ts");
    assert.equal(one, `${added}\nconst all: readonly X[] = [a, c, b];\n`);
    const many = withCapability(`${imports}\nconst all = [\n  a,\n  c,\n];\n`, "./b.ts", "b", "index.ts");
    assert.equal(many, `${added}\nconst all = [\n  a,\n  c,\n  b,\n];\n`);
  });
});
