import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { noJitter as rule } from "./no-jitter.ts";

describe("no-jitter", () => {
  it("finds waits that are the same for all callers", () => {
    const note = noteOf(rule, { retry: { attempts: 3, backoff: { jitter: "none" } } });
    assert.deepEqual(note?.path, ["retry", "backoff", "jitter"]);
    assert.match(note?.message ?? "", /retries at the same moment/);
    const once = noteOf(rule, { retry: { attempts: 2, backoff: { jitter: "none" } } });
    assert.match(once?.message ?? "", /retry at the same moment/);
  });

  it("has nothing to say of any other jitter, the default, or one attempt", () => {
    assert.equal(noteOf(rule, { retry: { backoff: { jitter: "proportional" } } }), null);
    assert.equal(noteOf(rule, { retry: {} }), null);
    assert.equal(noteOf(rule, { retry: { attempts: 1, backoff: { jitter: "none" } } }), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
