import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffOf, seededRandom } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { Claimed } from "./claimed.ts";
import { crashedVerdict, errorText, routeVerdictOf, verdictOf } from "./verdict.ts";

const judging = {
  attempts: 3,
  backoff: backoffOf({ baseMs: 1_000, jitter: "none" }),
  random: seededRandom(1),
  nowMs: 77,
};
const claimed = (more: Partial<Claimed> = {}): Claimed => ({
  token: { id: "1", lease: 1, epoch: null },
  envelope: {
    id: "1",
    source: "/",
    type: "t",
    timeMs: 0,
    key: null,
    seq: null,
    contentType: "application/json",
    headers: {},
    body: new Uint8Array(),
  },
  shard: null,
  started: 1,
  failed: 0,
  bytes: 2,
  history: [],
  claimedAtMs: 0,
  ...more,
});
const rejected = { ok: false, kind: "rejected", error: new Error("too large") } as const;

describe("the verdict on a message", () => {
  it("counts a refusal of the message alone, and gives back everything else", () => {
    assert.deepEqual(verdictOf(claimed(), { ok: true }, judging), { kind: "done" });
    for (const kind of ["misconfigured", "down", "unknown"] as const)
      assert.deepEqual(verdictOf(claimed(), { ok: false, kind, error: null }, judging), {
        kind: "released",
        waitMs: 0,
      });
    assert.deepEqual(verdictOf(claimed({ failed: 1 }), rejected, judging), {
      kind: "failed",
      waitMs: 2_000,
      history: [{ atMs: 77, error: "too large" }],
    });
  });

  it("is death after the last attempt, by what it was refused for", () => {
    const error = new DeliveryError("MESSAGE_TOO_LARGE", "no");
    const last = claimed({ failed: 2, history: [{ atMs: 1, error: "a", code: "MESSAGE_TOO_LARGE" }] });
    const same = verdictOf(last, { ok: false, kind: "rejected", error }, judging);
    assert.ok(same.kind === "dead" && same.reason === "rejected" && same.history.length === 2);
    const other = verdictOf(last, rejected, judging);
    assert.ok(other.kind === "dead" && other.reason === "failed");
  });

  it("is death without another try for what has ended three claims without a verdict", () => {
    assert.equal(crashedVerdict(claimed({ started: 3 })), null);
    assert.equal(crashedVerdict(claimed({ started: 6, failed: 3 })), null);
    const dead = crashedVerdict(claimed({ started: 4 }));
    assert.ok(dead?.kind === "dead" && dead.reason === "crashed");
  });

  it("says nothing against a route that refused a message, and something against one that did not take it", () => {
    assert.equal(routeVerdictOf({ ok: true }), "worked");
    assert.equal(routeVerdictOf(rejected), "worked");
    for (const kind of ["misconfigured", "down", "unknown"] as const)
      assert.equal(routeVerdictOf({ ok: false, kind, error: null }), "failed");
  });

  it("carries errors as texts that every database takes", () => {
    assert.equal(errorText("a\0b", 10), "a\ufffdb");
    assert.equal(errorText("x".repeat(20), 10).length, 10);
    assert.match(errorText(new Error("no"), 8_000), /^Error: no\n/);
  });
});
