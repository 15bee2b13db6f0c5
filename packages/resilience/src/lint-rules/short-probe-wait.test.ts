import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { shortProbeWait as rule } from "./short-probe-wait.ts";

describe("short-probe-wait", () => {
  it("finds probes that are given up before they fail", () => {
    const note = noteOf(rule, { attemptTimeout: "2s", breaker: { probeWait: "1s" } });
    assert.deepEqual(note?.path, ["breaker", "probeWait"]);
    assert.match(note?.message ?? "", /given up after 1s, before the attemptTimeout of 2s/);
    assert.match(note?.remedy ?? "", /probeWait to 4s/);
    assert.match(
      noteOf(rule, { deadline: "2s", breaker: { probeWait: "1s" } })?.message ?? "",
      /the deadline of 2s/,
    );
  });

  it("has nothing to say of the default, of a longer wait, or without a timeout", () => {
    assert.equal(noteOf(rule, { attemptTimeout: "2s", breaker: {} }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "2s", breaker: { probeWait: "2s" } }), null);
    assert.equal(noteOf(rule, { breaker: { probeWait: "1ms" } }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "2s", breaker: { mode: "off", probeWait: "1s" } }), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
