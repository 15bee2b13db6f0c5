import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const child = fileURLToPath(new URL("../support/child.ts", import.meta.url));

/** What a process of its own writes that plays a scene and must end by itself; it is stopped, and the test fails, long after. */
async function play(scene: string): Promise<string> {
  const flags = ["--conditions=@holdfast/source", "--unhandled-rejections=strict", "--no-warnings"];
  const { stdout, stderr } = await run(process.execPath, [...flags, child, scene], { timeout: 20_000 });
  assert.equal(stderr, "");
  return stdout;
}

describe("processes, as other libraries end them", { concurrency: true }, () => {
  it("T28: a process does not end while a call waits before its retry", async () => {
    assert.equal(await play("backoff"), "answered at attempt 2");
  });

  it("T28: nor while a call waits for its deadline, its attempt's timeout, its place or its turn", async () => {
    const codes = "TIMEOUT_TOTAL TIMEOUT_ATTEMPT TIMEOUT_TOTAL TIMEOUT_QUEUE answered";
    assert.equal(await play("timeouts"), codes);
  });

  it("T28: it ends as soon as its calls have, though their deadlines lie minutes ahead", async () => {
    assert.equal(await play("finished"), "ABORTED ABORTED");
  });

  it("T29: what a function rejects with after its call has ended is nobody's unhandled rejection", async () => {
    const codes = [
      "TIMEOUT_TOTAL",
      "EXHAUSTED",
      "FALLBACK_FAILED",
      "TIMEOUT_TOTAL",
      "ABORTED",
      "ABORTED",
      "answered",
      "ABORTED",
      "FAILED",
    ];
    assert.equal(await play("abandoned"), codes.join(" "));
  });
});
