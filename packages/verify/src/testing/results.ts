import type { CheckResult } from "../report/model.ts";

/** A result of a check from what a test says about it. */
export function resultOf(facts: Partial<CheckResult> = {}): CheckResult {
  return {
    id: "bounded",
    item: "reliability/retries",
    integration: "payments",
    operation: "charge",
    scenario: "place-order",
    question: "Does it end?",
    rule: "It ends.",
    source: "§3.4 R1",
    required: true,
    verdict: "fail",
    because: "it made 7 attempts",
    fired: 12,
    samples: 12,
    evidence: [],
    repeat: "holdfast verify --only bounded",
    ...facts,
  };
}
