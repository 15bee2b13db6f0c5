import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { collectRows, type Row } from "./collect-rows.ts";
import { type Evidence, evidenceFrom, evidenceText } from "./evidence.ts";
import { extractOf } from "./extract.ts";
import { noting, ranIn } from "./ran.ts";
import type { Kind } from "./reading.ts";

const row: Row = { id: "some", client: "some", language: "C", primaryMethod: "GET", overlaps: true };
const day = "2026-11-28";
const platform = "Node v24.0.0, linux x64";
/** An extract taken of runs of that day by version 1. */
const committed: Evidence = {
  id: "some",
  client: "some",
  version: "1",
  language: "C",
  config: "as it was",
  runs: {
    primary: { method: "GET", startedAt: day, platform },
    POST: { method: "POST", startedAt: day, platform },
    load: { method: "GET", startedAt: day, platform },
  },
  policy: [],
  verdicts: [{ by: "primary", check: "connect", verdict: "pass", because: "it was seen" }],
  shown: [],
};

let home = "";
let told: string[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "holdfast-collect-"));
  told = [];
  mkdirSync(join(home, "extracts"));
  writeFileSync(stored(), evidenceText(committed));
});
afterEach(() => rmSync(home, { recursive: true }));

const stored = () => join(home, "extracts", "some.ndjson");
const folderOf = (id: string, kind: Kind) => join(home, `${id}.${kind}`);
const ok = async () => ({ results: [], error: null, wallMs: 0 });
const collect = (run: () => Promise<string | null> = async () => null) =>
  collectRows([row], { runOf: folderOf, extracts: join(home, "extracts") }, run, (line) => told.push(line));

function writeRun(kind: Kind, state: Readonly<Record<string, unknown>> = {}): string {
  const folder = folderOf(row.id, kind);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "holdfast.yaml");
  const run = {
    schemaVersion: 1,
    run: `${kind}-1`,
    contract: { file, digest: "" },
    startedAt: `${day}T10:00:00.000Z`,
    endedAt: `${day}T10:01:00.000Z`,
    versions: { holdfast: "0.0.0", node: "v24.0.0", platform: "linux x64" },
    interrupted: null,
    ...state,
  };
  writeFileSync(file, JSON.stringify(contractBy(kind === "POST" ? "POST" : "GET")));
  writeFileSync(join(folder, "host.mjs"), "export const call = async () => {};\n");
  writeFileSync(join(folder, "run.json"), JSON.stringify(run));
  writeFileSync(join(folder, "observations.ndjson"), "");
  return folder;
}

function contractBy(method: string) {
  const call = { request: `${method} /v1/things`, answer: { status: 200, text: "{}" } };
  return {
    holdfast: 1,
    integrations: { provider: { protocol: "http", provider: "stub", operations: { call } } },
    scenarios: { call: { module: "./host.mjs", uses: ["provider.call"] } },
  };
}

function writeRuns(state: Readonly<Record<string, unknown>> = {}): readonly string[] {
  return (["primary", "POST", "load"] as const).map((kind) => writeRun(kind, state));
}

function extract(): Evidence {
  return evidenceFrom(readFileSync(stored(), "utf8")).evidence;
}

describe("the extract of a run", () => {
  it("is taken of one that ended by itself", async () => {
    const found = await extractOf(writeRun("primary"), "primary");

    assert.deepEqual(found?.run, { method: "GET", startedAt: day, platform });
  });

  it("is not taken of one that failed at its baseline, was killed or goes on", async () => {
    assert.equal(await extractOf(writeRun("primary", { endedAt: null }), "primary"), null);
  });

  it("is not taken of one that was interrupted", async () => {
    const folder = writeRun("primary", { interrupted: "stopped from outside" });

    assert.equal(await extractOf(folder, "primary"), null);
  });
});

describe("collecting", () => {
  it("writes the extract of a row whose runs are all there", async () => {
    writeRuns();

    assert.equal(await collect(), 0);
    assert.deepEqual(
      new Set(extract().verdicts.map(({ by, verdict }) => `${by} ${verdict}`)),
      new Set(["primary inconclusive", "POST inconclusive", "load inconclusive"]),
    );
    assert.deepEqual(Object.keys(extract().runs), ["primary", "POST", "load"]);
    assert.deepEqual(told, []);
  });

  it("leaves the extract when a run did not end, and names its contract", async () => {
    writeRuns();
    writeRun("POST", { endedAt: null });

    assert.equal(await collect(), 1);
    assert.deepEqual(extract(), committed);
    assert.match(told.join(), /^some +no whole run is stored of POST: the extract is left as it is$/);
  });

  it("leaves the extract when some contracts have no run, and names them", async () => {
    writeRun("primary");

    assert.equal(await collect(), 1);
    assert.deepEqual(extract(), committed);
    assert.match(told.join(), /of POST, load:/);
  });

  it("leaves the extract when the run before it failed", async () => {
    writeRuns();

    assert.equal(await collect(async () => "verify ended with 3"), 1);
    assert.deepEqual(extract(), committed);
    assert.match(told.join(), /verify ended with 3/);
  });

  it("tells of a run that cannot be read, and goes on with the next row", async () => {
    writeRuns();
    rmSync(join(folderOf("some", "load"), "observations.ndjson"));
    const asked: string[] = [];
    const run = async ({ id }: Row) => {
      asked.push(id);
      return null;
    };
    const places = { runOf: folderOf, extracts: join(home, "extracts") };

    assert.equal(await collectRows([row, { ...row, id: "next" }], places, run, (line) => told.push(line)), 1);
    assert.deepEqual(extract(), committed);
    assert.deepEqual(asked, ["some", "next"]);
    assert.match(told.join(), /observations\.ndjson is missing/);
  });

  it("ends with status 1 when nothing goes by a name that was asked for", () => {
    const args = [
      "--conditions=@holdfast/source",
      join(import.meta.dirname, "collect.ts"),
      "--only",
      "nobody",
    ];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });

    assert.equal(status, 1, stderr);
    assert.match(stderr, /not among what can be collected: nobody/);
  });
});

describe("the version in an extract", () => {
  it("stays for the run that the extract was taken from", async () => {
    writeRuns();
    await collect();

    assert.equal(extract().version, "1");
    assert.equal(extract().config, "as it was");
  });

  it("is the one that was noted when the contracts were run", async () => {
    for (const folder of writeRuns()) await noting(folder, { version: "2", config: "as it is" }, ok);

    assert.equal(await collect(), 0);
    assert.equal(extract().version, "2");
    assert.equal(extract().config, "as it is");
  });

  it("is not made up for another run of which nothing was noted", async () => {
    writeRuns({ startedAt: "2026-12-01T10:00:00.000Z" });

    assert.equal(await collect(), 1);
    assert.deepEqual(extract(), committed);
    assert.match(told.join(), /nothing tells which version was run by primary, POST, load: run it again/);
  });

  it("is one for all contracts of a row", async () => {
    writeRuns();
    await noting(folderOf("some", "load"), { version: "2", config: "as it was" }, ok);

    assert.equal(await collect(), 1);
    assert.deepEqual(extract(), committed);
    assert.match(told.join(), /primary of 1 .*load of 2/);
  });

  it("is noted only of a run that has a checklist, and for that run alone", async () => {
    const folder = writeRun("primary");
    const ran = { version: "2", config: "as it is" };
    await noting(folder, ran, async () => ({ results: [], error: "verify ended with 3", wallMs: 0 }));
    const failed = ranIn(folder);
    await noting(folder, ran, ok);
    const noted = ranIn(folder);
    writeRun("primary", { run: "primary-2" });

    assert.deepEqual([failed, noted, ranIn(folder)], [null, ran, null]);
  });
});
