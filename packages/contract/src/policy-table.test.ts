import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { describe as optionsOf, policyFields } from "@holdfast/core";

const page = readFileSync(new URL("../../../docs/contract.md", import.meta.url), "utf8");

/** Rows of the page's table of the policy, by field: what the runtime takes when it is left out, without marks of code. */
function tableOf(text: string): ReadonlyMap<string, string> {
  const [, section = ""] = text.split("## The policy\n");
  const rows = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| `([\w.]+)` \|.*\| ?(.*?) ?\|$/gm)];
  return new Map(rows.map(([, field = "", standard = ""]) => [field, standard.replaceAll("`", "")]));
}

/** The same from the declarations; an object stands for its fields. */
function declared(): ReadonlyMap<string, string> {
  const options = optionsOf(policyFields);
  const leaves = options.filter(
    ({ name, doc }) =>
      !doc.includes("not built yet") && !options.some((other) => other.name.startsWith(`${name}.`)),
  );
  return new Map(
    leaves.map(({ name, doc, required }) => [
      name,
      required ? "required" : (/ Left out: (.*)\.$/.exec(doc)?.[1] ?? ""),
    ]),
  );
}

describe("the table of the policy in docs/contract.md", () => {
  it("names every field with what the runtime takes in its place", () => {
    const fields = declared();
    assert.ok(fields.size > 40);
    assert.deepEqual([...tableOf(page)], [...fields]);
  });
});
