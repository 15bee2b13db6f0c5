import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dayNumber } from "./day-number.ts";

describe("day numbers", () => {
  it("agree with the platform's calendar", () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
        const date = new Date(day * 86_400_000).toISOString();
        fc.pre(/^\d{4}-/.test(date));
        assert.equal(dayNumber(date.slice(0, 10)), day);
      }),
    );
  });

  it("refuse what is no day", () => {
    for (const text of [
      "2026-02-29",
      "2100-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-04-31",
      "2026-1-1",
      "today",
      "",
    ])
      assert.equal(dayNumber(text), null, text);
    assert.notEqual(dayNumber("2024-02-29"), null);
  });
});
