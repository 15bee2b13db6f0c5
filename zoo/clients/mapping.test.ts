import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CheckResult } from "../../packages/verify/src/report/model.ts";
import { builtChecks } from "../checks.ts";
import { columns } from "./mapping.ts";
import { readTruth, truthOf } from "./truth.ts";
import { unmapped } from "./unmapped.ts";

const built: readonly string[] = builtChecks;
const result = (verdict: string, more: Partial<CheckResult> = {}) =>
  ({ verdict, because: "", fired: 1, samples: 1, evidence: [], ...more }) as unknown as CheckResult;
const reads = (name: string, said: CheckResult) =>
  columns.find((one) => one.name === name)?.reads(said) ?? "no column";

describe("the mapping of checks to the ground truth", () => {
  it("names checks that are built, each column once", () => {
    const names = columns.map(({ name }) => name);

    assert.deepEqual(
      columns.filter(({ check }) => !built.includes(check)),
      [],
    );
    assert.equal(new Set(names).size, names.length);
  });

  it("leaves no column of the ground truth without a check or a reason", (t) => {
    const known = readTruth();
    if (known === null) return t.skip("the ground truth is not on this machine");
    const told = [...columns.map(({ name }) => name), ...Object.keys(unmapped)];
    const wanted = new Set(
      known.flatMap(({ checks, facts }) => [
        ...Object.keys(checks),
        ...Object.keys(facts).map((fact) => `facts.${fact}`),
      ]),
    );

    const isTold = (name: string) =>
      told.some((one) => one.split(" and ").includes(name) || one.startsWith(`${name}.`));
    const silent = [...wanted].filter((name) => !isTold(name));
    assert.deepEqual(silent, []);
  });

  it("reads parts of a column and facts", () => {
    const truth = {
      checks: { retriesPost: { verdict: "pass", on503: true, onReset: false } },
      facts: { retriedOnce: { 408: false }, closesConnectionOnGiveUp: null },
    } as unknown as Parameters<typeof truthOf>[0];

    assert.equal(truthOf(truth, "retriesPost"), "pass");
    assert.equal(truthOf(truth, "retriesPost.onReset"), "fail");
    assert.equal(truthOf(truth, "facts.retriedOnce.408"), "fail");
    assert.equal(truthOf(truth, "facts.closesConnectionOnGiveUp"), "n/a");
    assert.equal(truthOf(truth, "facts.unheard.of"), "n/a");
  });

  it("takes no breaker for one that is not there, also where calls take long", () => {
    const failed = (value: number) => ({
      measured: [{ name: "calls that failed before the last began", value, unit: "calls" }],
    });

    assert.equal(reads("circuitBreaker", result("pass")), "pass");
    assert.equal(reads("circuitBreaker", result("not-applicable")), "fail");
    assert.equal(reads("circuitBreaker", result("advice")), "fail");
    assert.equal(reads("circuitBreaker", result("inconclusive", failed(30))), "fail");
    assert.equal(reads("circuitBreaker", result("inconclusive", failed(29))), "undecided");
    assert.equal(reads("circuitBreaker", result("inconclusive")), "undecided");
  });

  it("counts a limit that is later than our default as the column's pass, and a hang as its fail", () => {
    const after = (value: number) => ({ estimate: { name: "", value, unit: "ms" } });

    assert.equal(reads("connectTimeout", result("advice", after(10_500))), "pass");
    assert.equal(reads("connectTimeout", result("fail", after(12_500))), "fail");
    assert.equal(reads("attemptTimeout", result("advice", after(25_000))), "fail");
  });
});
