import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Arrival, decide, endingOf } from "./idempotency-state.ts";
import type { Seen, StoredResponse } from "./record.ts";

const response = (text: string): StoredResponse => ({
  status: 201,
  headers: [["location", text]],
  body: new TextEncoder().encode(text),
  replayable: true,
});

const seen: Seen = {
  state: "running",
  token: "t1",
  fingerprint: "f",
  attempt: 1,
  steps: {},
  response: null,
  nowMs: 1_000,
  untilMs: 1_500,
  expiresMs: 9_000,
};
const arrival: Arrival = { token: "t2", fingerprint: "f", retryable: "rerun" };
const done = { ...seen, state: "completed", untilMs: 0, response: response("a") } as const;
const failed = { ...done, state: "failed" } as const;

describe("what an arrival leads to", () => {
  const rows: readonly (readonly [string, Seen | null, Partial<Arrival>, string])[] = [
    ["nothing is recorded", null, {}, "run"],
    ["a run is under way", seen, {}, "busy"],
    ["its lease ends this very moment", { ...seen, untilMs: 1_000 }, {}, "resume"],
    ["its lease is over", { ...seen, untilMs: 999 }, {}, "resume"],
    ["it is this arrival's own claim", seen, { token: "t1" }, "mine"],
    ["it is completed", done, {}, "replay"],
    ["it failed, and failures are tried again", failed, {}, "resume"],
    ["it failed, and failures are repeated", failed, { retryable: "replay" }, "replay"],
    ["it failed without an answer", { ...failed, response: null }, { retryable: "replay" }, "resume"],
    ["the memory of it ends this very moment", { ...done, expiresMs: 1_000 }, {}, "run"],
    ["the memory is over and the run is not", { ...seen, expiresMs: 999 }, {}, "busy"],
    ["both are over", { ...seen, untilMs: 999, expiresMs: 999 }, {}, "run"],
    ["another request comes while a run is under way", seen, { fingerprint: "g" }, "mismatch"],
    ["another request comes after the lease", { ...seen, untilMs: 1 }, { fingerprint: "g" }, "mismatch"],
    ["another request comes after the end", done, { fingerprint: "g" }, "mismatch"],
    ["another request comes after a failure", failed, { fingerprint: "g" }, "mismatch"],
    ["another request comes after the memory", { ...done, expiresMs: 1 }, { fingerprint: "g" }, "run"],
  ];
  for (const [when, record, change, kind] of rows)
    it(`is "${kind}" when ${when}`, () => {
      assert.equal(decide(record, { ...arrival, ...change }).kind, kind);
    });
});

describe("how a run ends", () => {
  it("depends on what its answer is about", () => {
    const endings = [200, 201, 204, 302, 400, 404, 410, 422, 401, 403, 408, 409, 413, 425, 429, 500, 503];
    assert.deepEqual(
      endings.map((status) => `${status} ${endingOf(status, false)}`),
      [
        ...[200, 201, 204, 302, 400, 404, 410, 422].map((status) => `${status} completed`),
        ...[401, 403, 408, 409, 413, 425, 429].map((status) => `${status} forgotten`),
        ...[500, 503].map((status) => `${status} failed`),
      ],
    );
    assert.equal(endingOf(200, true), "forgotten");
  });
});
