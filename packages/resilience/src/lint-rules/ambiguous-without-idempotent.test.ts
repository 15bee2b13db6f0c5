import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { ambiguousWithoutIdempotent as rule } from "./ambiguous-without-idempotent.ts";

describe("ambiguous-without-idempotent", () => {
  it("finds words that the runtime does not follow, at the first of them", () => {
    const note = noteOf(rule, { retry: { on: ["refused", "reset", "429", "5xx", 502] } });
    assert.deepEqual(note?.path, ["retry", "on", 1]);
    assert.match(note?.message ?? "", /After reset, 5xx, 502 the provider may have executed/);
  });

  it("has nothing to say where it is said whether that does harm", () => {
    assert.equal(noteOf(rule, { idempotent: true, retry: { on: ["reset"] } }), null);
    assert.equal(noteOf(rule, { idempotent: false, retry: { on: ["refused"] } }), null);
  });

  it("has nothing to say of words that are safe, of no words, or of one attempt", () => {
    assert.equal(noteOf(rule, { retry: { on: ["refused", "429", "503"] } }), null);
    assert.equal(noteOf(rule, { retry: {} }), null);
    assert.equal(noteOf(rule, { retry: { attempts: 1, on: ["reset"] } }), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
