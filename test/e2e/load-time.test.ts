import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { bundle } from "../../scripts/lib/bundle.ts";
import { copyOf, linkModules, temporaryFolder, writeFiles } from "../../scripts/lib/temp.ts";

/** What a process pays for importing `@holdfast/resilience` as it is published, before it makes a call. */
const rounds = 7;

/** Prints the CPU time of importing what the command line names, in ms, and what was loaded for it. */
const probe = `
import { registerHooks } from "node:module";
const loaded = [];
if (process.argv[3] === "names") registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
const before = process.cpuUsage();
await import(process.argv[2]);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuMs: (user + system) / 1_000, loaded }));
`;

describe("importing @holdfast/resilience", { timeout: 120_000 }, () => {
  const folder = temporaryFolder({ after }, "load-time");

  function imported(what: string, ...more: readonly string[]) {
    const { stdout, stderr } = spawnSync(process.execPath, ["probe.mjs", what, ...more], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    return JSON.parse(stdout) as { readonly cpuMs: number; readonly loaded: readonly string[] };
  }

  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

  before(() => {
    copyOf(folder, ["package.json", "tsconfig.base.json", "packages/core", "packages/resilience"]);
    linkModules(folder);
    const tsc = join(folder, "node_modules/typescript/bin/tsc");
    const project = join(folder, "packages/resilience/tsconfig.build.json");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-b", project], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
    cpSync(join(folder, "packages/resilience/dist"), join(folder, "packages/resilience/apart"), {
      recursive: true,
    });
    for (const name of ["core", "resilience"]) bundle(join(folder, "packages", name));
    writeFiles(folder, { "probe.mjs": probe });
  });

  it("loads no more than it needs: its own modules, and two small ones of Node", () => {
    const { loaded } = imported("@holdfast/resilience", "names");
    const own = loaded.filter((url) => url.startsWith("file:"));
    assert.deepEqual(loaded.filter((url) => url.startsWith("node:")).sort(), [
      "node:async_hooks",
      "node:diagnostics_channel",
    ]);
    assert.ok(own.length <= 8, `${own.length} modules`);
  });

  it("costs far less than its modules one by one", (test) => {
    writeFiles(folder, { "none.mjs": "export const nothing = null;\n" });
    const own: number[] = [];
    const apart: number[] = [];
    const none: number[] = [];
    // In turns, so that a busy machine slows all of them down.
    for (let round = 0; round < rounds; round++) {
      own.push(imported("@holdfast/resilience").cpuMs);
      apart.push(imported("./packages/resilience/apart/index.js").cpuMs);
      none.push(imported("./none.mjs").cpuMs);
    }
    const least = median(none);
    const [ownMs, apartMs] = [median(own) - least, median(apart) - least];
    test.diagnostic(`${ownMs.toFixed(1)} ms; its modules one by one ${apartMs.toFixed(1)} ms`);
    assert.ok(ownMs < 0.7 * apartMs, `${ownMs} ms against ${apartMs} ms`);
  });
});
