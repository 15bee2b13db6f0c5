import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { breakerBlindToHangs as rule } from "./breaker-blind-to-hangs.ts";

describe("breaker-blind-to-hangs", () => {
  const policy = {
    attemptTimeout: "5s",
    limit: { concurrent: 4 },
    breaker: { window: "10s", minCalls: 20 },
  } as const;

  it("finds a breaker that too few places feed while the provider hangs", () => {
    const note = noteOf(rule, policy);
    assert.deepEqual(note?.path, ["breaker", "minCalls"]);
    assert.match(
      note?.message ?? "",
      /4 places end at most 12 attempts of 5s within a window of 10s, .* 20\./,
    );
    const { attemptTimeout: deadline, ...rest } = policy;
    assert.ok(noteOf(rule, { ...rest, deadline }) !== null);
  });

  it("finds a breaker whose attempts nothing ends", () => {
    const note = noteOf(rule, { breaker: {} });
    assert.deepEqual(note?.path, ["breaker"]);
    assert.match(note?.message ?? "", /Nothing ends an attempt/);
    assert.equal(noteOf(rule, { breaker: { slow: { over: "1s" } } }), null);
  });

  it("has nothing to say where the places are enough, those in flight included where they count", () => {
    const { breaker } = policy;
    assert.equal(noteOf(rule, { ...policy, limit: { concurrent: 7 } }), null);
    assert.ok(noteOf(rule, { ...policy, limit: { concurrent: 6 } }) !== null);
    const slow = { ...breaker, slow: { over: "1s" } } as const;
    assert.equal(noteOf(rule, { ...policy, limit: { concurrent: 6 }, breaker: slow }), null);
    assert.match(noteOf(rule, { ...policy, breaker: slow })?.message ?? "", /at most 16 attempts/);
    assert.equal(noteOf(rule, { ...policy, breaker: { ...breaker, minCalls: 12 } }), null);
    assert.match(noteOf(rule, { ...policy, attemptTimeout: "3s" })?.message ?? "", /at most 16 attempts/);
  });

  it("has nothing to say where keys may add up, or the breaker opens for another reason", () => {
    const { breaker, attemptTimeout } = policy;
    assert.equal(noteOf(rule, { ...policy, limit: { concurrent: 4, key: "host" } }), null);
    const keyed = { ...breaker, key: "host" } as const;
    assert.ok(noteOf(rule, { ...policy, breaker: keyed }) !== null);
    assert.ok(noteOf(rule, { ...policy, limit: { concurrent: 4, key: "host" }, breaker: keyed }) !== null);
    assert.equal(noteOf(rule, { ...policy, breaker: { ...breaker, consecutive: 3 } }), null);
    assert.equal(noteOf(rule, { ...policy, breaker: { windowCalls: 20 } }), null);
    assert.equal(noteOf(rule, { ...policy, breaker: { ...breaker, mode: "off" } }), null);
    assert.equal(noteOf(rule, { attemptTimeout, breaker }), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
