import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readBaseline } from "./baseline.ts";
import { type ReadContract, readContract } from "./read-contract.ts";

const whole = readFileSync(new URL("../test/fixtures/whole.yaml", import.meta.url), "utf8");
const env = { SHOP_API_KEY: "key one", TEST_TOKEN: "t0ken" };
const read = (text: string): ReadContract => readContract({ file: "/srv/holdfast.yaml", text, env });

/** Everything a reader may say, checked: a contract, or problems that each have a place inside the text and a remedy. */
function assertTold(text: string): "contract" | "syntax" | "problems" {
  const told = read(text);
  if ("contract" in told) return "contract";
  assert.ok(told.problems.length > 0);
  const lines = text.split("\n");
  for (const { place, remedy, expected, found, code } of told.problems) {
    assert.ok(place.line >= 1 && place.line <= lines.length, `line ${place.line} of ${lines.length}`);
    assert.ok(place.column >= 1 && place.column <= (lines[place.line - 1]?.length ?? 0) + 1);
    assert.ok(remedy !== "" && expected !== "" && found !== "" && code !== "");
  }
  return told.problems.some(({ code }) => code.startsWith("YAML")) ? "syntax" : "problems";
}

/** Texts that are nearly contracts: lines left out, doubled, swapped or spoilt by characters that mean something in YAML. */
const lines = whole.split("\n");
const spoilt = fc
  .array(
    fc.record({
      at: fc.nat(lines.length - 1),
      column: fc.nat(60),
      how: fc.constantFrom("drop", "double", "insert", "cut", "indent"),
      what: fc.constantFrom(
        ..."{}[]:,\"'#&*!|>%@`-?\t\n \\$~0".split(""),
        "${",
        "${port}",
        "---\n",
        "&a ",
        "*a",
        ": ",
        "<<: ",
        "null",
        "é\u0000",
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) => {
    const text = [...lines];
    for (const { at, column, how, what } of edits) {
      const line = text[at] ?? "";
      if (how === "drop") text.splice(at, 1);
      else if (how === "double") text.splice(at, 0, line);
      else if (how === "insert") text[at] = line.slice(0, column) + what + line.slice(column);
      else if (how === "cut") text[at] = line.slice(0, column);
      else text[at] = `  ${line}`;
    }
    return text.join("\n");
  });

describe("reading", () => {
  it("never throws and always tells where, however a contract is spoilt", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(spoilt, (text) => {
        const kind = assertTold(text);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }),
      { numRuns: 250 },
    );
    for (const kind of ["contract", "syntax", "problems"]) {
      assert.ok((seen.get(kind) ?? 0) > 8, `${kind} was hardly reached: ${JSON.stringify([...seen])}`);
    }
  });

  it("never throws on any text at all", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json()), (text) => {
        assertTold(text);
        readBaseline({ text, env });
      }),
      { numRuns: 300 },
    );
  });

  it("never throws on any document, of whatever values", () => {
    const names = ["holdfast", "service", "integrations", "scenarios", "accept", "uses", "http", "effects"];
    const key = fc.oneof(fc.constantFrom(...names, "__proto__", "constructor"), fc.string({ maxLength: 4 }));
    const tree = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 5 }, fc.jsonValue({ maxDepth: 1 }), fc.dictionary(key, tie("value"))),
    })).value;
    fc.assert(
      fc.property(tree, (value) => void assertTold(JSON.stringify(value))),
      { numRuns: 200 },
    );
  });

  for (const [what, code, text] of [
    ["one key without end", "YAML_DUPLICATE_KEY", "a: 1\n".repeat(10_000)],
    ["brackets without end", "YAML_TOO_DEEP", "[".repeat(100_000)],
    ["mappings without end", "YAML_TOO_DEEP", "{a: ".repeat(10_000)],
    ["aliases of nothing", "YAML_QUOTES_NEEDED", "- *a\n".repeat(10_000)],
    ["an alias bomb", "YAML_TOO_DEEP", `a: &a [${"x,".repeat(1_000)}]\nb: [${"*a,".repeat(2_000)}]`],
    ["more than a megabyte", "TOO_LARGE", "x".repeat(1_000_001)],
  ] as const) {
    it(`tells one problem of ${what}`, () => {
      const told = read(text);
      assert.ok("problems" in told);
      assert.deepEqual(
        told.problems.map((problem) => problem.code),
        [code],
      );
    });
  }

  it("takes time in proportion to the number of keys, not to its square", () => {
    const cpuMs = (keys: number): number => {
      const text = Array.from({ length: keys }, (_, index) => `k${index}: 1`).join("\n");
      const before = process.cpuUsage();
      read(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    cpuMs(2_000); // Warms up.
    const [few, many] = [cpuMs(2_000), cpuMs(16_000)];
    assert.ok(many < 30 * few, `${many} ms for eight times what took ${few} ms`);
  });
});
