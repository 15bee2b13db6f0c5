import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { timeoutBelowLatency as rule } from "./timeout-below-latency.ts";

describe("timeout-below-latency", () => {
  it("finds a timeout that ends healthy attempts", () => {
    const note = noteOf(rule, { attemptTimeout: "300ms" }, { providerP99Ms: 450 });
    assert.deepEqual(note?.path, ["attemptTimeout"]);
    assert.match(note?.message ?? "", /given up after 300ms, .* takes 450ms or longer/);
  });

  it("finds one that is no longer than what one in a hundred takes", () => {
    assert.ok(noteOf(rule, { attemptTimeout: "450ms" }, { providerP99Ms: 450 }) !== null);
  });

  it("has nothing to say of a longer timeout, or where the latency is not known", () => {
    assert.equal(noteOf(rule, { attemptTimeout: "500ms" }, { providerP99Ms: 450 }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "300ms" }), null);
    assert.equal(noteOf(rule, {}, { providerP99Ms: 450 }), null);
  });
});
