import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tellsDeadline, toldDeadline } from "./deadline-headers.ts";
import { attemptOf } from "./testing/evidence.ts";

function told(name: string, value: string): readonly [string, number] | null {
  const found = toldDeadline(attemptOf({ at: 0, headers: { accept: "*/*", [name]: value } }));
  return found === null ? null : [found.kind, found.ms];
}

describe("what an attempt tells about its deadline", () => {
  for (const [name, value, kind, ms] of [
    ["grpc-timeout", "400m", "left", 400],
    ["grpc-timeout", "3S", "left", 3_000],
    ["x-envoy-expected-rq-timeout-ms", "15", "left", 15],
    ["x-request-deadline", "2500", "left", 2_500],
    ["x-request-deadline", "2.5s", "left", 2_500],
    ["request-timeout", "4", "left", 4_000],
    ["x-deadline", "1764000000000", "moment", 1_764_000_000_000],
    ["x-deadline", "1764000000", "moment", 1_764_000_000_000],
    ["x-deadline", "2026-11-24T10:00:01.5Z", "moment", 36_001_500],
  ] as const) {
    it(`reads ${name}: ${value}`, () => assert.deepEqual(told(name, value), [kind, ms]));
  }

  it("says what it cannot read", () => {
    assert.equal(told("grpc-timeout", "4000")?.[0], "unreadable");
    assert.equal(told("x-request-deadline", "soon")?.[0], "unreadable");
  });

  it("knows nothing of other headers", () => {
    assert.equal(told("keep-alive", "timeout=5"), null);
    for (const name of ["x-stainless-timeout", "retry-after", "x-request-id"])
      assert.ok(!tellsDeadline(name));
  });
});
