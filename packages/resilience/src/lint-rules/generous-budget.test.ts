import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { generousBudget as rule } from "./generous-budget.ts";

describe("generous-budget", () => {
  it("finds a budget of more than half of the calls, and what it lets through", () => {
    const note = noteOf(rule, { retry: { attempts: 3 }, budget: { ratio: 0.825 } });
    assert.deepEqual(note?.path, ["budget", "ratio"]);
    assert.match(note?.message ?? "", /A budget of 82.5% .* load by 1\.82\./);
    assert.match(
      noteOf(rule, { retry: { attempts: 2 }, budget: { ratio: 1 } })?.message ?? "",
      /load by 2\./,
    );
  });

  it("has nothing to say up to half, nor where nothing is retried", () => {
    assert.equal(noteOf(rule, { retry: {}, budget: { ratio: 0.5 } }), null);
    assert.equal(noteOf(rule, { retry: {}, budget: {} }), null);
    assert.equal(noteOf(rule, { retry: { attempts: 1 }, budget: { ratio: 1 } }), null);
    assert.equal(noteOf(rule, { budget: { ratio: 1 } }), null);
  });
});
