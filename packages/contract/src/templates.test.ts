import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import fc from "fast-check";
import { escapeTemplates, piecesOf, render, templatesOf } from "./templates.ts";

describe("templates", () => {
  const values = { port: "8080", "call.id": "c-1", "integrations.payments.address": "http://127.0.0.1:1" };

  for (const [template, text] of [
    ["", ""],
    ["plain $5 {x} $", "plain $5 {x} $"],
    ["${port}", "8080"],
    ["a${port}b${call.id}", "a8080bc-1"],
    ["${ port }", "8080"],
    ["${integrations.payments.address}/x", "http://127.0.0.1:1/x"],
    ["$${port}", "${port}"],
    ["$$${port}", "$${port}"],
    ["$${port}${port}", "${port}8080"],
  ] as const) {
    it(`render ${JSON.stringify(template)}`, () => assert.equal(render(template, values), text));
  }

  for (const [template, remedy] of [
    ["${prt}", /Did you mean \$\{port\}\?/],
    ["${nothing.like.it}", /write \$\$\{ for a plain/],
    ["${toString}", /Remove it/],
    ["${port", /Remove it/],
  ] as const) {
    it(`refuse ${template} with a remedy`, () => {
      assert.throws(
        () => render(template, values),
        (error) => isCodedError(error) && error.code === "TEMPLATE_UNKNOWN" && remedy.test(error.remedy),
      );
    });
  }

  it("name what they need, and find what nothing closes", () => {
    assert.deepEqual(templatesOf("${a} $${b} ${c.d} ${"), ["a", "c.d"]);
    assert.deepEqual(piecesOf("x${y"), [{ literal: "x" }, { unclosed: true }, { literal: "y" }]);
  });

  it("give back any text that was escaped", () => {
    const texts = fc.string({ unit: fc.constantFrom("$", "{", "}", "a", "."), maxLength: 12 });
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(render(escapeTemplates(text), {}), text);
      }),
      { numRuns: 2_000 },
    );
  });
});
