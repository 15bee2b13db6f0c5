import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explain } from "@holdfast/resilience";
import type { Explained } from "./explained.ts";
import { countText, explainedText } from "./explained-text.ts";

const one: Explained = {
  name: "payments",
  place: { line: 3, column: 3 },
  explanation: explain({ name: "other", deadline: "4s", retry: { attempts: 3 } }),
  idempotency: { idempotent: true, because: "charge carries the key idempotency-key" },
  findings: [
    {
      rule: "retry-without-attempt-timeout",
      severity: "warning",
      path: ["retry"],
      place: { line: 9, column: 7 },
      message: "One attempt that is not answered lasts for the whole deadline of 4s.",
      remedy:
        "Declare an attemptTimeout above the provider's slowest healthy answers, its p99.9 for example.",
    },
  ],
  judgedBy: { connectTimeoutMs: 5_000, attemptsMax: 5 },
  notBuilt: ["hedge", "limit.adaptive"],
};

describe("an explained policy in text", () => {
  it("says whose policy it is, what it comes to, and what is doubtful at which place", () => {
    const text = explainedText(one, "holdfast.yaml");
    assert.match(text, /^payments \(holdfast\.yaml:3\)\n=+\n\nThis is what a service does/);
    assert.match(text, /\n\nA call ends within 4s, whatever happens\./);
    assert.match(text, /\n {2}holdfast\.yaml:9:7 warning retry-without-attempt-timeout\n {4}One attempt/);
    assert.match(text, /\n {4}Remedy: Declare an attemptTimeout/);
    const words = text.replaceAll(/\s+/g, " ");
    assert.match(words, /Calls are taken for idempotent: charge carries the key idempotency-key\./);
    assert.match(words, /judges by defaults: connectTimeout 5s, retry\.attempts at most 5\./);
    assert.match(words, /Not built yet, and not part of this: hedge, limit\.adaptive\./);
    for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
  });

  it("says why calls are not taken for idempotent", () => {
    const idempotency = { idempotent: false, because: "any has no idempotency key" };
    assert.match(
      explainedText({ ...one, idempotency }, "a.yaml"),
      /Calls are not taken for idempotent: any has/,
    );
  });

  it("says that nothing was found", () => {
    assert.match(explainedText({ ...one, findings: [] }, "a.yaml"), /Nothing: \d+ rules found nothing\./);
  });

  it("says that there is no policy, and what stands in its place", () => {
    const text = explainedText({ ...one, explanation: null, findings: [] }, "a.yaml").replaceAll(/\s+/g, " ");
    assert.match(text, /payments declares no policy/);
    assert.match(text, /judges by defaults: connectTimeout 5s/);
    assert.match(text, /holdfast guide plan/);
    assert.doesNotMatch(text, /rules found|Calls are taken/);
  });

  it("counts what was found", () => {
    assert.equal(countText([one, one]), "0 errors, 2 warnings, 0 advice\n");
    assert.equal(countText([{ ...one, findings: [] }]), "0 errors, 0 warnings, 0 advice\n");
  });
});
