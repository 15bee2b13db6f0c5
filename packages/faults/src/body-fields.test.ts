import assert from "node:assert/strict";
import { it } from "node:test";
import { BodyCapture, bodyBytesMax } from "./body-capture.ts";
import { readJson, valueAt } from "./body-fields.ts";
import { createRedactor } from "./redaction.ts";

it("takes the value at a JSON pointer as a text", () => {
  const document = readJson(
    Buffer.from('{"a":{"b/c":[1,{"d~e":"x"}]},"n":0,"f":false,"o":{"z":1},"null":null}'),
  );
  const rows = [
    ["/a/b~1c/1/d~0e", "x"],
    ["/a/b~1c/0", "1"],
    ["/n", "0"],
    ["/f", "false"],
    ["/o", '{"z":1}'],
    ["/null", null],
    ["/missing/deep", null],
    ["/a/b~1c/length", null],
    ["/toString", null],
  ] as const;
  for (const [pointer, value] of rows) assert.equal(valueAt(document, pointer), value, pointer);
});

it("takes a body that is no JSON for none", () => {
  assert.deepEqual(
    ["", "{", "amount=1"].map((text) => readJson(Buffer.from(text))),
    [undefined, undefined, undefined],
  );
});

it("keeps small bodies, and of large ones the digest, which does not depend on how they came", () => {
  const redactor = createRedactor({ key: Buffer.from("k"), secrets: [] });
  for (const bytes of [0, 10, bodyBytesMax, bodyBytesMax + 1, 3 * bodyBytesMax]) {
    const body = Buffer.alloc(bytes, "x");
    const whole = new BodyCapture();
    const pieces = new BodyCapture();
    whole.add(body);
    for (let at = 0; at < bytes; at += 100_001) pieces.add(body.subarray(at, at + 100_001));

    assert.equal(pieces.digest(redactor), whole.digest(redactor));
    assert.equal(pieces.bytes, bytes);
    assert.equal(pieces.whole()?.length ?? null, bytes > bodyBytesMax ? null : bytes);
  }
  const growing = new BodyCapture();
  growing.add(Buffer.from("a"));
  const before = growing.digest(redactor);
  growing.add(Buffer.from("b"));
  assert.notEqual(growing.digest(redactor), before);
});
