import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRedactor } from "@holdfast/faults";
import { readExposition } from "@holdfast/operate";
import { redactExposition } from "./exposition-redaction.ts";

const redactor = createRedactor({ key: new Uint8Array(32), secrets: ["hunter2-hunter2", "1234567890"] });
const redacted = (text: string): string => redactExposition(text, redactor);

describe("an exposition that is stored", () => {
  it("keeps names, numbers and what rules match", () => {
    const text = [
      "# TYPE calls_total counter",
      'calls_total{policy="payments",routing_key="orders",token_type="refresh",} 12345678901234 1700000000000',
      'took_bucket{le="+Inf"} 1 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 4000056655665556 1.5',
      'card_like{a="b"} 4000056655665556',
      'took_bucket{le="4000056655665556",status="503",path="/orders/:id"} 3',
      "\tjob:token:rate 1.5e+3",
      '{"my.name",b="c"} 1',
      "# EOF",
      "",
    ].join("\n");

    assert.equal(redacted(text), text);
    assert.deepEqual(readExposition(redacted(text)), readExposition(text));
  });

  it("has no secret in the value of a label", () => {
    const text = redacted(
      [
        'a{url="http://h/?q=hunter2-hunter2",path="/x?api_key=abcdefgh"} 1',
        'b{card="4000 0566 5566 5556",auth="Bearer abcdefghijkl"} 2',
        'c{password="swordfish",cookie="a=b",quote="say \\"hunter2-hunter2\\""} 3 # {who="hunter2-hunter2"} 1',
      ].join("\n"),
    );

    assert.doesNotMatch(text, /hunter2|abcdefgh|0566|swordfish|a=b/);
    assert.deepEqual(
      readExposition(text).map(({ name, value }) => [name, value]),
      [
        ["a", 1],
        ["b", 2],
        ["c", 3],
      ],
    );
  });

  it("has no secret that a label's value or name gives away, and keeps its series apart", () => {
    const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    const text = redacted(
      [
        'pool{dsn="postgres://app:s3cr3tpw@db:5432/shop",le="1"} 1',
        'pool{dsn="postgres://app:otherpw@db:5432/shop",le="1"} 2',
        'calls{api_key="0123abcd"} 3',
        'calls{api_key="4567efab"} 4',
        `calls{caller="${jwt}"} 5`,
        'calls{caller="sk_live_abcdefgh12345678"} 6',
        'calls{caller="jane.doe@example.org"} 7',
      ].join("\n"),
    );

    assert.doesNotMatch(text, /s3cr3tpw|otherpw|0123abcd|4567efab|eyJ|sk_live|jane|example\.org/);
    assert.match(text, /dsn="postgres:\/\/app:«url-password:\w{8}:8»@db:5432\/shop",le="1"/);
    const series = readExposition(text);
    const names = new Set(
      series.map(({ name, labels }) => JSON.stringify([name, [...Object.entries(labels)]])),
    );
    assert.deepEqual(
      series.map(({ value }) => value),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.equal(names.size, 7);
  });

  it("has nothing of what people wrote beside the samples", () => {
    assert.equal(redacted("# HELP a says hunter2-hunter2\n# hunter2-hunter2\na 1"), "a 1");
  });

  it("is redacted as any text where it is no exposition", () => {
    for (const text of [
      "<p>hunter2-hunter2</p>",
      "password: swordfish!",
      'a{b="c"} 1 api_key=abcdefgh',
      "a hunter2-hunter2",
    ])
      assert.doesNotMatch(redacted(text), /hunter2|swordfish|abcdefgh/, text);
  });

  it("is cut where a line is very long", () => {
    const long = "x".repeat(2_000_000);
    const hostile = [long, " ".repeat(1_000_000), `a 1${" ".repeat(1_000_000)}x`];
    for (const line of [`a{b="${long}"} 1`, `a{b="${long} 1`, ...hostile])
      assert.ok(redacted(line).length < 3_000);
    assert.equal(redacted("1".repeat(1_000_000)).length, 1_000_000);
  });
});
