import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Checklist, CheckResult, ItemResult } from "./model.ts";
import { chosenFindings, findingNamer } from "./terminal-findings.ts";
import { checklist } from "./testing/fixture.ts";

const [item] = checklist.items;
const [check] = item?.checks ?? [];
assert.ok(item !== undefined && check !== undefined);

const finding = (id: string, facts: Partial<CheckResult> = {}): CheckResult => ({
  ...check,
  id,
  verdict: "fail",
  severity: "high",
  because: `because of ${id}`,
  ...facts,
});
const listOf = (...items: readonly (readonly CheckResult[])[]): Checklist => ({
  ...checklist,
  items: items.map((checks): ItemResult => ({ ...item, checks })),
});
const told = (list: Checklist, room: number): readonly string[] =>
  chosenFindings(list, room, () => 1).told.map((checks) => checks.map(({ id }) => id).join("+"));

describe("the findings that have room", () => {
  it("are the gravest of each item first, failures before advice before open ones", () => {
    const list = listOf(
      [finding("late"), finding("worst", { severity: "critical" }), finding("hint", { verdict: "advice" })],
      [finding("open", { verdict: "inconclusive" }), finding("other", { severity: "low" })],
      [finding("fine", { verdict: "pass" })],
    );
    assert.deepEqual(told(list, 9), ["worst", "other", "late", "hint", "open"]);
  });

  it("tell checks of one reason once, verdicts and targets apart", () => {
    const same = { verdict: "inconclusive", because: "no metrics are named" } as const;
    const list = listOf([
      finding("a", same),
      finding("b", same),
      finding("c", { ...same, verdict: "fail" }),
      finding("d", { ...same, integration: "stock" }),
    ]);
    assert.deepEqual(told(list, 9), ["c", "a+b", "d"]);
  });

  it("leave out what does not fit, and keep lines to name it on", () => {
    const list = listOf([..."abcdef"].map((id) => finding(id)));
    const { told: kept, left } = chosenFindings(list, 5, () => 1);
    assert.deepEqual(
      kept.map(([{ id }]) => id),
      ["a", "b"],
    );
    assert.deepEqual(
      left.map(({ id }) => id),
      ["c", "d", "e", "f"],
    );
    assert.deepEqual(told(list, 6), [..."abcdef"]);
  });

  it("always tell the first, however long it is", () =>
    assert.equal(chosenFindings(listOf([finding("a"), finding("b")]), 1, () => 4).told.length, 1));
});

describe("the names of findings", () => {
  const served = { serves: "place", integration: undefined, operation: undefined } as never;

  it("say the operation only where several were judged, and always what the service serves", () => {
    const one = findingNamer(listOf([finding("a"), finding("b", served)]));
    assert.equal(one(finding("a")), "");
    assert.equal(one(finding("b", served)), "serves.place");
    const two = findingNamer(listOf([finding("a"), finding("b", { integration: "stock" })]));
    assert.match(two(finding("a")), /^payments\.charge/);
  });
});
