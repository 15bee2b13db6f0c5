import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCredentialName } from "./secret-names.ts";
import { findSecrets } from "./secret-patterns.ts";

const token = (kind: string): string => `«${kind}»`;

describe("the value of a field with a secret's name", () => {
  const found: readonly (readonly [string, string])[] = [
    [
      '{"password": ["arrpass1"], "secret": {"v": "objsecret1"}, "n": 1}',
      '{"password": «password», "secret": «secret», "n": 1}',
    ],
    ['"secret": {"a": [{"b": "}]"}], "c": "x\\"}y"}, "n": 1', '"secret": «secret», "n": 1'],
    [
      '{"msg": "got {\\"secret\\": {\\"v\\": \\"}\\\\\\"]x\\"}, \\"n\\": 1}"}',
      '{"msg": "got {\\"secret\\": «secret», \\"n\\": 1}"}',
    ],
    ["{ password: [ 'a]b', 'c' ], n: 1 }", "{ password: «password», n: 1 }"],
    ["password=[a]b&n=1", "password=«password»&n=1"],
    ['"secret": {"v": "cut he', '"secret": «secret»'],
    ['"password": ["one", "tw', '"password": «password»'],
    ["form=password%3Dpw12345x&n=1", "form=password%3D«password»&n=1"],
    ["f=a%3D1%26token%253Dtok12345 n", "f=a%3D1%26token%253D«token» n"],
    ["f=%7B%22secret%22%3A%22abc%22%7D n", "f=%7B%22secret%22%3A«secret» n"],
    ['refresh_token":"rtok998877', 'refresh_token":"«token»'],
    ['refresh_token\\":\\"two words', 'refresh_token\\":\\"«token»'],
    ["password: 'cut1234", "password: '«password»"],
  ];
  for (const [text, safe] of found)
    it(`is replaced whole in ${text.slice(0, 40)}`, () =>
      assert.equal(findSecrets(text, token, isCredentialName), safe));

  for (const text of [
    '{"secret": {}, "password": [], "token": [redacted], "n": [1]}',
    "session: [object Object], token: [Object]",
    '{"token_type": {"v": "bearer"}, "keys": ["a", "b"]}',
    "a%20sentence%3A no secret at 100%3",
    "path=%2Fa%2Fb%3Dc",
  ])
    it(`is not seen in ${text}`, () => assert.equal(findSecrets(text, token, isCredentialName), text));

  it("takes no longer than the text is long to look for", () => {
    const hostile = [
      'key":[',
      "key={",
      'key:["',
      'key:[\\"',
      'key="\\"',
      'key=\\"',
      "key%25",
      "%253D",
      "key='",
      "secret:[]",
    ];
    const started = performance.now();
    for (const part of hostile) findSecrets(part.repeat(20_000), token);
    assert.ok(performance.now() - started < 20_000);
  });
});
