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

  it("reads the headers as every client holds them, in any case", () => {
    const shapes: readonly (readonly [string, Parameters<typeof retryAfterOf>[0]])[] = [
      ["Headers", new Headers({ "Retry-After": "3" })],
      ["a map", new Map([["Retry-After", "3"]])],
      ["pairs", [["Retry-After", "3"]]],
      ["raw headers", ["Date", "now", "Retry-After", "3"]],
      ["a plain object", { "Retry-After": "3" }],
      ["a list of values", { "retry-after": ["3", "9"] }],
      ["a number", { "retry-after": 3 }],
      ["gRPC metadata", { get: (name: string) => (name === "retry-after" ? ["3"] : []) }],
      [
        "several fields of a name",
        [
          ["Retry-After", "3"],
          ["retry-after", "9"],
        ],
      ],
    ];
    for (const [shape, headers] of shapes) assert.equal(retryAfterOf(headers, nowMs), 3_000, shape);
    assert.equal(retryAfterOf(new Headers(), nowMs), null);
    assert.equal(retryAfterOf([], nowMs), null);
  });

  const pushbacks: readonly [value: string, waitMs: number][] = [
    ["250", 250],
    ["0", 0],
    ["2147483647", 2_147_483_647],
    ["2147483648", Number.POSITIVE_INFINITY],
    ["-1", Number.POSITIVE_INFINITY],
    ["soon", Number.POSITIVE_INFINITY],
    ["", Number.POSITIVE_INFINITY],
    ["1.5", Number.POSITIVE_INFINITY],
  ];
  for (const [value, waitMs] of pushbacks) {
    it(`takes a gRPC pushback of ${JSON.stringify(value)} for ${waitMs}, whatever else is asked`, () =>
      assert.equal(retryAfterOf({ "grpc-retry-pushback-ms": value, "retry-after": "3" }, nowMs), waitMs));
  }

  it("waits for the reset of a rate limit, seconds ahead or a date, where no call is left", () => {
    assert.equal(retryAfterOf({ "x-ratelimit-reset": "30" }, nowMs), 30_000);
    const date = String(nowMs / 1_000 + 30);
    assert.equal(retryAfterOf({ "x-ratelimit-reset": date, "x-ratelimit-remaining": "0" }, nowMs), 30_000);
    assert.equal(retryAfterOf({ "x-ratelimit-reset": String(nowMs / 1_000 - 30) }, nowMs), 0);
    assert.equal(retryAfterOf({ "x-ratelimit-reset": "30", "x-ratelimit-remaining": "7" }, nowMs), null);
    assert.equal(retryAfterOf({ "x-ratelimit-reset": "30", "retry-after": "3" }, nowMs), 3_000);
    assert.equal(retryAfterOf({ "x-ratelimit-reset": "30", "retry-after": "later" }, nowMs), 30_000);
  });

  it("tells a wait of years as it is", () => {
    assert.equal(parseRetryAfter("315360000", { nowMs }), 315_360_000_000);
    assert.equal(parseRetryAfter("9007199254740", { nowMs }), 9_007_199_254_740_000);
    assert.equal(parseRetryAfter("9".repeat(400), { nowMs }), Number.POSITIVE_INFINITY);
    assert.equal(
      parseRetryAfter(formatHttpDate(nowMs + 2 ** 40), { nowMs }),
      Math.floor(2 ** 40 / 1e3) * 1e3,
    );
    assert.equal(retryAfterOf({ "retry-after-ms": "4294967296" }, nowMs), 2 ** 32);
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
