import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { shortWindow as rule } from "./short-window.ts";

describe("short-window", () => {
  it("finds a window of less than two attempts", () => {
    const note = noteOf(rule, { attemptTimeout: "2s", breaker: { window: "3s" } });
    assert.deepEqual(note?.path, ["breaker", "window"]);
    assert.match(note?.message ?? "", /A window of 3s holds less than two attempts of 2s/);
    assert.match(note?.remedy ?? "", /window to 4s/);
  });

  it("has nothing to say of the default, of two attempts, of a window of calls, or of no breaker", () => {
    assert.equal(noteOf(rule, { attemptTimeout: "20s", breaker: {} }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "2s", breaker: { window: "4s" } }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "2s", breaker: { windowCalls: 20 } }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "2s", breaker: { mode: "off", window: "3s" } }), null);
    assert.equal(noteOf(rule, { breaker: { window: "1s" } }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "2s" }), null);
  });
});
