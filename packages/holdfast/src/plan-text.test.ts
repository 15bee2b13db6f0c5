import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readContract } from "@holdfast/contract";
import { planText } from "./plan-text.ts";
import { dryRun } from "./system-verify.ts";

const file = join(import.meta.dirname, "../../../examples/checkout/hardened/holdfast.yaml");
const read = readContract({ file, text: readFileSync(file, "utf8"), env: {} });
assert.ok("contract" in read);
const planned = dryRun(read.contract, { seed: 1, jobs: 4, cores: 2, only: undefined }, "pr");
const text = planText(planned, read.contract, 80);

describe("a plan in text", () => {
  for (const columns of [60, 80, 120])
    it(`fits ${columns} columns`, () => {
      for (const line of planText(planned, read.contract, columns).split("\n"))
        assert.ok(line.length <= columns, line);
    });

  it("names the place once, then each experiment with its calls, what it does, and for which checks", () => {
    assert.equal(text.match(/^place-order\/payments\.charge:$/gm)?.length, 1);
    assert.match(text, /^ {4}5 × hang-forever\n {8}No attempt gets an answer\.\n {8}for stays-alive, /m);
  });

  it("loses no check to the wrapping", () => {
    const words = text.replaceAll(/\s+/g, " ");
    for (const { checks } of planned.plan.experiments.filter(({ samples }) => samples > 0))
      assert.ok(words.includes(`for ${checks.join(", ")}`), checks.join(", "));
  });
});
