import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { breakerWithoutKey as rule } from "./breaker-without-key.ts";

describe("breaker-without-key", () => {
  it("finds one breaker for several hosts, and what one host does to it", () => {
    const note = noteOf(rule, { breaker: {} }, { hosts: 2 });
    assert.deepEqual(note?.path, ["breaker"]);
    assert.match(
      note?.message ?? "",
      /2 hosts together: one that is down fails 50% of them, and stops those to all/,
    );
    assert.match(
      noteOf(rule, { breaker: {} }, { hosts: 5 })?.message ?? "",
      /fails only 20% of them, and 50% open it/,
    );
  });

  it("compares the share of one host with the rate that opens it", () => {
    assert.match(noteOf(rule, { breaker: {} }, { hosts: 3 })?.message ?? "", /fails only 33/);
  });

  it("has nothing to say of one host, of a breaker with a key, or of no breaker", () => {
    assert.equal(noteOf(rule, { breaker: {} }, { hosts: 1 }), null);
    assert.equal(noteOf(rule, { breaker: {} }), null);
    assert.equal(noteOf(rule, { breaker: { key: "host" } }, { hosts: 5 }), null);
    assert.equal(noteOf(rule, { breaker: { mode: "off" } }, { hosts: 5 }), null);
    assert.equal(noteOf(rule, {}, { hosts: 5 }), null);
  });
});
