import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type BudgetSettings, RetryBudget } from "./budget.ts";
import { type BudgetEntry, budgetModel } from "./testing/budget-model.ts";

const settings: fc.Arbitrary<BudgetSettings> = fc.record({
  ratio: fc.integer({ min: 0, max: 1_500 }).map((thousandths) => thousandths / 1_000),
  minPerSecond: fc.constantFrom(0, 0.5, 1, 10),
  windowMs: fc.constantFrom(1_000, 10_000),
});

const steps = fc.array(
  fc.record({
    waitMs: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 12_000 }) },
    ),
    what: fc.constantFrom<"call" | "retry">("call", "call", "retry"),
    times: fc.integer({ min: 1, max: 6 }),
    looks: fc.boolean(),
  }),
  { maxLength: 80, size: "max" },
);

interface BudgetStep {
  readonly waitMs: number;
  readonly what: "call" | "retry";
  readonly times: number;
  /** Whether the budget is looked at before it is used. */
  readonly looks: boolean;
}

/** Plays the steps on the machine and compares every answer with the model's; returns what happened. */
function play(settings: BudgetSettings, steps: readonly BudgetStep[]): readonly string[] {
  const budget = new RetryBudget(settings);
  const history: BudgetEntry[] = [];
  let nowMs = 0;
  return steps.flatMap(({ waitMs, what, times, looks }) => {
    nowMs += waitMs;
    return Array.from({ length: times }, () => {
      const allowed = budgetModel(history, settings, nowMs);
      if (looks) assert.equal(budget.available(nowMs), allowed);
      if (what === "call") budget.deposit(nowMs);
      else assert.equal(budget.tryWithdraw(nowMs), allowed >= 1);
      if (what === "retry" && allowed < 1) return "refused";
      history.push({ what, atMs: nowMs });
      return what === "call" ? "counted" : "granted";
    });
  });
}

/** Attempts of `calls` calls, evenly spread over `spanMs`, that all fail and retry as often as they may. */
function attemptsOfOutage(budget: RetryBudget, calls: number, spanMs: number): number {
  let attempts = 0;
  for (let call = 0; call < calls; call++) {
    const nowMs = (call * spanMs) / calls;
    budget.deposit(nowMs);
    attempts++;
    for (let retry = 0; retry < 4 && budget.tryWithdraw(nowMs + retry / 100); retry++) attempts++;
  }
  return attempts;
}

describe("RetryBudget", () => {
  it("allows what the model allows, whatever happens when", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(settings, steps, (settings, steps) => {
        for (const what of play(settings, steps)) seen.add(what);
      }),
      { numRuns: 300 },
    );
    assert.deepEqual([...seen].sort(), ["counted", "granted", "refused"]);
  });

  it("amplifies an outage by the ratio and the reserve at most, whatever the traffic", () => {
    let tightest = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(0, 1, 5),
        (perSecond, hundredths, minPerSecond) => {
          const budget = new RetryBudget({ ratio: hundredths / 100, minPerSecond, windowMs: 1_000 });
          const calls = perSecond * 10;
          const attempts = attemptsOfOutage(budget, calls, 10_000);
          const bound = 1 + hundredths / 100 + minPerSecond / perSecond;
          assert.ok(attempts / calls <= bound + 1e-9, `${attempts / calls} of ${bound}`);
          tightest = Math.max(tightest, attempts / calls / bound);
        },
      ),
    );
    assert.ok(tightest > 0.98, `the bound is reached: ${tightest}`);
  });

  it("gives what a ratio gives on paper, also where its product falls short of it", () => {
    const budget = new RetryBudget({ ratio: 0.29, minPerSecond: 0, windowMs: 10_000 });
    for (let call = 0; call < 100; call++) budget.deposit(0);

    assert.ok(0.29 * 100 < 29);
    assert.equal(budget.available(0), 29);
  });

  it("owes nothing when the calls have left its span before their retries", () => {
    const budget = new RetryBudget({ ratio: 1, minPerSecond: 0, windowMs: 1_000 });
    budget.deposit(0);
    assert.equal(budget.tryWithdraw(950), true);

    assert.equal(budget.available(1_000), 0);
    budget.deposit(1_000);
    assert.equal(budget.tryWithdraw(1_000), false);
    assert.equal(budget.available(1_900), 1);
  });

  it("takes a time before the latest for the latest", () => {
    const budget = new RetryBudget({ ratio: 1, minPerSecond: 0, windowMs: 1_000 });
    budget.deposit(5_000);
    assert.equal(budget.available(0), 1);
    assert.equal(budget.tryWithdraw(0), true);
    assert.equal(budget.tryWithdraw(0), false);
  });
});
