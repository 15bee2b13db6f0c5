import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { runbookModes } from "@holdfast/operate";
import { operateTables } from "./docs/testing/operate-tables.ts";
import { repository } from "./lib/tree.ts";

const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const headings = ["What it does", "When to use it", "Settings", "What it reports", "How it goes wrong"];

describe("the pages about dashboards and runbooks", () => {
  for (const page of ["docs/dashboards.md", "docs/runbooks.md"]) {
    it(`have the headings of a capability's page: ${page}`, () => {
      assert.deepEqual(
        [...read(page).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading),
        headings,
      );
    });

    it(`name only options that there are, and links that lead somewhere: ${page}`, async () => {
      const { commands } = await import("holdfast");
      const meant = commands.filter(({ name }) => ["generate", "runbooks"].includes(name));
      const loaded = await Promise.all(meant.map((command) => command.load()));
      const options = loaded.flatMap((command) => Object.keys(command.options));
      for (const [, name = ""] of read(page).matchAll(/(?<![!-])--([a-z][a-z-]*)/g))
        assert.ok(["json", ...options].includes(name), name);
      for (const [, target = ""] of read(page).matchAll(/\]\((?!https?:|#)([^)#]*)[^)]*\)/g))
        assert.ok(existsSync(join(repository, dirname(page), target)), target);
    });
  }

  for (const [name, { page, make }] of Object.entries(operateTables)) {
    it(`have the table of ${name} as the code has it`, () => {
      const [, found] =
        new RegExp(`<!-- ${name} -->\n\n([\\s\\S]*?)\n\n<!-- /${name} -->`).exec(read(page)) ?? [];
      assert.equal(found, make());
    });
  }

  it("have a runbook for every way to fail that a verification can show", () => {
    const text = read("packages/verify/src/failure-modes.ts");
    const shown = [...text.matchAll(/^ {4}mode: "([^"]+)"/gm)].map(([, mode]) => mode);
    assert.ok(shown.length >= 7);
    assert.deepEqual(runbookModes.flatMap(({ shownAs }) => shownAs).sort(), shown.sort());
  });
});
