import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Io } from "../command.ts";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const contract = `holdfast: 1
service: { name: checkout, start: node service.ts, url: "http://127.0.0.1:\${port}" }
integrations:
  payments: { protocol: http, address: { env: PAYMENTS_URL }, runbook: runbooks/payments.md }
`;

const failing = (at: number, more: object = {}): string =>
  JSON.stringify({
    time: 1_795_830_000_000 + at,
    level: "error",
    trace_id: `t${at}`,
    provider: "payments",
    status: 503,
    ...more,
  });
const outage = Array.from({ length: 6 }, (_, at) => failing(at)).join("\n");

/** Runs the command in a folder with these files. */
async function run(
  test: TestContext,
  files: Readonly<Record<string, string>>,
  words: readonly string[],
  io: Partial<Io> = {},
): Promise<{ status: number; stdout: string; stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-diagnose-"));
  test.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries({ "runbooks/payments.md": "# Payments\n", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const buffers = bufferIo({ cwd: folder, ...io });
  const status = await dispatch(commands, "0.0.0", ["diagnose", ...words], buffers);
  return { status, stdout: buffers.stdout(), stderr: buffers.stderr() };
}

describe("holdfast diagnose", () => {
  it("names the cause, its lines and the runbook within 80 columns, and exits 1", async (test) => {
    const files = { "checkout.log": outage, "holdfast.yaml": contract };
    const { status, stdout, stderr } = await run(test, files, [
      "checkout.log",
      "--contract",
      "holdfast.yaml",
    ]);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /FIRST CAUSE \(certain\)\n {2}checkout: payments answers that it failed itself/);
    assert.match(stdout, /checkout\.log:1\n {4}> \{"time"/);
    assert.match(stdout, /Open: runbooks\/payments\.md/);
    for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  });

  it("prints one document with --json", async (test) => {
    const { stdout } = await run(test, { "checkout.log": outage }, ["checkout.log", "--json"]);
    const { schemaVersion, verdict, cause } = JSON.parse(stdout);
    assert.deepEqual(
      [schemaVersion, verdict, cause.class, cause.onset.line],
      [1, "failing", "server-error", 1],
    );
  });

  it("exits 0 when nothing fails, 3 when there is nothing to read, 2 without logs", async (test) => {
    const fine = JSON.stringify({ level: "info", msg: "order paid" });
    assert.equal((await run(test, { "a.log": fine }, ["a.log"])).status, 0);
    assert.equal((await run(test, { "a.log": "" }, ["a.log"])).status, 3);
    assert.equal((await run(test, {}, ["a.log"])).status, 2);
    assert.equal((await run(test, {}, [])).status, 2);
  });

  it("reads the logs of a run", async (test) => {
    const files = { ".holdfast/runs/r1/logs/checkout.log": outage };
    assert.equal((await run(test, files, ["--run", "r1"])).status, 1);
    assert.match((await run(test, files, ["--run", "r2"])).stderr, /RUN_NOT_READABLE/);
  });

  it("does not say that nothing fails of what it could not read, and exits 3", async (test) => {
    const { status, stdout } = await run(test, { "a.log": "who\nknows\n" }, ["a.log"]);
    assert.equal(status, 3);
    assert.doesNotMatch(stdout, /Nothing fails/);
    assert.match(stdout, /too much of a\.log could not be\s+read/);
    assert.match(stdout, /2 of 2 entries are of no known format/);
    const read = JSON.parse((await run(test, { "a.log": "who\nknows\n" }, ["a.log", "--json"])).stdout);
    assert.equal(read.verdict, "undecided");
    assert.match((await run(test, { "a.log": "" }, ["a.log"])).stdout, /^There was nothing to read\./);
  });

  it("reads access logs, also by a format that is named", async (test) => {
    const line = (at: number) => `GET /a 50${at % 2 === 0 ? 4 : 3} 179583960${at}.250`;
    const files = { "edge.log": Array.from({ length: 8 }, (_, at) => line(at)).join("\n") };
    const format = ["--format", "$request_method $request_uri $status $msec"];
    assert.equal((await run(test, files, ["edge.log"])).status, 3);
    assert.match((await run(test, files, ["edge.log", ...format])).stdout, /8 of 8 calls failed/);
    const other = await run(test, { "edge.log": outage }, ["edge.log", ...format]);
    assert.deepEqual([other.status, /USAGE/.test(other.stderr)], [2, true]);
  });

  it("lets no log drive the terminal", async (test) => {
    const hostile = Array.from({ length: 6 }, (_, at) =>
      failing(at, { provider: "pay\u001B]0;x\u0007ments", service: "a\u202Eb" }),
    );
    const { stdout } = await run(test, { "checkout.log": hostile.join("\n") }, ["checkout.log"]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through.
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  });

  it("tells how far it is where somebody watches, and nowhere else", async (test) => {
    const watched = await run(test, { "checkout.log": outage }, ["checkout.log"], { errIsTty: true });
    assert.match(watched.stderr, /100 %/);
    assert.equal((await run(test, { "checkout.log": outage }, ["checkout.log"])).stderr, "");
  });
});
