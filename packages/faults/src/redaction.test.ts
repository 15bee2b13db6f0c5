import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRedactor } from "./redaction.ts";

const redactor = createRedactor({ key: new Uint8Array(32), secrets: ["hunter2-hunter2"] });

describe("the redactor", () => {
  it("replaces the value of a secret header, equal values staying equal", () => {
    const one = redactor.header("Idempotency-Key", "order-1");

    assert.ok(!one.includes("order-1"));
    assert.equal(redactor.header("idempotency-key", "order-1"), one);
    assert.notEqual(redactor.header("idempotency-key", "order-2"), one);
  });

  it("leaves an empty value empty, so that an empty key is seen to be none", () => {
    assert.equal(redactor.header("idempotency-key", ""), "");
  });

  it("replaces a known secret wherever it stands in a text", () => {
    assert.ok(!redactor.text("login with hunter2-hunter2 failed").includes("hunter2"));
  });
});
