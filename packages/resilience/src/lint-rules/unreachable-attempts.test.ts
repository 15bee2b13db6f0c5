import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { unreachableAttempts as rule } from "./unreachable-attempts.ts";

describe("unreachable-attempts", () => {
  const waits = { base: "400ms", cap: "400ms", jitter: "none" } as const;
  const policy = { deadline: "1s", retry: { attempts: 5, backoff: waits } } as const;

  it("finds attempts that have no time even if all others fail at once", () => {
    const note = noteOf(rule, policy);
    assert.deepEqual(note?.path, ["retry", "attempts"]);
    assert.match(note?.message ?? "", /^Of 5 attempts only 3 can ever begin: the waits leave no time/);
    assert.match(note?.remedy ?? "", /attempts: 3/);
  });

  it("counts the time that an attempt must have before it", () => {
    const note = noteOf(rule, { ...policy, retry: { ...policy.retry, minAttempt: "300ms" } });
    assert.match(note?.message ?? "", /only 2 can ever begin: the waits and the 300ms of minAttempt/);
  });

  it("has nothing to say where chance or the deadline leaves time for all", () => {
    assert.equal(
      noteOf(rule, { ...policy, retry: { attempts: 5, backoff: { ...waits, jitter: "full" } } }),
      null,
    );
    assert.equal(noteOf(rule, { ...policy, deadline: "1600ms" }), null);
    assert.equal(noteOf(rule, { retry: policy.retry }), null);
    assert.equal(noteOf(rule, { deadline: "1s" }), null);
  });
});
