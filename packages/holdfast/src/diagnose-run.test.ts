import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { logFile } from "@holdfast/verify";
import { commands } from "./commands/index.ts";
import { dispatch } from "./dispatch.ts";
import { bufferIo } from "./testing/buffer-io.ts";

const place = "place-order/payments.charge";
const experiment = (name: string, summary: string): object => ({
  ...{ id: `${place}/${name}`, name, summary, integration: "payments", operation: "charge" },
});
const experiments = [
  experiment("503-forever", "Every attempt is answered with 503."),
  experiment("hang-forever", "No attempt gets an answer."),
  experiment("healthy", "Nothing is done."),
  experiment("silent", "Every attempt is reset."),
];
const instance = (id: string, name: string, startedMs: number): object => ({
  ...{
    type: "instance",
    instance: id,
    experiment: `${place}/${name}`,
    startedMs,
    endedMs: startedMs + 4_000,
  },
});
const call = (name: string, at: number, outcome: string, phase = "sample"): object => ({
  ...{ type: "call", id: `${name}${phase}${at}`, experiment: `${place}/${name}`, instance: "i1" },
  ...{ phase, outcome },
});
const calls = (name: string, outcome: string): object[] =>
  Array.from({ length: 6 }, (_, at) => call(name, at, outcome));
const observations = [
  { ...instance("i1", "503-forever", 2_000), endedMs: null },
  instance("i1", "503-forever", 2_000),
  instance("i2", "hang-forever", 3_000),
  ...calls("503-forever", "failed"),
  call("503-forever", 0, "succeeded", "warm-up"),
  ...calls("hang-forever", "failed"),
  ...calls("healthy", "succeeded"),
  ...calls("silent", "failed"),
];

/** Six lines of one experiment's log as a run keeps them. */
const kept = (id: string, more: object): string =>
  Array.from({ length: 6 }, (_, at) => {
    const line = { time: 1_795_830_000_000 + at, trace_id: `${id}t${at}`, provider: "payments", ...more };
    return `${3522 + at}.0 ${id} stdout ${JSON.stringify(line)}\n`;
  }).join("");
const logs: Readonly<Record<string, string>> = {
  "503-forever": kept("i1", { level: "error", status: 503 }),
  "hang-forever": kept("i2", { level: "error", error: { code: "ETIMEDOUT" } }),
  healthy: kept("i3", { level: "info", status: 200 }),
  silent: kept("i4", { level: "info", msg: "order received" }),
};

async function run(
  test: TestContext,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ status: number; stdout: string; stderr: string }> {
  const cwd = mkdtempSync(join(tmpdir(), "holdfast-diagnose-run-"));
  test.after(() => rmSync(cwd, { recursive: true }));
  const files = {
    "run.json": JSON.stringify({ schemaVersion: 1, run: "r1", experiments }),
    "observations.ndjson": observations.map((one) => `${JSON.stringify(one)}\n`).join(""),
    ...Object.fromEntries(
      Object.entries(logs).map(([name, text]) => [logFile(`${place}/${name}`), text] as const),
    ),
    ...more,
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(cwd, ".holdfast", "runs", "r1", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  const io = bufferIo({ cwd });
  const status = await dispatch(commands, "0.0.0", ["diagnose", "--run", "r1", ...words], io);
  return { status, stdout: io.stdout(), stderr: io.stderr() };
}

describe("holdfast diagnose --run", () => {
  it("diagnoses each experiment apart, below what was really done", async (test) => {
    const { status, stdout, stderr } = await run(test, []);

    assert.equal(status, 1, stderr);
    const [, first = "", second = "", ...others] = stdout.split("═══ EXPERIMENT ");
    assert.deepEqual(others, []);
    assert.match(first, /^place-order\/payments\.charge\/503-forever\n/);
    assert.match(first, /What was done: Every attempt is answered with 503\. \(payments\.charge\)/);
    assert.match(first, /When: 2 s to 6 s of the run, on i1\n/);
    assert.match(first, /What was seen: 6 of 6 calls failed/);
    assert.match(first, /FIRST CAUSE \(certain\)\n {2}service: payments answers that it failed itself/);
    assert.match(second, /No attempt gets an answer\.[\s\S]*service: payments does not answer in time/);
    for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  });

  it("says where calls failed and the log tells nothing of it", async (test) => {
    const { stdout } = await run(test, []);

    assert.match(
      stdout.replaceAll(/\s+/g, " "),
      /4 experiments: 2 tell of a failure, 1 of none where no call failed/,
    );
    assert.match(stdout, /Calls failed, and the log tells of no failure:\n {2}place-order\S+\/silent\n$/);
  });

  it("tells the same as one document", async (test) => {
    const { experiments: all, verdict } = JSON.parse((await run(test, ["--json"])).stdout);

    assert.equal(verdict, "failing");
    const found = all.map((one: { experiment: string; verdict: string; cause: { class: string } | null }) => [
      one.experiment.split("/").at(-1),
      one.verdict,
      one.cause?.class ?? null,
    ]);
    assert.deepEqual(found, [
      ["503-forever", "failing", "server-error"],
      ["hang-forever", "failing", "timeout"],
      ["healthy", "clean", null],
      ["silent", "clean", null],
    ]);
    assert.deepEqual(
      [all[0].done, all[0].to, all[0].fromRunMs, all[0].toRunMs, all[0].calls],
      ["Every attempt is answered with 503.", "payments.charge", 2_000, 6_000, { failed: 6, total: 6 }],
    );
    assert.deepEqual(all[0].read.files[0].formats.json, 6);
  });

  it("exits 3 when the log of an experiment could not be read and none tells of a failure", async (test) => {
    const [strange, well] = ["who knows\n", kept("i3", { level: "info", status: 200 })];
    const more = {
      [logFile(`${place}/503-forever`)]: strange,
      [logFile(`${place}/hang-forever`)]: well,
    };
    const { status, stdout } = await run(test, [], more);

    assert.equal(status, 3);
    assert.match(stdout, /Too little of the log could be read:\n {2}place-order\S+\/503-forever\n/);
  });

  it("takes no other logs", async (test) => {
    const { status, stderr } = await run(test, ["--traces", "traces.json"]);
    assert.deepEqual([status, /USAGE/.test(stderr)], [2, true]);
  });
});
