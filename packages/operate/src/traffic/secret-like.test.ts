import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secretLike } from "./secret-like.ts";

describe("what looks like a secret in a line", () => {
  for (const text of [
    '{"headers":{"authorization":"Bearer abcdefghijklmnop"}}',
    "password=correct-horse",
    "card 4111 1111 1111 1111 was declined",
    "no route to amqp://app:pw1@mq:5672/v",
    "charged with sk_live_abcdefgh12345678",
    '{"password": ["arrpass1"], "n": 1}',
    "form=password%3Dpw12345x",
    "signed eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
  ])
    it(`is found in ${text}`, () => assert.notEqual(secretLike(text), null));

  for (const text of [
    '{"authorization":"[redacted]","password":"***"}',
    "order 4111111111111112 at 1795839608307",
    "the password is wrong",
    "Basic authentication failed for jane.doe@example.org",
    "amqp://app:***@mq:5672/v and amqp://app@mq:5672/v",
    "token=null",
    '{"errors":{"password":["is too short","must have a digit"]}}',
    '{"session":{"began":"2026-11-28T03:00:00Z","id":"order-12345678"}}',
  ])
    it(`is not found in ${text}`, () => assert.equal(secretLike(text), null));
});
