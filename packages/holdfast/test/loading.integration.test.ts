import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";

const main = join(import.meta.dirname, "../src/main.ts");
const tells = `import { registerHooks } from "node:module";
registerHooks({ load: (url, context, next) => (process.stderr.write(url + "\\n"), next(url, context)) });`;

/** The modules that a command line loads, by their addresses. */
function loadedBy(...words: readonly string[]): readonly string[] {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--conditions=@holdfast/source",
      "--import",
      `data:text/javascript,${encodeURIComponent(tells)}`,
      main,
      ...words,
    ],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  return stderr.split("\n").filter((line) => line.startsWith("file:"));
}

describe("the command line", () => {
  it("loads for the version and the overview no package but core", () => {
    for (const word of ["--version", "--help"]) {
      const loaded = loadedBy(word);
      assert.ok(loaded.some((url) => url.endsWith("/holdfast/src/dispatch.ts")));
      const strange = loaded.filter((url) => !/\/packages\/(holdfast|core)\/src\//.test(url));
      assert.deepEqual(strange, []);
      assert.ok(!loaded.some((url) => /\/commands\/(?!index)/.test(url)), loaded.join("\n"));
    }
  });

  it("loads one command for its help, and what the others need stays unread", () => {
    const loaded = loadedBy("outbox", "--help");
    assert.ok(loaded.some((url) => url.endsWith("/commands/outbox.ts")));
    assert.ok(!loaded.some((url) => url.includes("/packages/verify/") || url.includes("/packages/faults/")));
  });
});
