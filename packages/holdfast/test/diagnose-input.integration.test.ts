import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

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
  const options = ["--conditions=@holdfast/source", bin, "diagnose", name];
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

  it("says that nothing came", () => {
    const { stdout, status } = diagnosed("", "-");

    assert.match(stdout, /nothing to read/);
    assert.equal(status, 3);
  });
});
