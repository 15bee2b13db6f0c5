import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallLogRecord } from "../model.ts";
import { evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { logsCarryId } from "./logs-carry-id.ts";

const declared = targetWith({ service: { logs: { format: "json", file: null } } });

function judged(
  log: Partial<CallLogRecord> | null,
  target = declared,
  count = 12,
  outcome: "failed" | "succeeded" = "failed",
) {
  const calls = times(count, { attempts: [{ at: 0 }], outcome, log });
  return verdictOf(logsCarryId, evidenceWith({ "503-forever": calls }), target);
}

describe("logs-carry-id", () => {
  it("passes when every failed call left a line with its id", () => {
    const found = judged({ lines: 3, linesWithId: 1 });
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /12 failed calls/);
  });

  it("finds lines without the id, and silence", () => {
    assert.match(judged({ lines: 3, linesWithId: 0 }).because, /no log line with their id/);
    assert.match(judged({ lines: 0, linesWithId: 0 }).because, /no log line at all/);
    assert.equal(judged({ lines: 3, linesWithId: 0 }).verdict, "fail");
    assert.equal(judged({ lines: 3, linesWithId: 0 }, targetWith()).verdict, "advice");
    const byCorrelation = targetWith({ service: { correlation: "traceparent" } });
    assert.equal(judged({ lines: 3, linesWithId: 0 }, byCorrelation).verdict, "fail");
  });

  it("finds one call of many", () => {
    const calls = times(12, (index) => ({
      attempts: [{ at: 0 }],
      log: { lines: 1, linesWithId: index === 4 ? 0 : 1 },
    }));
    const found = verdictOf(logsCarryId, evidenceWith({ "503-forever": calls }), declared);
    assert.match(found.because, /1 of 12/);
  });

  it("is inconclusive without captured logs", () => {
    assert.equal(judged(null).verdict, "inconclusive");
    assert.equal(judged({ lines: 1, linesWithId: 1 }, declared, 2).verdict, "inconclusive");
  });

  it("names what is called where there is no service", () => {
    const acts = {
      "a command is run": { kind: "exec", command: ["node", "order.js"] },
      "a module is called": { kind: "module", module: "/shop/order.js" },
    } as const;
    for (const [words, act] of Object.entries(acts)) {
      const found = judged({ lines: 1 }, targetWith({ service: null, scenario: { act } }));
      assert.equal(found.verdict, "not-applicable");
      assert.match(found.because, new RegExp(`^${words}.* no logs of a service`));
    }
  });

  it("does not apply without a failed call or without a service", () => {
    assert.equal(judged({ lines: 1 }, declared, 12, "succeeded").verdict, "not-applicable");
    assert.equal(judged({ lines: 1 }, targetWith({ service: null })).verdict, "not-applicable");
  });
});
