import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { items } from "@holdfast/core";
import { catalogueOf } from "../packages/verify/src/catalogue.ts";

const guide = join(import.meta.dirname, "..", "guide");
const references = join(guide, "references");
const skill = readFileSync(join(guide, "SKILL.md"), "utf8");
const pages = readdirSync(references)
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, text: readFileSync(join(references, name), "utf8") }));
const itemPages = items.map(({ id }) => `${id.split("/")[1]}.md`);
const stages = ["plan.md", "build.md", "verify.md", "operate.md", "debug.md"];

const headings = [
  "What it does",
  "When it matters",
  "Settings and defaults",
  "How it is verified",
  "How it goes wrong",
  "Checks",
];

/** The sections of a page that are about one check each. */
function checkSections(text: string): { readonly id: string; readonly body: string }[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      return { id: section.slice(0, end), body: section.slice(end) };
    });
}

describe("the guide", () => {
  it("has one page for each item and each stage, and no other", () => {
    assert.deepEqual(pages.map(({ name }) => name).sort(), [...itemPages, ...stages].sort());
  });

  for (const { name, text } of pages.filter((page) => itemPages.includes(page.name))) {
    it(`has the same headings on ${name} as on every item's page`, () => {
      assert.deepEqual(
        [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading),
        headings,
      );
    });

    it(`asks a question and gives one remedy of one to three sentences for each check on ${name}`, () => {
      const sections = checkSections(text);
      assert.ok(sections.length >= 4);
      for (const { id, body } of sections) {
        assert.match(id, /^[a-z]+(-[a-z]+)*$/);
        const paragraphs = body.trim().split(/\n\n+/);
        const remedies = paragraphs.filter((paragraph) => paragraph.startsWith("Remedy: "));
        assert.equal(remedies.length, 1, id);
        assert.match(paragraphs[0] ?? "", /\?|\.$/, id);
        const prose = (remedies[0] ?? "").replace(/`[^`]*`/g, "code");
        const sentences = prose.split(/[.?!](?:\s|$)/).filter((sentence) => sentence.trim() !== "");
        assert.ok(sentences.length <= 3, `${id}: ${sentences.length} sentences`);
      }
    });
  }

  for (const { id: item } of items) {
    it(`describes on the page of ${item} each of its checks, and says of those not built yet that they are not`, () => {
      const text = pages.find(({ name }) => name === `${item.split("/")[1]}.md`)?.text ?? "";
      const sections = checkSections(text);
      const known = catalogueOf(item);
      assert.deepEqual(sections.map(({ id }) => id).sort(), known.map(({ id }) => id).sort());
      const notBuilt = sections.filter(({ body }) => body.includes("Not built yet")).map(({ id }) => id);
      assert.deepEqual(
        notBuilt.sort(),
        known
          .filter(({ built }) => !built)
          .map(({ id }) => id)
          .sort(),
      );
    });
  }

  it("describes every check on one page only", () => {
    const ids = pages.flatMap(({ text }) => checkSections(text).map(({ id }) => id));
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });

  it("links to nothing that is not there", () => {
    const files = [{ name: "../SKILL.md", text: skill }, ...pages];
    for (const { name, text } of files) {
      const folder = dirname(join(references, name));
      for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        assert.ok(existsSync(join(folder, target ?? "")), `${name}: ${target}`);
      }
    }
  });
});

describe("the skill", () => {
  const [, front = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(skill) ?? [];

  it("has a name and a description within the format's limits, and no key that the format does not know", () => {
    const keys = [...front.matchAll(/^([a-z-]+):/gm)].map(([, key]) => key);
    assert.deepEqual(keys, ["name", "description", "license", "compatibility", "metadata"]);
    assert.match(/^name: (.*)$/m.exec(front)?.[1] ?? "", /^[a-z0-9]+(-[a-z0-9]+)*$/);
    const description = /^description: (.*)$/m.exec(front)?.[1] ?? "";
    assert.ok(description.length > 100 && description.length <= 1024, `${description.length} characters`);
    // A colon followed by a space would end the scalar: the text stands without quotes.
    assert.doesNotMatch(description, /: | #/);
  });

  it("stays below 500 lines and 5000 tokens", () => {
    assert.ok(body.split("\n").length < 500);
    assert.ok(body.length / 3.5 < 5_000, `${body.length} characters`);
  });

  it("names every page", () => {
    for (const { name } of pages) assert.ok(body.includes(`references/${name}`), name);
  });
});
