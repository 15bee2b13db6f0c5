import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Checklist } from "@holdfast/verify";
import { contractOf, type Ended, folder, holdfast, survivorsOf } from "./support/cli.ts";

/** Every check that was looked at, with its verdict. */
function verdictsOf(stdout: string): Record<string, string> {
  const { items } = JSON.parse(stdout) as Checklist;
  const checks = items.flatMap((item) => item.checks).filter(({ verdict }) => verdict !== "not-tested");
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
}

describe("holdfast verify, on a service that keeps its commitments", { timeout: 120_000 }, () => {
  const { path, remove } = folder({ "holdfast.yaml": contractOf("good") });
  let verified: Ended;
  before(async () => {
    verified = await holdfast(["verify", "--only", "key-unique,bounded", "--json", "--out", "run"], {
      cwd: path,
    });
  });
  after(remove);

  it("looks at what --only names, asking for reserves where only they can decide", () => {
    assert.deepEqual(verdictsOf(verified.stdout), { bounded: "pass", "key-unique": "pass" }, verified.stderr);
    assert.equal(verified.status, 0);
  });

  it("prints one JSON document on stdout and progress on stderr", () => {
    assert.doesNotThrow(() => JSON.parse(verified.stdout));
    assert.match(verified.stderr, /Proving that the scenarios work[\s\S]*Done/);
    assert.doesNotMatch(verified.stderr, /Proving alerts/);
  });

  it("leaves a run folder with every form of the report, and no process", () => {
    const files = readdirSync(join(path, "run"));
    for (const file of [
      "checklist.json",
      "checklist.md",
      "junit.xml",
      "logs",
      "observations.ndjson",
      "report.html",
    ])
      assert.ok(files.includes(file), file);
    assert.deepEqual(survivorsOf(join(path, "run")), []);
  });

  it("writes nothing outside the folder that was named", () => {
    assert.deepEqual(readdirSync(path).sort(), ["holdfast.yaml", "run"]);
  });

  it("is judged again to the same verdicts, without running anything", async () => {
    const judged = await holdfast(["judge", "run", "--json", "--only", "key-unique,bounded"], { cwd: path });

    assert.equal(judged.status, 0, judged.stderr);
    assert.deepEqual(verdictsOf(judged.stdout), verdictsOf(verified.stdout));
  });

  it("is rendered in every format", async () => {
    for (const [format, says] of [
      ["html", /^<!doctype html>[\s\S]*<\/html>\s*$/i],
      ["markdown", /^# /],
      ["junit", /^<\?xml/],
      ["terminal", /Retries, backoff and jitter/],
      ["json", /^\{/],
    ] as const) {
      const { status, stdout, stderr } = await holdfast(["report", "run", "--format", format], { cwd: path });
      assert.equal(status, 0, stderr);
      assert.match(stdout, says);
    }
    const written = await holdfast(["report", "run", "--format", "html", "--out", "page.html"], {
      cwd: path,
    });
    assert.equal(written.stdout, "");
    assert.match(readFileSync(join(path, "page.html"), "utf8"), /<\/html>/);
  });

  it("says beforehand what it would do, and does not do it", async () => {
    const { status, stdout } = await holdfast(["verify", "--dry-run"], { cwd: path });

    assert.equal(status, 0);
    assert.match(stdout, /\d+ experiments, \d+ calls; nothing was run\./);
    assert.match(stdout, /hang-forever/);
  });
});

describe("holdfast init", () => {
  it("writes a contract that verify can plan, and never over one that is there", async () => {
    const { path, remove } = folder();
    const first = await holdfast(["init"], { cwd: path });
    const plan = await holdfast(["verify", "--dry-run"], { cwd: path });
    const second = await holdfast(["init"], { cwd: path });
    remove();

    assert.deepEqual([first.status, plan.status, second.status], [0, 0, 2], plan.stderr);
    assert.match(second.stderr, /FILE_EXISTS[\s\S]*--force/);
  });
});
