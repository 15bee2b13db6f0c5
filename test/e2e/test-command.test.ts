import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { copyOf, temporaryFolder, writeFiles } from "../../scripts/lib/temp.ts";

const head = 'import assert from "node:assert/strict";\nimport { it } from "node:test";\n';
const passing = `${head}it("passes", () => assert.ok(true));\n`;
const skipping = `${head}it("asks redis", { skip: "service: no redis here" }, () => {});\n`;
const failing = `${head}it("fails", () => assert.equal(1, 2));\n`;

/** `npm test` itself, on a repository in small. */
function testIn(
  test: TestContext,
  files: Record<string, string>,
  options: string[] = [],
  more: Record<string, string> = {},
) {
  const root = temporaryFolder(test, "test-command");
  copyOf(root, ["scripts/test.ts", "scripts/lib"]);
  writeFiles(root, { "package.json": '{ "type": "module" }\n', ...files });
  const env: NodeJS.ProcessEnv = { ...process.env, ...more };
  delete env["NODE_TEST_CONTEXT"];
  if (more["HOLDFAST_REQUIRE_SERVICES"] === undefined) delete env["HOLDFAST_REQUIRE_SERVICES"];
  const script = join(root, "scripts/test.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options], {
    env,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

describe("npm test", () => {
  it("passes, says how many, and names every skip with its reason", (test) => {
    const { status, output } = testIn(test, {
      "packages/a/src/a.test.ts": passing,
      "packages/a/test/b.test.ts": skipping,
    });
    assert.equal(status, 0, output);
    assert.match(output, /packages\/a\/test\/b\.test\.ts › asks redis\n\s+service: no redis here/);
    assert.match(output, /2 files: 1 passed, 0 failed, 1 skipped/);
  });

  it("fails on that skip where services are required", (test) => {
    const files = { "packages/a/src/a.test.ts": passing, "packages/a/test/b.test.ts": skipping };
    const { status, output } = testIn(test, files, [], { HOLDFAST_REQUIRE_SERVICES: "1" });
    assert.equal(status, 1);
    assert.match(output, /lacked a service: failed/);
  });

  it("fails on a test that fails, and on a file that does not load", (test) => {
    const one = testIn(test, { "packages/a/src/a.test.ts": passing, "zoo/b.test.ts": failing });
    assert.equal(one.status, 1);
    assert.match(one.output, /✗ zoo\/b\.test\.ts › fails/);
    const two = testIn(test, {
      "packages/a/src/a.test.ts": passing,
      "examples/x/b.test.ts": "throw new Error('at load');\n",
    });
    assert.equal(two.status, 1);
    assert.match(two.output, /at load/);
  });

  it("tells which unit test does not load, and runs those beside it", (test) => {
    const { status, output } = testIn(test, {
      "packages/a/src/a.test.ts": passing,
      "packages/a/src/b.test.ts": "throw new Error('at load');\n",
      "packages/a/src/c.test.ts": failing,
    });
    assert.equal(status, 1);
    assert.match(output, /✓ packages\/a\/src\/a\.test\.ts {2}1 passed/);
    assert.match(output, /loads \S+packages\/a\/src\/b\.test\.ts\n\s+Error: at load/);
    assert.match(output, /✗ packages\/a\/src\/c\.test\.ts › fails/);
    assert.match(output, /1 passed, 2 failed, 0 skipped/);
  });

  it("runs only the files whose path contains a pattern, and refuses a pattern that none contains", (test) => {
    const files = { "packages/a/src/a.test.ts": passing, "scripts/b.test.ts": failing };
    assert.equal(testIn(test, files, ["packages/a"]).status, 0);
    const none = testIn(test, files, ["nothing"]);
    assert.equal(none.status, 2);
    assert.match(none.output, /No test file's path contains "nothing"/);
  });
});
