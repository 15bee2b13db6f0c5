import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, copyFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { temporaryFolder, writeFiles } from "../../scripts/lib/temp.ts";
import { repository } from "../../scripts/lib/tree.ts";

/** A clone in small: the real bootstrap, a script that tells what it sees, and an `npm` that obeys the test. */
const probe = `if (process.argv[2] === "wait") {
  process.on("SIGTERM", () => process.exit(7));
  setInterval(() => {}, 1000);
} else process.exitCode = Number(process.argv[2] ?? 0);
console.log(JSON.stringify({ argv: process.argv.slice(2), execArgv: process.execArgv, path: process.env.PATH }));
`;
const npmThatWorks = `#!/bin/sh
echo "$@" >> calls
mkdir -p node_modules && echo '{}' > node_modules/.package-lock.json
`;

function clone(test: TestContext, npm: string | null = npmThatWorks): string {
  const root = temporaryFolder(test, "bootstrap");
  writeFiles(root, { "package-lock.json": "{}\n", "scripts/probe.mjs": probe, "bin/.keep": "" });
  copyFileSync(join(repository, "scripts/bootstrap.mjs"), join(root, "scripts/bootstrap.mjs"));
  if (npm !== null) {
    writeFiles(root, { "bin/npm": npm });
    chmodSync(join(root, "bin/npm"), 0o755);
  }
  return root;
}

const bootstrap = (root: string) => join(root, "scripts/bootstrap.mjs");
const environment = (root: string, more: Record<string, string> = {}) => ({
  PATH: `${join(root, "bin")}:/usr/bin:/bin`,
  ...more,
});

function run(
  root: string,
  options: readonly string[],
  more: { env?: Record<string, string>; nodeOptions?: string[] } = {},
) {
  const env = more.env ?? environment(root);
  const all = [...(more.nodeOptions ?? []), bootstrap(root), ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: root, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

const calls = (root: string): number =>
  existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n").length : 0;

function lockedNode(root: string, text: string): void {
  const path = `node_modules/node-${process.platform}-${process.arch}/bin/node`;
  writeFiles(root, { [path]: text, "node_modules/.package-lock.json": "{}" });
  chmodSync(join(root, path), 0o755);
}

describe("bootstrap", () => {
  it("installs once on a fresh clone, and again when the lock file has changed", (test) => {
    const root = clone(test);
    assert.equal(run(root, ["scripts/probe.mjs"]).status, 0);
    assert.equal(run(root, ["scripts/probe.mjs"]).status, 0);
    assert.equal(calls(root), 1);
    appendFileSync(join(root, "package-lock.json"), "\n");
    const { stderr } = run(root, ["scripts/probe.mjs"]);
    assert.equal(calls(root), 2);
    assert.match(stderr, /installing the locked development packages/);
  });

  it("hands over arguments, the source condition and the exit status", (test) => {
    const root = clone(test);
    const { status, stdout } = run(root, ["scripts/probe.mjs", "5", "--json", "two words"]);
    assert.equal(status, 5);
    const seen = JSON.parse(stdout) as { argv: string[]; execArgv: string[] };
    assert.deepEqual(seen.argv, ["5", "--json", "two words"]);
    assert.deepEqual(seen.execArgv, ["--conditions=@holdfast/source"]);
  });

  it("puts the chosen Node first on the path of what it starts", (test) => {
    const root = clone(test);
    const env = environment(root, { HOLDFAST_NODE: process.execPath });
    const seen = JSON.parse(run(root, ["scripts/probe.mjs"], { env }).stdout) as { path: string };
    assert.equal(seen.path.split(":")[0], dirname(process.execPath));
  });

  it("prefers the locked Node", (test) => {
    const root = clone(test);
    lockedNode(root, '#!/bin/sh\necho "locked $2 $3"\n');
    assert.match(run(root, ["scripts/probe.mjs", "x"]).stdout, /^locked .*scripts\/probe\.mjs x/);
  });

  it("falls back to the Node at hand when the locked one cannot start here", (test) => {
    const root = clone(test);
    lockedNode(root, "#!/nowhere/interpreter\n");
    assert.equal(run(root, ["scripts/probe.mjs", "3"]).status, 3);
  });

  it("passes SIGTERM on and ends as the script ends", async (test) => {
    const root = clone(test);
    const child = spawn(process.execPath, [bootstrap(root), "scripts/probe.mjs", "wait"], {
      cwd: root,
      env: environment(root),
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    const [status] = await once(child, "exit");
    assert.equal(status, 7);
  });

  const old = "data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.1.0'}})";
  const failing = (message: string) => `#!/bin/sh\necho "${message}" >&2\nexit 1\n`;
  const failures: readonly (readonly [
    name: string,
    npm: string | null,
    says: RegExp,
    env?: Record<string, string>,
  ])[] = [
    ["npm is missing", null, /npm was not found[\s\S]*Install Node\.js with npm/, { PATH: "/nowhere" }],
    [
      "the registry is not reached",
      failing("npm error code ENOTFOUND"),
      /registry was not reached: check the network/,
    ],
    ["the disk is full", failing("npm error code ENOSPC"), /The disk is full/],
    ["the folder cannot be written", failing("npm error code EACCES"), /cannot be written/],
    [
      "npm fails otherwise",
      failing("npm error strange"),
      /npm error strange[\s\S]*exit status 1[\s\S]*Run `npm ci` by itself/,
    ],
  ];
  for (const [name, npm, says, env] of failures) {
    it(`says what to do when ${name}, with status 4`, (test) => {
      const root = clone(test, npm);
      const { status, stderr } = run(root, ["scripts/probe.mjs"], env === undefined ? {} : { env });
      assert.equal(status, 4);
      assert.match(stderr, says);
    });
  }

  it("refuses an old Node when none is locked for the platform", (test) => {
    const { status, stderr } = run(clone(test), ["scripts/probe.mjs"], { nodeOptions: ["--import", old] });
    assert.equal(status, 4);
    assert.match(stderr, /Node 22\.18\.0 or newer is needed; this is 20\.1\.0[\s\S]*Install a current Node/);
  });

  it("refuses a HOLDFAST_NODE that is not there, a missing script, and no script", (test) => {
    const root = clone(test);
    const env = environment(root, { HOLDFAST_NODE: "/nowhere/node" });
    assert.match(run(root, ["scripts/probe.mjs"], { env }).stderr, /HOLDFAST_NODE names \/nowhere\/node/);
    assert.match(run(root, ["scripts/none.mjs"]).stderr, /there is no scripts\/none\.mjs/);
    assert.equal(run(root, []).status, 4);
  });
});
