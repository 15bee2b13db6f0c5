import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatDuration, longestDurationMs, parseDuration } from "./duration.ts";

describe("durations", () => {
  for (const [text, ms] of [
    ["250ms", 250],
    ["0ms", 0],
    ["2s", 2_000],
    ["1.5s", 1_500],
    ["1.005s", 1_005],
    ["0.5ms", 0.5],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["30d", 2_592_000_000],
    [" 2s ", 2_000],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseDuration(text), { ok: true, value: ms }));
  }

  for (const [value, remedy] of [
    [4, /4ms for milliseconds, 4s for seconds/],
    ["800", /800ms for milliseconds/],
    ["2 s", /Write 2s\./],
    ["2 seconds", /Write 2s\./],
    ["5min", /Write 5m\./],
    ["100 millis", /Write 100ms\./],
    ["2S", /Write 2s\./],
    ["1m30s", /one unit/],
    ["-1s", /negative/],
    ["soon", /a number and a unit/],
    ["", /a number and a unit/],
    ["99999d", /at most 36500d/],
    ["1e3ms", /a number and a unit/],
    [null, /a number and a unit/],
    [["2s"], /a number and a unit/],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} with a remedy`, () => {
      const reading = parseDuration(value);
      assert.ok(!reading.ok);
      assert.match(reading.remedy, remedy);
      assert.match(reading.expected, /duration/);
    });
  }

  for (const [value, ms] of [
    [250, 250],
    [0, 0],
    [-0, 0],
    [0.5, 0.5],
    [1.00049, 1],
    ["2s", 2_000],
  ] as const) {
    it(`reads ${JSON.stringify(value)} where a number is one of milliseconds`, () =>
      assert.deepEqual(parseDuration(value, "ms"), { ok: true, value: ms }));
  }

  for (const [value, remedy] of [
    [-5, /negative/],
    [Number.NaN, /finite/],
    [Number.NEGATIVE_INFINITY, /finite/],
    [longestDurationMs + 1, /at most 36500d/],
    ["250", /Add a unit/],
    [null, /a number and a unit/],
  ] as const) {
    it(`refuses ${value} even there`, () => {
      const reading = parseDuration(value, "ms");
      assert.ok(!reading.ok);
      assert.match(reading.remedy, remedy);
      assert.match(reading.expected, /or a number of milliseconds/);
    });
  }

  it("reads back every whole number of milliseconds that it writes", () => {
    const units = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 0, max: longestDurationMs }),
          fc
            .tuple(fc.nat(500), fc.constantFrom(1, 1_000, 60_000, 3_600_000, 86_400_000))
            .map(([n, u]) => n * u),
        ),
        (ms) => {
          const written = formatDuration(ms);
          units.add(written.replace(/[\d.]+/, ""));
          assert.deepEqual(parseDuration(written), { ok: true, value: ms });
        },
      ),
      { numRuns: 1_000 },
    );
    assert.deepEqual([...units].sort(), ["d", "h", "m", "ms", "s"]);
  });

  it("writes what people would write", () => {
    assert.deepEqual([90_000, 1_500, 86_400_000, 0, 812.34567, 5_432.1].map(formatDuration), [
      "90s",
      "1.5s",
      "1d",
      "0ms",
      "812.346ms",
      "5.432s",
    ]);
  });
});
