import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { grpc } from "./grpc.ts";

const judged = (error: unknown) => grpc({ threw: true, error, wallMs: () => 0 });
const metadata = (pushback: string) => ({
  get: (name: string) => (name === "grpc-retry-pushback-ms" ? [pushback] : []),
});

const matrix: readonly (readonly [number: number, name: string, kind: string, counts: boolean])[] = [
  [1, "CANCELLED", "aborted", false],
  [2, "UNKNOWN", "ambiguous", true],
  [3, "INVALID_ARGUMENT", "final", false],
  [4, "DEADLINE_EXCEEDED", "ambiguous", true],
  [5, "NOT_FOUND", "final", false],
  [6, "ALREADY_EXISTS", "final", false],
  [7, "PERMISSION_DENIED", "final", false],
  [8, "RESOURCE_EXHAUSTED", "throttled", true],
  [9, "FAILED_PRECONDITION", "final", false],
  [10, "ABORTED", "ambiguous", false],
  [11, "OUT_OF_RANGE", "final", false],
  [12, "UNIMPLEMENTED", "final", true],
  [13, "INTERNAL", "ambiguous", true],
  [14, "UNAVAILABLE", "ambiguous", true],
  [15, "DATA_LOSS", "final", true],
  [16, "UNAUTHENTICATED", "final", false],
];

describe("a gRPC status", () => {
  for (const [number, name, kind, counts] of matrix) {
    it(`${number} ${name} is ${kind}${counts ? ", counted" : ""}, as a number or a name`, () => {
      for (const code of [number, name, name.toLowerCase()]) {
        const failure = judged({ code, details: "x" });
        assert.deepEqual([failure?.class, failure?.counts, failure?.code], [kind, counts, name]);
      }
    });
  }

  it("is a timeout where the deadline is exceeded, and read through wrappers", () => {
    assert.equal(judged(new Error("wrapped", { cause: { code: 4 } }))?.word, "timeout");
    assert.equal(judged({ code: "canceled" })?.class, "aborted");
  });

  it("is unsent where no connection took the call", () => {
    for (const details of [
      "No connection established. Last error: connect ECONNREFUSED",
      "Name resolution failed for x",
    ])
      assert.deepEqual(judged({ code: 14, details }), {
        class: "unsent",
        counts: true,
        word: "connect-failure",
        code: "UNAVAILABLE",
      });
    assert.equal(judged({ code: 14, details: "Connection dropped" })?.class, "ambiguous");
  });

  const pushbacks: readonly (readonly [value: string, waitMs: number])[] = [
    ["250", 250],
    ["0", 0],
    ["-1", Number.POSITIVE_INFINITY],
    ["soon", Number.POSITIVE_INFINITY],
  ];
  for (const [value, waitMs] of pushbacks) {
    it(`waits ${waitMs} ms for a pushback of ${value}`, () => {
      for (const code of [2, 8, 13, 14]) {
        assert.equal(judged({ code, metadata: metadata(value) })?.retryAfterMs, waitMs);
        const headers = new Headers({ "grpc-retry-pushback-ms": value });
        assert.equal(judged({ code, metadata: headers })?.retryAfterMs, waitMs);
      }
      assert.equal(judged({ code: 14, metadata: metadata(value) })?.class, "throttled");
      assert.equal(judged({ code: 13, metadata: metadata(value) })?.class, "ambiguous");
    });
  }

  it("leaves everything else to what the error says, and answers to be successes", () => {
    assert.equal(judged(Object.assign(new Error("x"), { code: "ECONNREFUSED" }))?.word, "refused");
    for (const code of [0, 17, 99, -1, 1.5, "OK"]) assert.equal(judged({ code })?.class, "ambiguous");
    assert.equal(judged(new DOMException("x", "AbortError"))?.class, "aborted");
    assert.equal(grpc({ threw: false, value: { code: 14 }, wallMs: () => 0 }), null);
  });
});
