import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatTime, parseTime } from "./rfc3339.ts";

describe("rfc 3339", () => {
  it("writes what the platform's own calendar writes, and reads it back", () => {
    const from = Date.UTC(1, 0, 1) - 2_000 * 365 * 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: from, max: Date.UTC(9999, 11, 31) }), (timeMs) => {
        fc.pre(new Date(timeMs).getUTCFullYear() >= 0);
        assert.equal(formatTime(timeMs), new Date(timeMs).toISOString());
        assert.equal(parseTime(formatTime(timeMs)), timeMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads offsets, fractions, lower case and a leap second", () => {
    const table: readonly [string, number | null][] = [
      ["2018-04-05T17:31:00Z", Date.UTC(2018, 3, 5, 17, 31)],
      ["2018-04-05t17:31:00z", Date.UTC(2018, 3, 5, 17, 31)],
      ["2018-04-05T17:31:00.123456789+02:00", Date.UTC(2018, 3, 5, 15, 31, 0, 123)],
      ["2018-04-05T17:31:00.5-00:30", Date.UTC(2018, 3, 5, 18, 1, 0, 500)],
      ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
      ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
      ["2023-02-29T00:00:00Z", null],
      ["2023-13-01T00:00:00Z", null],
      ["2023-01-01T24:00:00Z", null],
      ["2023-01-01T00:00:00", null],
      ["2023-01-01", null],
      ["yesterday", null],
      ["", null],
    ];
    for (const [text, timeMs] of table) assert.equal(parseTime(text), timeMs, text);
  });

  it("cuts times that have no four-digit year", () => {
    assert.equal(formatTime(Number.MAX_VALUE), "9999-12-31T23:59:59.999Z");
    assert.equal(formatTime(-Number.MAX_VALUE), "0000-01-01T00:00:00.000Z");
  });
});
