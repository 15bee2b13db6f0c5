import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { breakerNeverOpens as rule } from "./breaker-never-opens.ts";

describe("breaker-never-opens", () => {
  const policy = {
    deadline: "2s",
    rate: { calls: 1, per: "1s", burst: 1 },
    breaker: { window: "10s", minCalls: 20 },
  } as const;

  it("finds a breaker for more calls than the policy's own rate lets start", () => {
    const note = noteOf(rule, policy);
    assert.deepEqual(note?.path, ["breaker", "minCalls"]);
    // One at once, and one for each of the 12 s in which a call of the window can have begun.
    assert.match(
      note?.message ?? "",
      /The rate of 1 per 1s lets at most 13 attempts into a window of 10s, .* 20\./,
    );
  });

  it("counts whole attempts of the rate's own span", () => {
    const slower = { ...policy, rate: { calls: 2, per: "5s", burst: 1 } } as const;
    assert.match(noteOf(rule, slower)?.message ?? "", /The rate of 2 per 5s lets at most 5 attempts/);
  });

  it("counts all attempts of a call", () => {
    assert.equal(noteOf(rule, { ...policy, retry: { attempts: 2 } }), null);
  });

  it("decides only where both count the same calls", () => {
    const { rate, breaker } = policy;
    assert.equal(noteOf(rule, { ...policy, rate: { ...rate, key: "host" } }), null);
    const both = { rate: { ...rate, key: "host" }, breaker: { ...breaker, key: "host" } } as const;
    assert.ok(noteOf(rule, { ...policy, ...both }) !== null);
    assert.ok(noteOf(rule, { ...policy, breaker: both.breaker }) !== null);
  });

  it("has nothing to say where more calls may start, or the breaker opens for another reason", () => {
    const { rate, breaker } = policy;
    assert.equal(noteOf(rule, { ...policy, rate: { ...rate, burst: 8 } }), null);
    assert.equal(noteOf(rule, { ...policy, breaker: { ...breaker, consecutive: 5 } }), null);
    assert.equal(noteOf(rule, { ...policy, breaker: { windowCalls: 20 } }), null);
    assert.equal(noteOf(rule, { ...policy, breaker: { ...breaker, mode: "off" } }), null);
    assert.equal(noteOf(rule, { deadline: "2s", breaker }), null);
    assert.equal(noteOf(rule, { deadline: "2s", rate }), null);
    // Nothing bounds how long a call that began before the window makes attempts in it.
    assert.equal(noteOf(rule, { rate, breaker }), null);
  });
});
