import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { safeText } from "./safe-text.ts";

describe("the text of a log line", () => {
  const kept = [
    "connect ECONNREFUSED 127.0.0.1:5432",
    "getaddrinfo ENOTFOUND payments.internal.example.com",
    "Request failed with status code 503",
    "timeout of 800ms exceeded",
    "the session expired",
    "basic authentication failed",
    "can't reach it, it doesn't answer",
  ];
  for (const text of kept) it(`keeps “${text}”`, () => assert.equal(safeText(text), text));

  const cut: readonly (readonly [text: string, shown: string])[] = [
    ["first line\nsecond line", "first line"],
    ['401 Unauthorized: {"error":1}', "401 Unauthorized: …"],
    ["bad answer <html><p>anna</p>", "bad answer …"],
    ['got [ "anna" ]', "got …"],
    [
      "POST https://anna:pass@api.example/v1/charges?card=1#x failed",
      "POST https://api.example/v1/charges failed",
    ],
    ["GET /v1/users?name=anna failed", "GET /v1/users?… failed"],
    ["Duplicate entry 'anna' for column 'name'", "Duplicate entry '…' for column '…'"],
    ['Unexpected end of "{anna', 'Unexpected end of "…"'],
    ["sent authorization: Bearer abc", "sent authorization…"],
    ["Invalid Bearer YWJj", "Invalid Bearer…"],
    ["x-api-key=abc is not known", "x-api-key…"],
    ["user anna@example.com is unknown", "user … is unknown"],
    ["card 4242 4242 4242 4242 was declined", "card … was declined"],
    ["sk_live_4eC39HqLyjWDarjtT1 was revoked", "… was revoked"],
    ["got eyJhbGciOiJ.eyJzdWIi.abc", "got …"],
    ["a ".repeat(300), `${"a ".repeat(300).slice(0, 159)}…`],
  ];
  for (const [text, shown] of cut)
    it(`cuts “${text.slice(0, 60)}”`, () => assert.equal(safeText(text), shown));
});
