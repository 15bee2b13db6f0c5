import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { retryWithoutAttemptTimeout as rule } from "./retry-without-attempt-timeout.ts";

describe("retry-without-attempt-timeout", () => {
  it("finds that one attempt takes the time of all", () => {
    const note = noteOf(rule, { deadline: "4s", retry: { attempts: 3 } });
    assert.deepEqual(note?.path, ["retry"]);
    assert.match(
      note?.message ?? "",
      /lasts for the whole deadline of 4s, so that none of the other 2 is made/,
    );
    assert.match(noteOf(rule, { retry: {} })?.message ?? "", /lasts for ever/);
  });

  it("has nothing to say of one attempt, nor where each has a timeout", () => {
    assert.equal(noteOf(rule, { retry: { attempts: 1 } }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "1s", retry: {} }), null);
    assert.equal(noteOf(rule, { deadline: "4s" }), null);
  });
});
