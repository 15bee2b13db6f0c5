import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { checksPage } from "./docs/checks-page.ts";
import { contractPage } from "./docs/contract-page.ts";
import { faultsPage } from "./docs/faults-page.ts";
import { lintRulesPage } from "./docs/lint-rules-page.ts";
import { runbookRulesPage } from "./docs/runbook-rules-page.ts";
import { generateDocs } from "./docs/sources.ts";
import { repository } from "./lib/tree.ts";

describe("docs/reference", () => {
  it("is what the declarations say; else run `npm run docs` and commit what it writes", async () => {
    for (const { path, text, because } of await generateDocs()) {
      assert.notEqual(text, null, `${path}: ${because}`);
      const file = join(repository, path);
      assert.equal(existsSync(file) ? readFileSync(file, "utf8") : "", text, `${path} is out of date`);
    }
  });

  it("tells every setting of a fault with its default", () => {
    const setting = {
      name: "delayMs",
      type: "a whole number",
      default: "5",
      required: false,
      doc: "How long | it waits.",
    };
    const text = faultsPage([{ kind: "latency", at: "bytes", summary: "Waits.", settings: [setting] }]);
    assert.match(text, /\| `delayMs` \| a whole number \| `5` \| How long \\\| it waits\. \|/);
    assert.match(
      faultsPage([{ kind: "a", at: "bytes", summary: "B.", settings: [{ ...setting, required: true }] }]),
      /\| required \|/,
    );
  });

  it("tells every check under its item, and items without one", () => {
    const items = [
      { id: "x/one", title: "One" },
      { id: "x/two", title: "Two" },
    ];
    const check = {
      id: "lasts",
      item: "x/one",
      question: "Does it?",
      rule: "It does.",
      source: "Notes",
      required: true,
    };
    const text = checksPage(items, [check]);
    assert.match(text, /## One\n\nItem `x\/one`\.\n\n### lasts\n\nDoes it\?/);
    assert.match(text, /## Two\n\nItem `x\/two`\.\n\nNo check of this item is built yet/);
  });

  it("tells every lint rule with its severity and its source", () => {
    const rule = { id: "no-end", severity: "error", doc: "Finds what does not end.", source: "Common sense" };
    const text = lintRulesPage([rule]);
    assert.match(text, /\| \[no-end\]\(#no-end\) \| error \|/);
    assert.match(
      text,
      /## no-end\n\nFinds what does not end\.\n\n\*\*Severity\.\*\* error\. \*\*Source\.\*\* Common sense\./,
    );
  });

  it("tells every rule for runbooks with its question, an example and what is said of it", () => {
    const found = [{ line: 3, severity: "error", says: "nobody owns it", remedy: "Name a team." }];
    const text = runbookRulesPage([{ id: "owned", question: "Whose is it?", example: "# Down", found }]);
    assert.match(text, /\| \[owned\]\(#owned\) \| Whose is it\? \|/);
    assert.match(
      text,
      /## owned\n\nWhose is it\?\n\nOf\n\n````markdown\n# Down\n````\n\nit says:\n\n- line 3, \*\*error\*\*: nobody owns it\. Name a team\./,
    );
  });

  it("tells every field of a schema: nested, named freely, in lists, by reference and among alternatives", () => {
    const text = contractPage({
      type: "object",
      required: ["holdfast"],
      properties: {
        holdfast: { const: 1, description: "The version." },
        by: {
          type: "object",
          additionalProperties: { type: "object", properties: { deep: { type: "string" } } },
        },
        list: { type: "array", items: { $ref: "#/$defs/entry" } },
        either: {
          anyOf: [
            { enum: ["a", "b"] },
            {
              type: "object",
              required: ["fourth"],
              properties: { third: { type: "number", default: 3 }, fourth: {} },
            },
          ],
        },
      },
      $defs: { entry: { type: "object", properties: { inner: { type: "boolean", description: "Yes?" } } } },
    });
    for (const row of [
      "| `holdfast` | `1` | required | The version. |",
      "| `by.NAME.deep` | string |  |  |",
      "| `list[].inner` | boolean |  | Yes? |",
      "| `either` | `a`, `b` or object |  |  |",
      "| `either.third` | number | `3` |  |",
      "| `either.fourth` | anything | required in this form |  |",
    ])
      assert.ok(text.includes(row), `${row}\n\n${text}`);
  });
});
