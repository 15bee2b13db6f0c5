import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatHttpDate, parseHttpDate } from "./http-date.ts";

const now = Date.UTC(2026, 10, 23, 14, 0, 0);

describe("HTTP dates", () => {
  const instant = Date.UTC(1994, 10, 6, 8, 49, 37);
  for (const text of [
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "  Sun, 06 Nov 1994 08:49:37 GMT ",
  ]) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseHttpDate(text, now), instant));
  }

  for (const text of [
    "",
    "1994-11-06T08:49:37Z",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 24:49:37 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT",
    "Thu, 31 Feb 2026 08:49:37 GMT",
    "soon",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseHttpDate(text, now), null));
  }

  it("takes a two-digit year more than 50 years ahead for one of the last century", () => {
    assert.equal(parseHttpDate("Sunday, 06-Nov-76 08:49:37 GMT", now), Date.UTC(2076, 10, 6, 8, 49, 37));
    assert.equal(parseHttpDate("Sunday, 06-Nov-77 08:49:37 GMT", now), Date.UTC(1977, 10, 6, 8, 49, 37));
  });

  it("reads back every whole second that it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        assert.equal(parseHttpDate(formatHttpDate(seconds * 1_000), now), seconds * 1_000);
      }),
    );
  });
});
