import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { claimFolder, clearIncidents } from "../src/run/claim-folder.ts";

const root = mkdtempSync(join(tmpdir(), "holdfast-claim-"));
after(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function folderWith(files: readonly string[]): string {
  const path = join(root, `f${++count}`);
  for (const file of files) {
    mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), "text");
  }
  if (files.length === 0) mkdirSync(path);
  return path;
}

describe("claiming the folder of a run", () => {
  it("creates it with the folders above it, or takes an empty one", () => {
    for (const path of [join(root, "new", "deep", "run"), folderWith([])]) {
      claimFolder(path)();
      assert.deepEqual(readdirSync(path), []);
    }
  });

  it("refuses a folder that holds anything but a run, and touches nothing in it", () => {
    for (const files of [["incidents/INC-2025-001.md"], ["run.json", "mine.txt"], ["report.html"]]) {
      const path = folderWith(files);
      assert.throws(() => claimFolder(path), { code: "FOLDER_IN_USE" });
      for (const file of files) assert.ok(existsSync(join(path, file)), file);
    }
  });

  it("clears what an earlier run wrote, and only that", () => {
    const kept = ["notes.md", "incidents/post-mortem.md", "incidents/INC-2025-001.md", "logs/app.log"];
    const gone = ["run.json", "report.html", "checklist.json", "incidents/INC-1a2b3c4d.md", "logs/a__b.log"];
    const path = folderWith([...kept, ...gone, "observations.ndjson"]);
    claimFolder(path)();
    for (const file of kept) assert.ok(existsSync(join(path, file)), file);
    for (const file of gone) assert.ok(!existsSync(join(path, file)), file);
  });

  it("lets one run write at a time, and takes over from one that is gone", () => {
    const path = folderWith([]);
    const release = claimFolder(path);
    assert.throws(() => claimFolder(path), { code: "RUN_IN_PROGRESS" });
    release();
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(join(path, ".lock"), String(pid));
    claimFolder(path)();
  });

  it("says that a file is no folder, and ends where no folder can be made", () => {
    writeFileSync(join(root, "file"), "");
    assert.throws(() => claimFolder(join(root, "file", "run")), { code: "ENOTDIR" });
    if (process.platform === "linux") assert.throws(() => claimFolder("/proc/holdfast/run"));
  });
});

describe("clearing incident drafts", () => {
  it("leaves a team's own post-mortems alone", () => {
    const path = folderWith(["incidents/INC-0a1b2c3d.md", "incidents/2025-outage.md"]);
    clearIncidents(path);
    assert.deepEqual(readdirSync(join(path, "incidents")), ["2025-outage.md"]);
  });
});
