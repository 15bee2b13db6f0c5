import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  envoyTimeoutHeader,
  formatDeadlineHeader,
  grpcTimeoutHeader,
  parseDeadlineHeader,
} from "./deadline-header.ts";

describe("a deadline header in milliseconds", () => {
  it("reads whole numbers, negative ones included, and nothing else", () => {
    const read = (text: string) => parseDeadlineHeader(envoyTimeoutHeader, text);
    assert.equal(read("1500"), 1_500);
    assert.equal(read(" 7 "), 7);
    assert.equal(read("0"), 0);
    assert.equal(read("-20"), -20);
    for (const text of ["", "1.5", "1e3", "+5", "5ms", "12, 13", "Infinity", "0x10", "9".repeat(16)])
      assert.equal(read(text), null, text);
  });

  it("writes what is left, rounded down and at least one", () => {
    const write = (ms: number) => formatDeadlineHeader(envoyTimeoutHeader, ms);
    assert.equal(write(1_500.9), "1500");
    assert.equal(write(0.2), "1");
    assert.equal(write(-4), "1");
  });
});

describe("grpc-timeout", () => {
  it("reads every unit, and nothing that gRPC does not write", () => {
    const read = (text: string) => parseDeadlineHeader("Grpc-Timeout", text);
    const units = [
      ["2H", 7_200_000],
      ["3M", 180_000],
      ["4S", 4_000],
      ["250m", 250],
      ["500u", 0.5],
      ["1000000n", 1],
      ["00000000m", 0],
      ["99999999H", 99_999_999 * 3_600_000],
    ] as const;
    for (const [text, ms] of units) assert.ok(Math.abs((read(text) ?? Number.NaN) - ms) < 1e-9, text);
    for (const text of ["", "5", "m", "5s", "5ms", "-5m", "1.5S", "123456789m", "5 m", "5m, 6m"])
      assert.equal(read(text), null, text);
  });

  it("is written in the finest unit that eight digits hold", () => {
    const write = (ms: number) => formatDeadlineHeader(grpcTimeoutHeader, ms);
    assert.equal(write(1_234.5), "1234m");
    assert.equal(write(99_999_999), "99999999m");
    assert.equal(write(100_000_000), "100000S");
    assert.equal(write(1e12), "16666666M");
    assert.equal(write(1e14), "27777777H");
    assert.equal(write(1e30), "99999999H");
    assert.equal(write(0.4), "1m");
  });
});

it("never tells more than is left, and reads back what it told", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(grpcTimeoutHeader, envoyTimeoutHeader),
      fc.double({ min: 1, max: 1e14, noNaN: true }),
      (name, waitMs) => {
        const told = parseDeadlineHeader(name, formatDeadlineHeader(name, waitMs));
        assert.ok(told !== null && told <= waitMs && told >= 0.98 * waitMs - 1, `${waitMs}: ${told}`);
      },
    ),
  );
});
