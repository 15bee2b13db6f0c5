import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { retryWithoutDeadline as rule } from "./retry-without-deadline.ts";

describe("retry-without-deadline", () => {
  it("finds attempts that no deadline bounds, and how long they take", () => {
    const note = noteOf(rule, { attemptTimeout: "1s", retry: { attempts: 3 } });
    assert.deepEqual(note?.path, ["retry"]);
    assert.match(
      note?.message ?? "",
      /the 3 attempts: they take 3\.3s when none is answered, .*30s if the provider/,
    );
    const odd = { attemptTimeout: 999.7, retry: { attempts: 2, backoff: { base: 0 } } } as const;
    assert.match(noteOf(rule, odd)?.message ?? "", /they take 2s when none/);
    assert.match(noteOf(rule, { retry: {} })?.message ?? "", /take for ever when one is not answered/);
  });

  it("has nothing to say of one attempt, nor where there is a deadline", () => {
    assert.equal(noteOf(rule, { retry: { attempts: 1 } }), null);
    assert.equal(noteOf(rule, { deadline: "9s", retry: {} }), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
