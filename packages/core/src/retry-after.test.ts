import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatHttpDate } from "./http-date.ts";
import { parseRetryAfter, retryAfterOf } from "./retry-after.ts";

const nowMs = Date.UTC(2026, 10, 23, 14, 0, 0);

describe("Retry-After", () => {
  const cases: readonly [value: string, waitMs: number | null][] = [
    ["2", 2_000],
    ["0", 0],
    ["1.5", 1_500],
    ["0.001", 1],
    [" 3 ", 3_000],
    ["120", 120_000],
    [formatHttpDate(nowMs + 2_000), 2_000],
    [formatHttpDate(nowMs - 60_000), 0],
    ["Monday, 23-Nov-26 14:00:05 GMT", 5_000],
    ["Mon Nov 23 14:00:05 2026", 5_000],
    ["", null],
    ["-1", null],
    ["+1", null],
    ["1e3", null],
    ["0x10", null],
    ["Infinity", null],
    ["2s", null],
    ["2, 3", null],
    [".5", null],
    ["later", null],
    ["Mon, 99 Nov 2026 14:00:05 GMT", null],
  ];
  for (const [value, waitMs] of cases) {
    it(`reads ${JSON.stringify(value)} as ${waitMs}`, () =>
      assert.equal(parseRetryAfter(value, { nowMs }), waitMs));
  }

  it("counts a date from the response's own Date header, so that skew cancels out", () => {
    const skewed = nowMs + 3_600_000;
    const value = formatHttpDate(skewed + 2_000);
    assert.equal(parseRetryAfter(value, { date: formatHttpDate(skewed), nowMs }), 2_000);
    assert.equal(parseRetryAfter(value, { date: "broken", nowMs }), 3_602_000);
  });

  it("prefers the headers in milliseconds, and passes over those that cannot be read", () => {
    assert.equal(retryAfterOf({ "retry-after-ms": "250", "retry-after": "3" }, nowMs), 250);
    assert.equal(retryAfterOf({ "x-amz-retry-after": "40", "retry-after": "3" }, nowMs), 40);
    assert.equal(retryAfterOf({ "retry-after-ms": "soon", "retry-after": "3" }, nowMs), 3_000);
    assert.equal(retryAfterOf({}, nowMs), null);
    const date = formatHttpDate(nowMs + 9_000);
    assert.equal(retryAfterOf({ date, "retry-after": formatHttpDate(nowMs + 10_000) }, nowMs), 1_000);
  });

  it("never answers with anything but a wait from 0 or null", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d.e+-]{0,12}$/)), (value) => {
        const waitMs = parseRetryAfter(value, { nowMs });
        assert.ok(waitMs === null || waitMs >= 0);
      }),
    );
  });
});
