/** The text of a new check: it compiles, says inconclusive, and the folder guard asks for question, rule and source. */
export function checkText(id: string, name: string): string {
  return `import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import type { Check } from "../model.ts";

/** */
export const ${name}: Check<null> = defineCheck<null>({
  id: "${id}",
  item: "reliability/retries",
  question: "",
  rule: "",
  source: "",
  required: false,
  about: () => null,
  commitment: policyPath(),
  plan: () => [],
  judge: () => ({
    verdict: "inconclusive",
    because: "${id} is not written yet",
    fired: 0,
    samples: 0,
    evidence: [],
  }),
});
`;
}

/** The text of its test, which fails until it is written. */
export function checkTestText(id: string, name: string): string {
  return `import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ${name} } from "./${id}.ts";

describe("${id}", () => {
  it("judges what was observed", () => {
    assert.equal(${name}.id, "${id}");
    assert.fail("write this test: a table from evidence to verdict, inconclusive included");
  });
});
`;
}

/** Its section in the guide; the remedy is asked for by the folder guard. */
export function guideSection(id: string): string {
  return `\n### ${id}\n\nRemedy:\n`;
}

/** A consumer of the zoo without a defect yet; the folder guard asks for one sentence that says which. */
export function mutantText(): string {
  return `import { consumer, correct } from "../consumers/base.mjs";

/** */
export const call = consumer({
  ...correct,
});
`;
}

/** The pair that goes into the table of mutants. */
export function mutantLines(id: string, ids: readonly string[]): string {
  return [`  "${id}": {`, ...ids.map((each) => `    "${each}": charge,`), "  },", ""].join("\n");
}
