import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCredentialName, isSecretName } from "./secret-names.ts";
import { findSecrets } from "./secret-patterns.ts";

const token = (kind: string): string => `«${kind}»`;

describe("secrets in a text", () => {
  const found: readonly (readonly [string, string])[] = [
    ["postgres://app:p@ss-w0rd@db:5432/shop?x=1", "postgres://app:«url-password»@db:5432/shop?x=1"],
    ["redis://:pw@cache/0", "redis://:«url-password»@cache/0"],
    ["https://0123456789abcdef0123@errors.example.org/7", "https://«token»@errors.example.org/7"],
    ["app:pw@tcp(db:3306)/shop", "app:«url-password»@tcp(db:3306)/shop"],
    ["with eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl.", "with «token»"],
    ["key sk_live_abcdefgh12345678 used", "key «token» used"],
    ["AKIAIOSFODNN7EXAMPLE and ghp_0123456789abcdefghij0123", "«token» and «token»"],
    ["to jane.doe+x@mail.example.org now", "to «address» now"],
    ["Set-Cookie: sid=abc; theme=dark", "Set-Cookie: «cookie»"],
    ["-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----!", "«private-key»!"],
    ['{"passphrase":"a b","n":1}', '{"passphrase":"«passphrase»","n":1}'],
  ];
  for (const [text, safe] of found)
    it(`are replaced in ${text.slice(0, 40)}`, () => assert.equal(findSecrets(text, token), safe));

  for (const text of [
    "http://127.0.0.1:8080/a?to=b@c",
    "at file:///app/node_modules/.pnpm/express@4.18.2/lib/a.js:1:2",
    "1795839608307 ms",
    "Basic authentication failed",
    "password=*** token=null secret: [redacted]",
    "postgres://app@db/shop",
    "eyJ is how it begins",
  ])
    it(`are not seen in ${text}`, () => assert.equal(findSecrets(text, token), text));

  it("are found once: what is replaced stays as it is", () => {
    const stored = (kind: string, value: string): string => `«${kind}:0a1b2c3d:${value.length}»`;
    for (const [text] of found) {
      const once = findSecrets(text, stored);
      assert.equal(once.replaceAll(/:0a1b2c3d:\d+»/g, "»"), findSecrets(text, token));
      assert.equal(findSecrets(once, stored), once);
    }
  });

  it("take no longer than the text is long to look for", () => {
    const hostile = ["a.", "a://", "a:b@", "eyJa.", "cookie a=b;", "sk-a-", "1 ", "[redacted", "a@b.", "key"];
    const started = performance.now();
    for (const part of hostile) findSecrets(part.repeat(20_000), token);
    assert.ok(performance.now() - started < 20_000);
  });
});

describe("the name of a field", () => {
  it("is that of a credential, or only one that has a key or a token in it", () => {
    for (const name of [
      "api_key",
      "apiKey",
      "Authorization",
      "db_password",
      "accessToken",
      "session_id",
      "jwt",
    ]) {
      assert.notEqual(isCredentialName(name), null, name);
      assert.notEqual(isSecretName(name), null, name);
    }
    for (const name of ["routing_key", "token_type", "keyspace", "next_page_token_count", "le", "status"])
      assert.equal(isCredentialName(name), null, name);
    assert.equal(isSecretName("idempotency-key"), "key");
  });
});
