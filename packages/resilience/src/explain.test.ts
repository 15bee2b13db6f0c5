import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError, readPolicy } from "@holdfast/core";
import fc from "fast-check";
import { explanationMarkdown } from "./explain/markdown.ts";
import { explanationText } from "./explain/text.ts";
import { explain } from "./explain.ts";
import type { PolicyDocument } from "./policy-types.ts";
import { documents } from "./testing/documents.ts";

const checkout = {
  name: "payments.charge",
  deadline: "4s",
  attemptTimeout: "800ms",
  idempotent: true,
  retry: { attempts: 3, backoff: { base: "100ms", cap: "1s", jitter: "full" } },
  budget: { ratio: "20%", minPerSecond: 1 },
  breaker: { window: "10s", minCalls: 20, failureRate: "50%", open: { base: "2s", cap: "30s" }, probes: 3 },
} as const satisfies PolicyDocument;

/** Numbers and texts that JSON does not carry over as they are. */
function lostIn(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (typeof value !== "object" || value === null) return value === undefined || typeof value === "function";
  return Object.values(value).some(lostIn);
}

describe("the explanation of a policy", () => {
  it("tells the numbers of the example by which the documentation does", () => {
    const { name, time, attempts, outage, chance, breaker } = explain(checkout);
    assert.equal(name, "payments.charge");
    assert.deepEqual(time.hanging, { longestMs: 2_700, attempts: 3 });
    assert.deepEqual(attempts.hanging, { atWorst: 3, onAverage: 3 });
    assert.deepEqual(
      attempts.throttledWaits?.map(({ maxMs }) => maxMs),
      [500, 1_000],
    );
    assert.deepEqual(
      outage.map(({ loadFactor }) => loadFactor),
      [2.2, 1.3, 1.21],
    );
    assert.deepEqual(
      outage.map(({ opens }) => opens?.quickMs),
      [14_000, 5_000, 5_000],
    );
    assert.deepEqual(
      chance.map(({ quick }) => quick),
      [0.999999, 0.999, 0.6],
    );
    assert.deepEqual(breaker?.longestOpening, { minMs: 24_000, maxMs: 30_000 });
    assert.equal(breaker?.probesNeeded, 2);
  });

  it("reckons with the rate that is given", () => {
    const { outage, chance } = explain(checkout, { ratePerSecond: 2 });
    assert.equal(outage.length, 1);
    assert.equal(outage[0]?.loadFactor, 1.7);
    // Half of all attempts fail, and 0.7 retries per call are allowed.
    assert.equal(chance.at(-1)?.quick, 0.85);
  });

  it("gives a call one attempt at what hangs, where it may not be sent again", () => {
    const { chance } = explain({ ...checkout, budget: { ratio: 1 }, idempotent: false });
    assert.deepEqual([chance[1]?.quick, chance[1]?.hanging], [0.999, 0.9]);
  });

  it("is the same for a policy as it is written and as it was read", () => {
    const read = readPolicy(checkout);
    assert.ok("policy" in read);
    assert.deepEqual(explain(read.policy), explain(checkout));
  });

  it("refuses what cannot be run and what is no rate", () => {
    const refused = (code: string) => (error: unknown) => isCodedError(error) && error.code === code;
    assert.throws(() => explain({ deadline: "1s", attemptTimeout: "2s" }), refused("POLICY_INVALID"));
    for (const ratePerSecond of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => explain(checkout, { ratePerSecond }), refused("CONTEXT_INVALID"));
  });

  it("is plain data and a text of 80 columns, whatever can be run", () => {
    const property = fc.property(documents, fc.constantFrom(undefined, 0.01, 7), (document, rate) => {
      const context = rate === undefined ? {} : { ratePerSecond: rate };
      const explanation = explain(document, context);
      assert.equal(lostIn(explanation), false, JSON.stringify(explanation));
      assert.deepEqual(JSON.parse(JSON.stringify(explanation)), explanation);
      const text = explanationText(explanation);
      assert.doesNotMatch(text, /NaN|Infinity|undefined|null|[^\n -~]/);
      for (const line of text.split("\n")) assert.ok(line.length <= 80 && !line.endsWith(" "), line);
      assert.match(explanationMarkdown(explanation), /^(## .*\n\n)?[A-Z]/);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("keeps what it says consistent, whatever can be run", () => {
    const property = fc.property(documents, (document) => {
      const { time, attempts, outage, chance } = explain(document);
      const { atWorst, onAverage } = attempts.hanging;
      assertRising([0, atWorst, onAverage, attempts.most]);
      assertRising([1, attempts.quick, attempts.most]);
      assert.equal(attempts.waits.length, attempts.most - 1);
      assertRising([time.hanging.longestMs ?? 0, time.longestMs ?? Number.POSITIVE_INFINITY]);
      for (const { loadFactor } of outage) assertRising([1, loadFactor, attempts.most]);
      for (const { failing, quick, hanging } of chance) assertRising([1 - failing, hanging, quick, 1]);
    });
    fc.assert(property, { numRuns: 200 });
  });
});

function assertRising(values: readonly number[]): void {
  for (const [index, value] of values.entries())
    assert.ok(value <= (values[index + 1] ?? value) + 1e-9, values.join(" <= "));
}
