import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ExchangeRecord } from "@holdfast/faults";
import { lastGapMs, listenUntilMs } from "./linger.ts";

function exchange(settings: Partial<ExchangeRecord>): ExchangeRecord {
  return {
    type: "exchange",
    id: "x",
    proxy: "p",
    integration: "i",
    operation: "o",
    armedCall: "c",
    connection: 1,
    ordinal: 0,
    arrivedMs: 0,
    requestCompleteMs: 0,
    request: {
      method: "POST",
      target: "/",
      headers: [],
      bodyBytes: 0,
      digest: "",
      bodyDigest: "",
      fields: {},
      mentions: [],
    },
    fault: null,
    firedMs: 1,
    faultCompleteMs: null,
    delivered: false,
    provider: null,
    response: null,
    consumerClosed: null,
    end: "complete",
    ...settings,
  };
}

const failed = { outcome: "failed", answeredMs: 1000, lingerGaps: 3, lingerMs: 0 } as const;
const attempts = (gapMs: number) => [
  exchange({ faultCompleteMs: 100 }),
  exchange({ arrivedMs: 100 + gapMs, faultCompleteMs: 100 + gapMs }),
];

describe("linger", () => {
  it("measures the last gap from the end of the attempt before, not from its arrival", () => {
    const hung = exchange({ arrivedMs: 0, consumerClosed: { atMs: 800, how: "fin" } });
    assert.equal(lastGapMs([hung, exchange({ arrivedMs: 1000 })]), 200);
  });

  it("listens for a multiple of the last gap, from 200 ms to 3 s", () => {
    assert.equal(listenUntilMs({ ...failed, exchanges: attempts(10) }), 1200);
    assert.equal(listenUntilMs({ ...failed, exchanges: attempts(400) }), 2200);
    assert.equal(listenUntilMs({ ...failed, exchanges: attempts(4000) }), 4000);
  });

  it("watches the wire of a hung attempt for 2.5 s, and no longer once it was released", () => {
    const held = exchange({ end: "open" });
    assert.equal(listenUntilMs({ ...failed, exchanges: [held] }), 3500);
    const released = exchange({ end: "consumer-closed", consumerClosed: { atMs: 1100, how: "fin" } });
    assert.equal(listenUntilMs({ ...failed, exchanges: [released] }), 1200);
  });

  it("does not wait after an untouched success, nor after a call that was watched to its horizon", () => {
    const healthy = [exchange({ firedMs: null })];
    assert.equal(listenUntilMs({ ...failed, outcome: "succeeded", exchanges: healthy }), 1000);
    assert.equal(listenUntilMs({ ...failed, outcome: "unfinished", exchanges: attempts(400) }), 1000);
    assert.equal(listenUntilMs({ ...failed, outcome: "succeeded", exchanges: attempts(400) }), 1200);
  });

  it("watches at least as long as the experiment asks", () => {
    assert.equal(listenUntilMs({ ...failed, lingerMs: 2600, exchanges: [] }), 3600);
  });
});
