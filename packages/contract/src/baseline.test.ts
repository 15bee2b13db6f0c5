import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readBaseline } from "./baseline.ts";

const entry = "{ check: jitters, at: payments.charge, reason: One caller., owner: shop, until: 2026-12-31 }";

describe("a baseline", () => {
  it("holds the same list as a contract, each entry with its place", () => {
    assert.deepEqual(readBaseline({ text: `holdfast: 1\naccept:\n  - ${entry}\n`, env: {} }), {
      accept: [
        {
          check: "jitters",
          at: "payments.charge",
          reason: "One caller.",
          owner: "shop",
          until: "2026-12-31",
          place: { line: 3, column: 5 },
        },
      ],
    });
  });

  it("tells what is wrong with it", () => {
    const read = readBaseline({ text: `acept:\n  - ${entry}\n`, env: {} });
    assert.ok("problems" in read);
    assert.equal(read.problems[0]?.remedy, "Did you mean accept?");
    const syntax = readBaseline({ text: "accept: [", env: {} });
    assert.ok("problems" in syntax);
    assert.equal(syntax.problems[0]?.code, "YAML_UNCLOSED");
  });
});
