import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { headerIn, headerRecord, withHeaders } from "./header-record.ts";

describe("headers as a record", () => {
  it("are taken over from every form that Node and undici accept", () => {
    const expected = { "X-A": "1", b: ["2", "3"], n: "4" };
    assert.deepEqual(headerRecord({ "X-A": "1", b: ["2", "3"], n: 4, gone: undefined }), expected);
    assert.deepEqual(headerRecord(["X-A", "1", "b", "2", "b", "3", "n", "4"]), expected);
    const pairs = [
      ["X-A", "1"],
      ["b", ["2", "3"]],
      ["n", 4],
      ["gone", null],
    ] as const;
    assert.deepEqual(headerRecord(pairs), expected);
    assert.deepEqual(headerRecord(new Map<string, unknown>(pairs)), expected);
    assert.deepEqual(headerRecord(new Headers({ a: "1" })), { a: "1" });
    for (const none of [undefined, null, [], {}]) assert.deepEqual(headerRecord(none), {});
  });

  it("are found in any case, the first of several", () => {
    assert.equal(headerIn({ "X-Key": "1" }, "x-kEY"), "1");
    assert.equal(headerIn({ key: ["1", "2"] }, "KEY"), "1");
    assert.equal(headerIn({ other: "1" }, "key"), null);
    assert.equal(headerIn({ key: [] }, "key"), null);
  });

  it("are changed in a copy, whatever the case of what was there", () => {
    const before = { Traceparent: "old", TraceState: "old", kept: "1" };
    const after = withHeaders(before, [
      ["traceparent", "new"],
      ["tracestate", null],
    ]);
    assert.deepEqual(after, { kept: "1", traceparent: "new" });
    assert.equal(before.Traceparent, "old");
  });
});
