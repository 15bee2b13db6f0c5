import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { importObjectives } from "./imported.ts";

const sound = `apiVersion: openslo/v1
kind: SLO
metadata: { name: shop }
spec:
  service: shop
  indicator:
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Prometheus, spec: { query: a } } }
        total: { metricSource: { type: Prometheus, spec: { query: b } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.995 }]
---
version: prometheus/v1
service: shop
slos:
  - { name: a, objective: 99, sli: { events: { error_query: "x[{{.window}}]", total_query: "y[{{.window}}]" } }, alerting: {} }
`;

describe("reading the objectives of others", () => {
  it("ends in objectives or in problems with a place, whatever the text", () => {
    const seen = { objectives: 0, problems: 0 };
    const pieces = fc.constantFrom(
      "",
      "{",
      "}",
      "[",
      '"',
      ": ",
      "\n",
      "---\n",
      "- ",
      "null",
      "-1",
      "&a ",
      "*a",
      "!x ",
      "\t",
      "{{.window}}",
    );
    fc.assert(
      fc.property(fc.nat(sound.length), fc.nat(30), fc.oneof(pieces, fc.string()), (at, length, piece) => {
        const { objectives, problems } = importObjectives(
          sound.slice(0, at) + piece + sound.slice(at + length),
        );
        assert.ok(objectives.length + problems.length > 0);
        if (problems.length > 0) seen.problems++;
        else seen.objectives++;
        for (const { place, remedy } of problems)
          assert.ok(place.line >= 1 && place.column >= 1 && remedy !== "");
        for (const { target, indicator, place } of objectives)
          assert.ok(target >= 0 && target <= 1 && indicator.total.includes("{{window}}") && place.line >= 1);
      }),
      { numRuns: 400 },
    );
    assert.ok(seen.objectives > 0 && seen.problems > 50, JSON.stringify(seen));
  });
});
