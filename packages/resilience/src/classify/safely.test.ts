import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AttemptEnd, Classifier, Failure } from "../failure.ts";
import { safely } from "./safely.ts";

const end: AttemptEnd = { threw: true, error: new Error("the call's"), wallMs: () => 0 };

describe("a classifier of the user's", () => {
  it("is believed where it answers with a failure or null", () => {
    const failure: Failure = { class: "throttled", counts: true };
    assert.equal(safely(() => failure)(end), failure);
    assert.equal(safely(() => null)(end), null);
    assert.equal(safely((() => undefined) as unknown as Classifier)(end), null);
  });

  it("is given the end of the attempt", () => {
    let given: AttemptEnd | undefined;
    safely((one) => {
      given = one;
      return null;
    })(end);
    assert.equal(given, end);
  });

  it("makes the attempt final and uncounted where it throws, and its error stays reachable (T47)", () => {
    const error = new Error("the classifier's");
    const broken = safely(() => {
      throw error;
    });
    assert.deepEqual(broken(end), { class: "final", counts: false, classifierError: error });
  });

  it("makes the attempt final where it answers with anything else", () => {
    const answers: readonly unknown[] = [
      true,
      "final",
      {},
      { class: "often", counts: true },
      { class: "final" },
      [],
    ];
    for (const answer of answers) {
      const failure = safely((() => answer) as unknown as Classifier)(end);
      assert.deepEqual([failure?.class, failure?.counts], ["final", false]);
      assert.match(String(failure?.classifierError), /neither a failure nor null/);
    }
  });
});
