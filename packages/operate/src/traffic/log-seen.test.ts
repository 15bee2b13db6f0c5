import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readEntry } from "../diagnose/read-entry.ts";
import { logSeen } from "./log-seen.ts";

const seen = (fields: object) => {
  const text = JSON.stringify({ time: "2026-11-28T04:20:08.301Z", trace_id: "9a386bcf", ...fields });
  return logSeen(readEntry({ file: 0, service: "checkout", year: 2026 }, 1, text), {
    file: 0,
    line: 1,
    text,
  });
};

describe("a line of an application's log", () => {
  it("tells of an attempt where it numbers it", () => {
    const { attempt, call } = seen({
      event: "attempt.failed",
      provider: "payments",
      attempt: 2,
      status: 503,
    });

    assert.equal(call, "9a386bcf");
    assert.deepEqual(attempt, {
      number: 2,
      peer: "payments",
      operation: null,
      status: 503,
      ending: "answered",
      succeeded: false,
    });
  });

  it("tells how an attempt ended that got no answer", () => {
    assert.equal(
      seen({ event: "attempt.failed", attempt: 1, reason: "ECONNRESET" }).attempt?.ending,
      "reset",
    );
    assert.equal(
      seen({ event: "attempt.failed", attempt: 1, reason: "timed out" }).attempt?.ending,
      "given-up",
    );
  });

  it("tells what became of a call", () => {
    assert.equal(seen({ event: "call.failed", status: 503 }).outcome, "failed");
    assert.equal(seen({ event: "call.succeeded", attempt: 1 }).outcome, "succeeded");
  });

  it("is about no attempt where it numbers none", () => {
    assert.equal(seen({ event: "attempt.failed", provider: "payments", status: 503 }).attempt, null);
  });
});
