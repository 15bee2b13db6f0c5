import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Checklist } from "@holdfast/verify";
import { exitStatus, type FailOn } from "./exit-status.ts";

type Line = { readonly verdict: string; readonly accepted?: object };

function checklist(checks: readonly Line[], item = "pass", interrupted: string | null = null): Checklist {
  return { items: [{ verdict: item, checks }], interrupted } as unknown as Checklist;
}

describe("exitStatus", () => {
  const table: readonly (readonly [
    name: string,
    given: Checklist,
    failOn: FailOn | undefined,
    status: number,
  ])[] = [
    ["all passed", checklist([{ verdict: "pass" }, { verdict: "not-tested" }]), undefined, 0],
    ["one failed", checklist([{ verdict: "pass" }, { verdict: "fail" }]), undefined, 1],
    ["the failure is accepted", checklist([{ verdict: "fail", accepted: {} }]), undefined, 0],
    ["only advice", checklist([{ verdict: "advice" }]), undefined, 0],
    ["advice, fail on advice", checklist([{ verdict: "advice" }]), "advice", 1],
    ["accepted advice, fail on advice", checklist([{ verdict: "advice", accepted: {} }]), "advice", 0],
    ["inconclusive only", checklist([{ verdict: "inconclusive" }]), undefined, 3],
    ["inconclusive and failed", checklist([{ verdict: "inconclusive" }, { verdict: "fail" }]), undefined, 1],
    ["an incomplete item", checklist([{ verdict: "not-tested" }], "incomplete"), undefined, 0],
    [
      "an incomplete item, fail on incomplete",
      checklist([{ verdict: "pass" }], "incomplete"),
      "incomplete",
      1,
    ],
    ["interrupted", checklist([{ verdict: "pass" }], "pass", "Ctrl-C"), undefined, 3],
  ];
  for (const [name, given, failOn, status] of table)
    it(`is ${status} when ${name}`, () => {
      assert.equal(exitStatus(given, failOn), status);
    });
});
