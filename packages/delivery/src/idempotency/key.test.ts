import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readKey } from "./key.ts";

describe("a key's header", () => {
  it("gives one key for the quoted and the bare form", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
          minLength: 1,
          maxLength: 255,
          size: "max",
        }),
        (key) => {
          const quoted = `"${key.replace(/["\\]/g, "\\$&")}"`;
          assert.deepEqual(readKey(quoted), { kind: "key", key });
          if (!key.startsWith('"')) assert.deepEqual(readKey(` ${key}\t`), { kind: "key", key });
        },
      ),
    );
  });

  it("is missing, or refused where it is no key", () => {
    assert.equal(readKey(null).kind, "missing");
    for (const header of [
      "",
      '""',
      '"a',
      "a b",
      '"a b"',
      "a, b",
      '"a", "b"',
      '"a";p=1',
      "ü",
      "a\u0000",
      "a\u007f",
      "x".repeat(256),
      `"${"x".repeat(256)}"`,
      '"\\x"',
      '"',
    ])
      assert.equal(readKey(header).kind, "invalid", JSON.stringify(header));
    assert.equal(readKey("x".repeat(255)).kind, "key");
  });

  it("never throws, and never gives what is no key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (header) => {
        const reading = readKey(header);
        if (reading.kind === "key") assert.match(reading.key, /^[\x21-\x7e]{1,255}$/);
      }),
    );
  });
});
