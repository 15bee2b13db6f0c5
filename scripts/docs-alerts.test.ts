import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { alertSettingsDefault, gateDefault, modes } from "@holdfast/operate";
import { alertsTables } from "./docs/testing/alerts-tables.ts";
import { repository } from "./lib/tree.ts";

const page = "docs/alerts.md";
const text = readFileSync(join(repository, page), "utf8");

describe("the page about alerts", () => {
  it("has the headings of a capability's page", () => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, [
      "What it does",
      "When to use it",
      "Settings",
      "What it reports",
      "How it goes wrong",
    ]);
  });

  for (const [name, make] of Object.entries(alertsTables)) {
    it(`has the table of ${name} as the code computes it`, () => {
      const [, found] = new RegExp(`<!-- ${name} -->\n\n([\\s\\S]*?)\n\n<!-- /${name} -->`).exec(text) ?? [];
      assert.equal(found, make());
    });
  }

  it("tells the least numbers of events as they are", () => {
    assert.ok(text.includes(`\`--min-events\` | ${gateDefault.eventsMin} |`));
    assert.ok(text.includes(`\`--min-bad\` | ${gateDefault.badMin} |`));
    assert.equal(alertSettingsDefault.calls, "resilience");
  });

  it("names every option of the command and none that there is not", async () => {
    const { commands } = await import("holdfast");
    const generate = await commands.find(({ name }) => name === "generate")?.load();
    const named = new Set([...text.matchAll(/`--([a-z-]+)/g)].map(([, name = ""]) => name));
    assert.deepEqual([...named].sort(), [...Object.keys(generate?.options ?? {}), "json"].sort());
  });

  it("names every failure mode once in its table", () => {
    for (const { name } of modes) assert.equal(text.split(`| \`${name}\` |`).length, 2, name);
  });

  it("links to nothing that is not there", () => {
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#]*)[^)]*\)/g))
      assert.ok(existsSync(join(repository, dirname(page), target)), target);
  });
});
