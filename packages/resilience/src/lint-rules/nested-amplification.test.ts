import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { subjectOf } from "../policy-subject.ts";
import { noteOf } from "../testing/note-of.ts";
import { nestedAmplification as rule } from "./nested-amplification.ts";

describe("nested-amplification", () => {
  const layer = (policy: Parameters<typeof subjectOf>[0]) => subjectOf(policy).settings;
  const three = { retry: { attempts: 3 } } as const;

  it("finds layers whose attempts multiply to more than four", () => {
    const note = noteOf(rule, three, { nested: [layer(three)] });
    assert.deepEqual(note?.path, ["retry", "attempts"]);
    assert.match(note?.message ?? "", /3 × 3 attempts make 9 for each call/);
  });

  it("multiplies fractions too, and tells two digits of them", () => {
    const third = { ...three, budget: { ratio: 0.3333 } } as const;
    const note = noteOf(rule, { retry: { attempts: 4 } }, { nested: [layer(third)] });
    assert.match(note?.message ?? "", /4 × 1\.33 attempts make 5\.33/);
    assert.ok(noteOf(rule, three, { nested: [layer({ ...three, budget: { ratio: 0.5 } })] }) !== null);
  });

  it("takes a budget for what it lets through", () => {
    const bounded = { ...three, budget: { ratio: 0.2, minPerSecond: 1 } } as const;
    assert.equal(noteOf(rule, three, { nested: [layer(bounded)] }), null);
    assert.match(
      noteOf(rule, three, { nested: [layer(bounded)], ratePerSecond: 1 })?.message ?? "",
      /3 × 2\.2 attempts make 6\.6/,
    );
  });

  it("has nothing to say of up to four, nor of one layer", () => {
    const two = { retry: { attempts: 2 } } as const;
    assert.equal(noteOf(rule, two, { nested: [layer(two), layer({})] }), null);
    assert.equal(noteOf(rule, { retry: { attempts: 9 } }), null);
  });
});
