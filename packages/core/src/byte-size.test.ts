import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byteSizePattern, formatByteSize, parseByteSize } from "./byte-size.ts";

describe("byte sizes", () => {
  for (const [text, size] of [
    ["512B", 512],
    ["512KB", 512_000],
    ["1MB", 1_000_000],
    ["1.5mb", 1_500_000],
    ["1MiB", 1_048_576],
    ["2 GiB", 2_147_483_648],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(parseByteSize(text), { ok: true, value: size }));
  }

  for (const value of [5, "5", "1TB", "1XB", "-1MB", "", null, "99999999999999GB"]) {
    it(`refuses ${JSON.stringify(value)}`, () => assert.equal(parseByteSize(value).ok, false));
  }

  it("reads back what it writes, and its pattern for editors agrees with it", () => {
    fc.assert(
      fc.property(fc.nat(), (size) => {
        const written = formatByteSize(size);
        assert.deepEqual(parseByteSize(written), { ok: true, value: size });
        assert.match(written, new RegExp(byteSizePattern));
      }),
    );
  });
});
