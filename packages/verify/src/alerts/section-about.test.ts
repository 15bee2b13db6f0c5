import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sectionAbout } from "./section-about.ts";

const named = (...sections: readonly string[]) =>
  sectionAbout(/429|throttl/i, `# Payments\n\n${sections.join("\n\n")}\n`);
const symptoms = "## Symptoms\n\n| failure mode | log |\n|---|---|\n| throttled, 429 | `429` |";
const diagnosis = "## Diagnosis\n\nCount the answers with 429:\n\n    grep -c 429 log";
const mitigation = "## Mitigation\n\nThrottled: stop batch jobs.";
const impact = "## Impact\n\nThrottled orders wait.";

describe("the section about a way to fail", () => {
  it("is the one that says what to do, before the symptoms and whatever else comes first", () => {
    assert.equal(named(symptoms, impact, diagnosis, mitigation), "Diagnosis");
    assert.equal(named(symptoms, impact, mitigation), "Mitigation");
  });

  it("is one of its own where a heading names it, that with something to do first", () => {
    const seen = "## How 429 looks\n\nA status.";
    const own = "## Throttled\n\n### Mitigation\n\nStop batch jobs.";
    assert.equal(named(diagnosis, seen, own), "Throttled");
    assert.equal(named(diagnosis, seen), "How 429 looks");
  });

  it("is any other that speaks of it, and never an overview or a line of one", () => {
    assert.equal(named(symptoms, impact), "Impact");
    assert.equal(named(symptoms), null);
    assert.equal(named("## Overview\n\nThrottled: it answers 429."), null);
    assert.equal(named("## Failure modes\n\n- Throttled: 429"), null);
  });
});
