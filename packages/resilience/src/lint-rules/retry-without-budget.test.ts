import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noteOf } from "../testing/note-of.ts";
import { retryWithoutBudget as rule } from "./retry-without-budget.ts";

describe("retry-without-budget", () => {
  it("finds retries that multiply the load of an outage", () => {
    const note = noteOf(rule, { retry: { attempts: 4 } });
    assert.deepEqual(note?.path, ["retry"]);
    assert.match(note?.message ?? "", /4 attempts per call multiply the provider's load by 4/);
  });

  it("has nothing to say of one attempt, nor where there is a budget", () => {
    assert.equal(noteOf(rule, { retry: { attempts: 1 } }), null);
    assert.equal(noteOf(rule, { retry: {}, budget: {} }), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
