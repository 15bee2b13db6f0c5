import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

/** Rows of the catalogue of defects that no test here can stand for, because the pattern they are about is not built. */
const notBuilt: Readonly<Record<number, string>> = {
  33: "an empty hedge budget must not end attempts under way: there is no hedging",
  34: "hedges that lost must end and tell nothing: there is no hedging",
};

/** Rows about responses and request bodies, for which the tests of the HTTP adapters stand: `test/http-*.test.ts`. */
const ofHttp = [32, 37];

const catalogue = Array.from({ length: 50 }, (_, index) => index + 1);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The rows that a test names: `it("T1: …")`. */
function tested(): Set<number> {
  const files = globSync("{src,test}/**/*.test.ts", { cwd: root });
  const names = files.flatMap((file) => [
    ...readFileSync(`${root}${file}`, "utf8").matchAll(/\bit\(\s*["'`]T(\d+):/g),
  ]);
  return new Set(names.map(([, row]) => Number(row)));
}

it("has a test for each row of the catalogue, or says why there is none", () => {
  const built = [...new Set([...tested(), ...ofHttp])];
  const missing = Object.keys(notBuilt).map(Number);

  assert.deepEqual(
    built.filter((row) => missing.includes(row)),
    [],
    "what has a test is built",
  );
  assert.deepEqual(
    [...built, ...missing].sort((a, b) => a - b),
    catalogue,
  );
});
