import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { retryAfterBeyondDeadline as rule } from "./retry-after-beyond-deadline.ts";

describe("retry-after-beyond-deadline", () => {
  it("finds a cap that the deadline makes idle", () => {
    const note = noteOf(rule, { deadline: "4s", retry: { retryAfter: { cap: "10s" } } });
    assert.deepEqual(note?.path, ["retry", "retryAfter", "cap"]);
    assert.match(note?.message ?? "", /up to 10s .* ends at 4s/);
  });

  it("has nothing to say of the default, of a cap within the deadline, or of one attempt", () => {
    assert.equal(noteOf(rule, { deadline: "4s", retry: {} }), null);
    assert.equal(noteOf(rule, { deadline: "4s", retry: { retryAfter: { cap: "4s" } } }), null);
    assert.equal(noteOf(rule, { retry: { retryAfter: { cap: "10s" } } }), null);
    assert.equal(noteOf(rule, { deadline: "4s", retry: { attempts: 1, retryAfter: { cap: "10s" } } }), null);
    assert.equal(noteOf(rule, { deadline: "4s" }), null);
  });
});
