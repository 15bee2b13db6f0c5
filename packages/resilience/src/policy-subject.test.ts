import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError, type Policy, readPolicy } from "@holdfast/core";
import fc from "fast-check";
import { subjectOf } from "./policy-subject.ts";
import type { PolicyDocument } from "./policy-types.ts";
import { documents } from "./testing/documents.ts";

describe("a policy that is looked at", () => {
  it("is the same, as it is written and as it was read", () => {
    const property = fc.property(documents, (document) => {
      const reading = readPolicy(document, { numbers: "ms" });
      assert.ok("policy" in reading);
      assert.deepEqual(subjectOf(reading.policy), subjectOf(document));
      assert.deepEqual(subjectOf(reading.policy).policy, reading.policy);
    });
    fc.assert(property);
  });

  it("is refused where it cannot be run, in either form", () => {
    const wrong: readonly unknown[] = [
      { deadlin: "2s" },
      { deadline: "1s", attemptTimeout: "2s" },
      { deadlineMs: 1_000, attemptTimeoutMs: 2_000 } satisfies Policy,
      { deadlineMs: Number.NaN } satisfies Policy,
      null,
    ];
    for (const each of wrong)
      assert.throws(
        () => subjectOf(each as PolicyDocument),
        (error) => isCodedError(error) && error.code === "POLICY_INVALID",
      );
  });
});
