import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { endlessQueue as rule } from "./endless-queue.ts";

describe("endless-queue", () => {
  it("finds a queue in which nothing ends the waiting", () => {
    const note = noteOf(rule, { limit: { concurrent: 5, queue: 9 } });
    assert.deepEqual(note?.path, ["limit", "queue"]);
    assert.match(note?.message ?? "", /Up to 9 calls wait for a place for ever/);
    const timed = noteOf(rule, { attemptTimeout: "1s", limit: { concurrent: 5, queue: 9 } });
    assert.match(timed?.message ?? "", /as long as the calls before them take/);
  });

  it("has nothing to say where waiting ends, or nobody waits", () => {
    assert.equal(noteOf(rule, { limit: { concurrent: 5, queue: 9, maxWait: "1s" } }), null);
    assert.equal(noteOf(rule, { deadline: "1s", limit: { concurrent: 5, queue: 9 } }), null);
    assert.equal(noteOf(rule, { limit: { concurrent: 5 } }), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
