import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { RunbookContext } from "../src/runbooks/finding.ts";
import { lintRunbook, queryNames } from "../src/runbooks/lint-runbook.ts";
import { runbookRules } from "../src/runbooks/rules/index.ts";
import { brokenRunbooks } from "./fixtures/runbooks/broken.ts";

const folder = new URL("fixtures/runbooks/good/", import.meta.url);
const names = readdirSync(folder).map((name) => name.replace(/\.md$/, ""));
const textOf = (name: string): string => readFileSync(new URL(`${name}.md`, folder), "utf8");
const context: RunbookContext = {
  metrics: queryNames,
  today: "2026-11-28",
  reviewedDaysMax: 180,
  exists: () => false,
};

/** The same runbook, with the commands of its mitigation within a line: "Run `kubectl …`." */
function inline(text: string): string {
  const at = text.search(/^## (Mitigation|Remediation|Fix)/m);
  const block = /^( *)(`{3}|~{3})(?:sh|sql)\n([\s\S]*?)\n *\2$/m;
  const step = text.slice(at).replace(block, (_, indent: string, __, commands: string) => {
    const spans = commands.split("\n").map((command) => `\`${command.trim()}\``);
    return `${indent}Run ${spans.join(", then ")}.`;
  });
  return text.slice(0, at) + step;
}

describe("thirty sound runbooks and thirty broken ones", () => {
  it("are thirty of each, and break every rule", () => {
    assert.equal(names.length, 30);
    assert.deepEqual(brokenRunbooks.map(({ base }) => base).sort(), names.toSorted());
    assert.deepEqual(
      [...new Set(brokenRunbooks.map(({ rule }) => rule))].sort(),
      runbookRules.map(({ id }) => id).sort(),
    );
  });

  for (const name of names) {
    it(`give no alarm for ${name}, whatever ends its lines`, () => {
      assert.deepEqual(lintRunbook(textOf(name), context), []);
      assert.deepEqual(lintRunbook(textOf(name).replaceAll("\n", "\r\n"), context), []);
    });
  }

  for (const name of names) {
    it(`give no alarm for ${name} with its command within a line`, () => {
      assert.deepEqual(lintRunbook(inline(textOf(name)), context), []);
    });
  }

  for (const { base, what, from, to, rule } of brokenRunbooks) {
    const text = inline(textOf(base).replace(from, () => to));
    if (rule !== "reversible" || !text.includes("Run `")) continue;
    it(`tell of ${what}, within a line`, () => {
      const found = lintRunbook(text, context);
      assert.deepEqual(
        found.map((finding) => finding.rule),
        ["reversible"],
      );
    });
  }

  for (const { base, what, from, to, rule, at } of brokenRunbooks) {
    it(`tell of ${what}, and of nothing else`, () => {
      const sound = textOf(base);
      assert.ok(sound.includes(from), `${base} has no ${from}`);
      const text = sound.replace(from, () => to);
      const found = lintRunbook(text, context);
      assert.deepEqual(
        found.map((finding) => finding.rule),
        [rule],
        JSON.stringify(found),
      );
      const line = text.split("\n")[(found[0]?.line ?? 0) - 1] ?? "";
      if (at !== null) assert.ok(line.includes(at), `${found[0]?.line}: ${line}`);
      assert.match(found[0]?.remedy ?? "", /^[A-Z].*[.?]$/);
    });
  }
});
