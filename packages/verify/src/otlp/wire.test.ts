import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wireFields } from "./wire.ts";

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

describe("the fields of a protobuf message", () => {
  it("are numbers of variable length", () => {
    assert.deepEqual(
      wireFields(bytes(0x08, 0x96, 0x01)).map(({ number, value }) => [number, value]),
      [[1, 150n]],
    );
    const minusOne = wireFields(bytes(0x18, ...Array<number>(9).fill(0xff), 0x01));
    assert.equal(BigInt.asIntN(64, minusOne[0]?.value ?? 0n), -1n);
  });

  it("are numbers of eight and of four bytes, the little end first", () => {
    const [eight, four] = wireFields(bytes(0x39, 1, 0, 0, 0, 0, 0, 0, 1, 0x85, 0x01, 2, 1, 0, 0));
    assert.deepEqual([eight?.number, eight?.value], [7, 0x0100000000000001n]);
    assert.deepEqual([four?.number, four?.value], [16, 0x102n]);
  });

  it("are bytes, in their order, more than once where a field is repeated", () => {
    const found = wireFields(bytes(0x12, 2, 0x68, 0x69, 0x12, 0));
    assert.deepEqual(
      found.map((one) => [one.number, Buffer.from(one.bytes).toString()]),
      [
        [2, "hi"],
        [2, ""],
      ],
    );
    assert.deepEqual(wireFields(bytes()), []);
  });

  const broken = {
    "a number that ends too early": bytes(0x08, 0x96),
    "a number that never ends": bytes(0x08, ...Array<number>(11).fill(0xff)),
    "bytes that end too early": bytes(0x12, 5, 1),
    "a fixed number that ends too early": bytes(0x39, 1),
    "a kind that nobody uses any more": bytes(0x0b),
  };
  for (const [what, message] of Object.entries(broken)) {
    it(`are refused for ${what}`, () => assert.throws(() => wireFields(message), RangeError));
  }

  it("never end in anything but fields or a range error, whatever the bytes are", () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const message = Uint8Array.from(
        { length: seed % 40 },
        (_, at) => (seed * 31 + at * at * 17 + seed * at) & 0xff,
      );
      try {
        wireFields(message);
      } catch (failure) {
        assert.ok(failure instanceof RangeError);
      }
    }
  });
});
