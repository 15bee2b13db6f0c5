import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Target } from "../model.ts";
import { evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { exists } from "./exists.ts";

function declaring(written: string | null): Target {
  const target = targetWith();
  const runbook = written === null ? null : { written, path: `/shop/${written}` };
  return { ...target, integration: { ...target.integration, runbook } };
}

function judged(written: string | null, text?: string | null) {
  const runbook = text === undefined ? null : { path: written ?? "", text };
  return verdictOf(exists, evidenceWith({}, { runbook }), declaring(written));
}

describe("exists", () => {
  it("passes a runbook that says something", () => {
    const found = judged("runbooks/payments.md", "# Payments\n\nCall the team of payments.\n");
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /runbooks\/payments\.md has 5 words/);
  });

  it("advises to write one where none is declared", () => {
    const found = judged(null);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /no runbook is declared for payments/);
  });

  it("fails a declared one that is missing or blank", () => {
    assert.match(judged("runbooks/payments.md", null).because, /does not exist/);
    assert.equal(judged("runbooks/payments.md", null).verdict, "fail");
    for (const text of ["", "  \n\n", "# Payments\n\n## Diagnosis\n"]) {
      assert.equal(judged("runbooks/payments.md", text).verdict, "fail");
    }
  });

  it("is inconclusive about what it cannot read", () => {
    assert.equal(judged("runbooks/payments.md").verdict, "inconclusive");
    assert.match(judged("https://wiki.example/payments", null).because, /is a link/);
  });
});
