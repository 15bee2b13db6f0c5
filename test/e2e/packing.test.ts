import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { floorNode } from "../../scripts/lib/floor-node.ts";
import { copyOf, linkModules, temporaryFolder, writeFiles } from "../../scripts/lib/temp.ts";
import { repository } from "../../scripts/lib/tree.ts";

/** What a user gets: the packages, packed and installed into an empty project, on the oldest Node that they support. */
const names = readdirSync(join(repository, "packages"));
const packageName = (name: string): string => (name === "holdfast" ? name : `@holdfast/${name}`);

function runIn(cwd: string, command: string, options: readonly string[], env = process.env) {
  const { status, stdout, stderr } = spawnSync(command, options, { cwd, env, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}`, stdout };
}

function must(cwd: string, command: string, options: readonly string[], env = process.env): string {
  const { status, output, stdout } = runIn(cwd, command, options, env);
  assert.equal(status, 0, `${command} ${options.join(" ")}\n${output}`);
  return stdout;
}

/** A consumer's test file: its store, which here is the embedded one, has to keep every law. */
const ownStore = `
import { DatabaseSync } from "node:sqlite";
import { sqlite } from "@holdfast/delivery/sqlite";
import { storeConformance } from "@holdfast/delivery/testing";

async function inUserTransaction(database, run) {
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = await run(database, async (sql, params = []) => database.prepare(sql).all(...params));
    database.exec("COMMIT");
    return value;
  } catch (failure) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw failure;
  }
}

async function open() {
  const database = new DatabaseSync(":memory:");
  return {
    store: sqlite(database),
    again: () => sqlite(database),
    inUserTransaction: (run) => inUserTransaction(database, run),
    close: async () => database.close(),
  };
}

storeConformance({ name: "of a consumer", open });
`;

/** What the packages depend on that is not ours. */
function thirdParties(): readonly string[] {
  const needed = names.flatMap((name) => {
    const text = readFileSync(join(repository, "packages", name, "package.json"), "utf8");
    return Object.keys((JSON.parse(text) as { readonly dependencies?: object }).dependencies ?? {});
  });
  return [...new Set(needed)].filter((name) => !name.startsWith("@holdfast/"));
}

describe("packing", { timeout: 450_000 }, () => {
  const folder = temporaryFolder({ after }, "packing");
  const clone = join(folder, "clone");
  const consumer = join(folder, "consumer");
  const tarballs = join(folder, "tarballs");
  const tarballOf = new Map<string, string>();
  const floor = floorNode();
  const skip = "missing" in floor ? floor.missing : false;
  const node = "path" in floor ? floor.path : "";
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env["PATH"]}` };

  before(() => {
    for (const each of [clone, consumer, tarballs]) mkdirSync(each);
    const configs = [
      "package.json",
      "package-lock.json",
      "tsconfig.base.json",
      "tsconfig.build.json",
      "LICENSE",
    ];
    copyOf(clone, [...configs, "packages", "scripts", "guide"]);
    linkModules(clone);
    const pack = (from: string): string => {
      const out = must(from, "npm", ["pack", "--json", "--pack-destination", tarballs]);
      return join(tarballs, (JSON.parse(out.slice(out.indexOf("["))) as [{ filename: string }])[0].filename);
    };
    for (const name of names) tarballOf.set(packageName(name), pack(join(clone, "packages", name)));
    // Offline, npm finds a version only where something has asked for it before: a lock has not.
    for (const name of thirdParties()) tarballOf.set(name, pack(join(repository, "node_modules", name)));
  });

  for (const name of names) {
    it(`gives ${packageName(name)} to publint without a complaint`, async () => {
      const tarball = new Uint8Array(readFileSync(tarballOf.get(packageName(name)) ?? "")).buffer;
      const { messages, pkg } = await publint({ pack: { tarball }, strict: true, level: "suggestion" });
      const texts = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
      assert.deepEqual(texts, []);
    });

    it(`gives ${packageName(name)} types that resolve`, () => {
      const attw = join(repository, "node_modules/@arethetypeswrong/cli/dist/index.js");
      const options = [
        attw,
        "--profile",
        "esm-only",
        "--no-color",
        "--no-emoji",
        tarballOf.get(packageName(name)) ?? "",
      ];
      must(folder, process.execPath, options);
    });

    it(`leaves tests and build records out of ${packageName(name)}, and brings licence and README`, () => {
      const listed = must(folder, "tar", ["-tzf", tarballOf.get(packageName(name)) ?? ""]).split("\n");
      assert.deepEqual(
        listed.filter((path) => /\.test\.|tsbuildinfo|\/testing\//.test(path)),
        [],
      );
      for (const wanted of ["LICENSE", "README.md", "package.json"])
        assert.ok(listed.includes(`package/${wanted}`), wanted);
      if (name === "holdfast")
        assert.ok(
          listed.some((path) => path.startsWith("package/guide/")),
          "guide/",
        );
    });
  }

  it("installs all of them into an empty project, from the tarballs alone", () => {
    writeFiles(consumer, { "package.json": '{ "name": "consumer", "private": true, "type": "module" }\n' });
    must(consumer, "npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballOf.values()]);
  });

  for (const name of names) {
    it(`lets a consumer on Node 22.18.0 import ${packageName(name)}`, { skip }, () => {
      const text = `const all = await import("${packageName(name)}"); console.log(Object.keys(all).length);`;
      writeFileSync(join(consumer, "import.mjs"), text);
      assert.ok(Number(must(consumer, node, ["import.mjs"], env)) > 0, "it exports something");
    });
  }

  it("lets a consumer on Node 22.18.0 prove a store of its own with what @holdfast/delivery ships", {
    skip,
  }, () => {
    writeFileSync(join(consumer, "store.test.mjs"), ownStore);
    // A test runner within one would run nothing.
    const alone = { ...env, NODE_TEST_CONTEXT: undefined };
    const options = ["--test", "--test-reporter=tap", "store.test.mjs"];
    const { status, output } = runIn(consumer, node, options, alone);
    assert.equal(status, 0, output);
    assert.match(output, /ok \d+ - lets a message take effect once under 20 deliveries at the same time/);
  });

  it("lets a consumer on Node 22.18.0 run the command line", { skip }, () => {
    assert.equal(must(consumer, node, ["--version"]).trim(), "v22.18.0");
    const help = must(consumer, join(consumer, "node_modules/.bin/holdfast"), ["--help"], env);
    assert.match(help, /verify/);
  });
});
