import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repository } from "./lib/tree.ts";

interface Row {
  readonly id: string;
  readonly held: string;
}

/** The rows of the catalogue, and of bad input: letters of the parts, and how many there are of each. */
const catalogue = { P: 11, R: 11, D: 11, B: 11, C: 10, H: 9, S: 7, Q: 3, W: 4, T: 2, O: 5, X: 6 };

function rowsIn(page: string): readonly Row[] {
  return [...page.matchAll(/^\| ([A-Z]\d+) \| [^|]+ \| (.+) \|$/gm)].map(([, id = "", held = ""]) => ({
    id,
    held,
  }));
}

/** What is wrong with a row: a test that does not exist, or neither a test nor the reason why there is none. */
function problemsOf({ id, held }: Row): readonly string[] {
  const named = [...held.matchAll(/`([^`\s]+\.ts)`: “([^”]+)”/g)].map(([, file = "", name = ""]) => ({
    file,
    name,
  }));
  if (named.length === 0 && !/^(Not built|Does not apply): ?|^Not built\b/.test(held))
    return [`${id}: neither a test nor a reason`];
  return named.filter((one) => !isThere(one)).map(({ file, name }) => `${id}: ${file} has no test “${name}”`);
}

function isThere({ file, name }: { readonly file: string; readonly name: string }): boolean {
  const path = join(repository, file);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, "utf8");
  return ['"', "`"].some((quote) =>
    ["it(", "test(", "name: "].some((before) =>
      new RegExp(`${escaped(before)}\\s*${escaped(quote + name + quote)}`).test(source),
    ),
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

describe("the table of delivery's faults", () => {
  const rows = rowsIn(readFileSync(join(repository, "docs/delivery-faults.md"), "utf8"));

  it("has every row of the catalogue, once", () => {
    const all = Object.entries(catalogue).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, at) => `${letter}${at + 1}`),
    );
    assert.deepEqual(rows.map(({ id }) => id).sort(), all.sort());
  });

  it("names tests that exist, or says why there is none", () => {
    assert.deepEqual(rows.flatMap(problemsOf), []);
  });

  it("is not content with a test that is not there, or with nothing", () => {
    assert.deepEqual(
      rowsIn(
        "| P1 | a fault | `scripts/docs-delivery-faults.test.ts`: “nobody wrote this” |\n| P2 | another | some words |\n",
      ).flatMap(problemsOf),
      [
        "P1: scripts/docs-delivery-faults.test.ts has no test “nobody wrote this”",
        "P2: neither a test nor a reason",
      ],
    );
  });
});
