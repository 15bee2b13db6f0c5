import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { describeFailure, withAttempt } from "./describe-failure.ts";

describe("a failure as text", () => {
  it("keeps stack and causes", () => {
    const text = describeFailure(
      new Error("outer", { cause: new TypeError("inner", { cause: "innermost" }) }),
    );
    assert.match(
      text,
      /^Error: outer\n\s+at .*Caused by: TypeError: inner\n\s+at .*Caused by: thrown: innermost$/s,
    );
  });

  it("can be had of whatever was thrown, and be stored", () => {
    const odd = {
      get message() {
        throw new Error("no");
      },
      toJSON() {
        throw new Error("no");
      },
    };
    const circular: { self?: unknown } = {};
    circular.self = circular;
    for (const thrown of [
      odd,
      circular,
      undefined,
      null,
      0n,
      Symbol("s"),
      () => {},
      "\0\ud800",
      "x".repeat(1e6),
    ]) {
      const text = describeFailure(thrown);
      const [attempt] = withAttempt([], thrown, 5);
      assert.ok(text.length > 0 && text.length <= 16_000 && !text.includes("\0") && text.isWellFormed());
      assert.ok(attempt !== undefined && attempt.atMs === 5 && attempt.error.length <= 1_000);
    }
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
        assert.equal(typeof describeFailure(thrown), "string");
        assert.equal(withAttempt([], thrown, 1).length, 1);
      }),
    );
  });

  it("becomes history with its code, the oldest of more than fifty forgotten", () => {
    const failure = Object.assign(new Error("no"), { code: "ECONNRESET" });
    let history = withAttempt([], failure, 0);
    assert.deepEqual(history, [{ atMs: 0, error: "Error: no", code: "ECONNRESET" }]);
    for (let at = 1; at < 60; at++) history = withAttempt(history, "x", at);
    assert.deepEqual([history.length, history[0]?.atMs], [50, 10]);
  });
});
