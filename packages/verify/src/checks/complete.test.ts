import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { complete } from "./complete.ts";

const path = "runbooks/payments.md";
const declared = targetWith();
const undeclared = { ...declared, integration: { ...declared.integration, runbook: null } };

const sections = {
  Symptoms: "Orders fail with 502.",
  Impact: "No order is paid.",
  Diagnosis: "Run `curl -s https://status.example`.",
  Mitigation: "Switch to deferred payment.",
  Rollback: "Switch back.",
  Escalation: "Page the team of payments.",
  Verification: "A new order is paid.",
};

function judged(text: string | null | undefined) {
  const runbook = text === undefined ? null : { path, text };
  return verdictOf(complete, evidenceWith({}, { runbook }));
}

function without(...names: readonly string[]): string {
  const left = Object.entries(sections).filter(([name]) => !names.includes(name));
  return `# Payments\n\n${left.map(([name, body]) => `## ${name}\n\n${body}\n`).join("\n")}`;
}

describe("complete", () => {
  it("passes a runbook with every section", () => {
    const found = judged(without());
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /has all of 7 sections/);
  });

  for (const name of ["Diagnosis", "Mitigation", "Rollback", "Escalation"]) {
    it(`fails without ${name.toLowerCase()}`, () => {
      const found = judged(without(name));
      assert.equal(found.verdict, "fail");
      assert.match(found.because, new RegExp(`6 of 7 sections: no ${name}`, "i"));
    });
  }

  it("advises where only what helps is missing, and names it", () => {
    const found = judged(without("Impact", "Verification"));
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /no impact, verification$/);
  });

  it("takes headings with nothing below them for missing", () => {
    const names = Object.keys(sections).map((name) => `## ${name}`);
    assert.match(judged(`# Payments\n\n${names.join("\n\n")}\n`).because, /has 0 of 7 sections/);
  });

  it("does not apply without a runbook, and is inconclusive when its text was not kept", () => {
    assert.equal(judged(null).verdict, "not-applicable");
    assert.equal(verdictOf(complete, evidenceWith({}), undeclared).verdict, "not-applicable");
    assert.equal(judged(undefined).verdict, "inconclusive");
  });
});
