import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { logSignature } from "./log-signature.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";

describe("the signature of a log line", () => {
  const same: Readonly<Record<string, readonly [string, string]>> = {
    "times of day": ["2026-11-27T20:47:52.645Z WARN slow", "2026-11-28 01:02:03,004 WARN slow"],
    "clock times": ["12:00:01.5 slow", "13:10:02 slow"],
    ids: [`order hf1c00001 ${trace} failed`, `order hf1c00002 ${trace.replace("0a", "1b")} failed`],
    uuids: [
      "id=2f83eff1-8cdb-4322-a252-cc1fdfa1e6a8 failed",
      "id=5a9f30cc-8cdb-4322-a252-cc1fdfa1e6a9 failed",
    ],
    "random tokens": ["key=k3jh4k5jh34k5jh3k45jh failed", "key=zz9jh4k5jh34k5jh3k4aaa failed"],
    redactions: ["key «key:1910c2d7:23» refused", "key «key:aa10c2d7:23» refused"],
    attempts: ["attempt 1/4 failed", "attempt 3/4 failed"],
    "times with a unit": ["failed after 503 ms", "failed after 429 ms"],
    "times of a field": ['"elapsed_ms":503,"reason":"x"', '"elapsed_ms":17.5,"reason":"x"'],
    statuses: ['{"status":503}', '{"status":500}'],
  };
  for (const [what, [one, other]] of Object.entries(same)) {
    it(`is the same for other ${what}`, () => {
      const ids = ["hf1c00001", "hf1c00002"];
      assert.equal(logSignature(one, ids), logSignature(other, ids));
    });
  }

  const different: readonly (readonly [string, string])[] = [
    ["read ECONNRESET", "connect ECONNREFUSED"],
    ['{"status":503}', '{"status":429}'],
    ['{"status":503}', '{"status":null}'],
    ["the provider answered 422", "the provider answered 502"],
    ["HTTP/1.1 503 from provider", "HTTP/1.1 404 from provider"],
  ];
  for (const [one, other] of different) {
    it(`differs for ${one} and ${other}`, () => {
      assert.notEqual(logSignature(one), logSignature(other));
    });
  }

  it("leaves out the ids of the call wherever they stand", () => {
    assert.equal(logSignature("call abc-x: failed", ["abc-x"]), "call #: failed");
  });
});
