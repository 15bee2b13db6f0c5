import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

const condition = "--conditions=@holdfast/source";
const bin = join(import.meta.dirname, "../bin/holdfast.js");

const log = Array.from({ length: 60 }, (_, at) =>
  JSON.stringify({
    time: `2026-11-28T03:01:${String(at).padStart(2, "0")}.000Z`,
    level: at < 30 ? "info" : "error",
    trace_id: `t${at}`,
    service: "checkout",
    provider: "payments",
    ...(at < 30 ? { status: 200 } : { error: { code: "ECONNREFUSED" } }),
  }),
).join("\n");

function diagnosed(input: string | Buffer, name: string) {
  const options = [condition, bin, "diagnose", name];
  return spawnSync(process.execPath, options, { input, encoding: "utf8" });
}

describe("what holdfast diagnose is given", () => {
  for (const name of ["-", "/dev/stdin"])
    for (const [form, input] of [
      ["as it is", log],
      ["with gzip", gzipSync(log)],
    ] as const)
      it(`reads what comes in, ${form}, as ${name}`, () => {
        const { stdout, stderr, status } = diagnosed(input, name);

        assert.match(stdout, /payments refuses connections[\s\S]*stdin:31/, stderr);
        assert.equal(status, 1);
      });

  it("prints no name of a file that a terminal would obey", () => {
    const { stdout, stderr, status } = diagnosed("", "ev\u001b[31mil\nname.log");

    assert.equal(status, 2);
    assert.match(stdout + stderr, /il name\.log cannot be read/);
    assert.ok(!(stdout + stderr).includes("\u001b"));
  });

  it("leaves out a last line that is cut off, and says so", () => {
    const { stdout } = diagnosed(log.slice(0, -30), "-");

    assert.match(stdout, /Read 59 entries/);
    assert.match(stdout, /stdin: its last line is cut off, and was left out/);
    assert.doesNotMatch(stdout, /unnamed/);
    assert.match(diagnosed(log, "-").stdout, /Read 60 entries(?![\s\S]*cut off)/);
  });

  it("is read with a small heap, by judge --passive as well", () => {
    const spy = `import v8 from "node:v8";
      import { syncBuiltinESMExports } from "node:module";
      const set = v8.setFlagsFromString;
      v8.setFlagsFromString = (flag) => { process.stderr.write("FLAG " + flag + "\\n"); set(flag); };
      syncBuiltinESMExports();`;
    const loaded = ["--import", `data:text/javascript,${encodeURIComponent(spy)}`, condition, bin];
    for (const words of [
      ["diagnose", "-"],
      ["judge", "--passive", "-"],
    ]) {
      const { stderr } = spawnSync(process.execPath, [...loaded, ...words], { input: log, encoding: "utf8" });
      assert.match(stderr, /FLAG --semi-space-growth-factor=1/, words[0]);
    }
  });

  it("says that nothing came", () => {
    const { stdout, status } = diagnosed("", "-");

    assert.match(stdout, /nothing to read/);
    assert.equal(status, 3);
  });
});
