import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { slowNeverSeen as rule } from "./slow-never-seen.ts";

describe("slow-never-seen", () => {
  it("finds slow attempts that have timed out before", () => {
    const note = noteOf(rule, { attemptTimeout: "400ms", breaker: { slow: { over: "400ms" } } });
    assert.deepEqual(note?.path, ["breaker", "slow", "over"]);
    assert.match(note?.message ?? "", /longer than 400ms: the attemptTimeout ends it after 400ms/);
    const whole = noteOf(rule, { deadline: "2s", breaker: { slow: { over: "3s" } } });
    assert.match(whole?.message ?? "", /longer than 3s: the deadline ends it after 2s/);
  });

  it("has nothing to say where slow comes before the timeout, or is not looked at", () => {
    assert.equal(noteOf(rule, { attemptTimeout: "400ms", breaker: { slow: { over: "399ms" } } }), null);
    assert.equal(noteOf(rule, { breaker: { slow: { over: "9s" } } }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "400ms", breaker: {} }), null);
    assert.equal(
      noteOf(rule, { attemptTimeout: "400ms", breaker: { mode: "off", slow: { over: "9s" } } }),
      null,
    );
    assert.equal(noteOf(rule, {}), null);
  });
});
