import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { renderFingerprint } from "../../src/report/fingerprint-yaml.ts";
import { renderIncident } from "../../src/report/incident.ts";
import { renderJunit } from "../../src/report/junit.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderRunbookGaps } from "../../src/report/runbook-gaps.ts";
import { plainPage, renderTerminal } from "../../src/report/terminal.ts";
import { checklist, observations } from "../../src/report/testing/fixture.ts";

const [incident] = checklist.incidents;
assert.ok(incident !== undefined);

const goldens: Readonly<Record<string, string>> = {
  "terminal.txt": renderTerminal(checklist, {
    ...plainPage,
    html: "report.html",
    exit: { status: 1, meaning: "something failed" },
  }),
  "checklist.md": renderMarkdown(checklist),
  "junit.xml": renderJunit(checklist),
  "incident.md": renderIncident(checklist, observations, incident),
  "runbook-gaps.md": renderRunbookGaps(checklist),
  "fingerprint.yaml": renderFingerprint(checklist),
};

// HOLDFAST_UPDATE_GOLDEN=1 writes them anew: read the difference before it is committed.
describe("the report of the made-up run", () => {
  for (const [name, text] of Object.entries(goldens))
    it(`reads as ${name} did when people last looked at it`, async () => {
      const file = new URL(`golden/${name}`, import.meta.url);
      if (process.env["HOLDFAST_UPDATE_GOLDEN"] === "1") await writeFile(file, text);
      assert.equal(text, await readFile(file, "utf8"));
    });
});
