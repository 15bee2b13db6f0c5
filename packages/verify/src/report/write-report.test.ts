import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { formats } from "./index.ts";
import { checklist, observations } from "./testing/fixture.ts";
import { writeReport } from "./write-report.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-report-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writeReport", () => {
  it("writes every format and every incident, and leaves no drafts behind", async () => {
    const written = await writeReport(join(folder, "run"), checklist, observations);
    const found = (await readdir(join(folder, "run"), { recursive: true })).filter((path) =>
      path.includes("."),
    );
    assert.deepEqual(found.toSorted(), [...written].toSorted());
    assert.deepEqual([...written].toSorted(), [
      "checklist.json",
      "checklist.md",
      "fingerprint.yaml",
      "incidents/INC-07c41be3.md",
      "incidents/INC-5e1f2a90.md",
      "junit.xml",
      "report.html",
      "runbook-gaps.md",
    ]);
  });

  it("takes away the drafts of an earlier judgement", async () => {
    await writeReport(folder, checklist, observations);
    await writeReport(folder, { ...checklist, incidents: checklist.incidents.slice(0, 1) }, observations);
    assert.deepEqual(await readdir(join(folder, "incidents")), ["INC-5e1f2a90.md"]);
  });

  it("replaces a report as a whole", async () => {
    await writeFile(join(folder, "report.html"), "old");
    await writeReport(folder, checklist, observations);
    assert.match(await readFile(join(folder, "report.html"), "utf8"), /^<!doctype html>.*<\/html>\n$/s);
  });

  it("says what to do when the folder cannot be written", async () => {
    await writeFile(join(folder, "file"), "");
    await assert.rejects(writeReport(join(folder, "file"), checklist, observations), {
      code: "REPORT_NOT_WRITTEN",
      remedy: /--out/,
    });
  });

  it("takes its draft away when a file cannot be put in place, and says which code stopped it", async () => {
    await mkdir(join(folder, "report.html"));
    await assert.rejects(writeReport(folder, checklist, observations), {
      code: "REPORT_NOT_WRITTEN",
      message: /EISDIR|ENOTEMPTY|EEXIST/,
    });
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith(".part")),
      [],
    );
  });

  it("writes no incident outside its folder", async () => {
    const [incident] = checklist.incidents;
    assert.ok(incident !== undefined);
    const astray = { ...checklist, incidents: [{ ...incident, id: "../../INC-1" }] };
    await assert.rejects(writeReport(folder, astray, observations), /Holdfast is wrong here/);
  });
});

describe("formats", () => {
  it("have ids and files of their own, and a summary", () => {
    assert.equal(new Set(formats.map((format) => format.id)).size, formats.length);
    const files = formats.flatMap((format) => format.file ?? []);
    assert.equal(new Set(files).size, files.length);
    for (const format of formats) assert.match(format.summary, /^[A-Z].*\.$/);
  });
  it("are pure: the same run is told in the same words", () => {
    for (const format of formats)
      assert.equal(format.render(checklist, observations), format.render(checklist, observations));
  });
});
