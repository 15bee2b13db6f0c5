import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secretLike } from "./secret-like.ts";

describe("what looks like a secret in a line", () => {
  for (const text of [
    '{"headers":{"authorization":"Bearer abcdefghijklmnop"}}',
    "password=correct-horse",
    "card 4111 1111 1111 1111 was declined",
  ])
    it(`is found in ${text}`, () => assert.notEqual(secretLike(text), null));

  for (const text of [
    '{"authorization":"[redacted]","password":"***"}',
    "order 4111111111111112 at 1795839608307",
    "the password is wrong",
    "token=null",
  ])
    it(`is not found in ${text}`, () => assert.equal(secretLike(text), null));
});
