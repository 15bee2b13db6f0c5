import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { attemptsBeyondDeadline as rule } from "./attempts-beyond-deadline.ts";

describe("attempts-beyond-deadline", () => {
  const retry = { attempts: 3, backoff: { base: "100ms", cap: "1s", jitter: "full" } } as const;
  const policy = { deadline: "2s", attemptTimeout: "800ms", retry } as const;

  it("finds attempts that do not fit when none is answered, and how many do", () => {
    const note = noteOf(rule, policy);
    assert.deepEqual(note?.path, ["retry", "attempts"]);
    assert.match(
      note?.message ?? "",
      /3 attempts and their waits take 2\.7s, but the deadline is 2s: 2 of them fit, 2 when/,
    );
    assert.match(note?.remedy ?? "", /deadline to 2\.7s/);
  });

  it("tells how many fit on average where these are more", () => {
    assert.match(noteOf(rule, { ...policy, deadline: "2600ms" })?.message ?? "", /2 of them fit, 3 when/);
  });

  it("names a deadline that is enough, the least time for an attempt included", () => {
    const longer = { ...policy, retry: { ...retry, minAttempt: "1s" } } as const;
    assert.match(noteOf(rule, longer)?.remedy ?? "", /deadline to 2\.9s/);
    assert.equal(noteOf(rule, { ...longer, deadline: "2900ms" }), null);
    assert.ok(noteOf(rule, { ...longer, deadline: "2899ms" }) !== null);
  });

  it("names whole milliseconds, never too few", () => {
    const odd = { ...retry, backoff: { ...retry.backoff, base: 100.5 } } as const;
    assert.match(noteOf(rule, { ...policy, retry: odd })?.remedy ?? "", /deadline to 2\.702s/);
  });

  it("has nothing to say where all fit or nothing can be said", () => {
    assert.equal(noteOf(rule, { ...policy, deadline: "2700ms" }), null);
    assert.equal(noteOf(rule, { deadline: "2s", retry }), null);
    assert.equal(noteOf(rule, { attemptTimeout: "800ms", retry }), null);
    assert.equal(noteOf(rule, { deadline: "2s", attemptTimeout: "800ms" }), null);
  });

  it("leaves attempts that can never begin to the rule about those", () => {
    const steady = { ...retry, backoff: { ...retry.backoff, base: "1s", jitter: "none" } } as const;
    assert.equal(noteOf(rule, { ...policy, deadline: "1500ms", retry: steady }), null);
  });
});
