import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type HttpIntegration, type ReadContract, readContract } from "@holdfast/contract";
import { seededRandom } from "@holdfast/core";
import fc from "fast-check";
import { fingerprintOf } from "../fingerprint/fingerprint.ts";
import type { Fingerprint, Trait } from "../fingerprint/model.ts";
import { traitFields } from "../fingerprint/model.ts";
import { targetWith } from "../testing/evidence.ts";
import { playedEvidence } from "../testing/policies.ts";
import { renderFingerprint } from "./fingerprint-yaml.ts";
import { checklist } from "./testing/fixture.ts";
import { fingerprint } from "./testing/fixture-fingerprint.ts";

/** The file as contracts, each completed by what a policy alone does not say. */
function readBack(all: readonly Fingerprint[]): readonly ReadContract[] {
  const documents = renderFingerprint({ ...checklist, fingerprint: all }).split("\n---\n");
  return documents.map((text, index) => {
    const name = JSON.stringify(all[index]?.integration);
    const whole = text
      .replace(
        /^(integrations:\n {2}.*)$/m,
        "$1\n    protocol: http\n    provider: stub\n    address: { env: URL }",
      )
      .replace(/^( {4}operations:\n {6}.*)$/m, "$1\n        request: POST /v1/charges");
    const scenarios = `scenarios: { pay: { module: ./pay.mjs, uses: [${name}] } }`;
    return readContract({
      file: "/shop/holdfast.yaml",
      text: `holdfast: 1\n${whole}\n${scenarios}\n`,
      env: {},
    });
  });
}

function integrationIn(read: ReadContract | undefined): HttpIntegration {
  assert.ok(read !== undefined && "contract" in read, JSON.stringify(read, null, 1));
  const [integration] = read.contract.integrations;
  assert.ok(integration !== undefined);
  return integration;
}

const anyTrait: fc.Arbitrary<Trait> = fc
  .record({
    field: fc.constantFrom(...traitFields),
    number: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 500_000, noNaN: true })),
    word: fc.constantFrom(
      null,
      "none",
      "on",
      "full",
      "additive",
      "kept",
      "partly",
      "ignored",
      "growing",
      "x-key",
      "/a/b",
    ),
    words: fc.subarray(["reset", "timeout", "429", "5xx", "503"]),
    note: fc.string(),
  })
  .map(({ field, number, word, words, note }): Trait => {
    const isWord = /growth|jitter|retryAfter$|mode$|key$/.test(field);
    const value = field === "retry.on" ? words : isWord ? word : number;
    return { field, value, note, samples: 3, experiments: ["x"], declared: null, standing: "not-declared" };
  });

describe("fingerprint.yaml", () => {
  it("reads back as the policy that was seen", () => {
    const wait = (index: number) => 100 * 2 ** index;
    const played = { attempts: 4, attemptTimeoutMs: 800, deadlineMs: 20_000, wait };
    const found = fingerprintOf(playedEvidence(played, seededRandom(4)), targetWith());
    assert.ok(found !== null);
    const { retry, attemptTimeoutMs = 0 } = integrationIn(readBack([found])[0]).policy;
    assert.ok(Math.abs(attemptTimeoutMs - 800) <= 40);
    assert.equal(retry?.attempts, 4);
    assert.equal(retry?.backoff?.jitter, "none");
  });

  it("reads back as part of a contract without problems, whatever was seen", () => {
    const unique = { selector: ({ field }: Trait) => field, maxLength: traitFields.length } as const;
    fc.assert(
      fc.property(fc.uniqueArray(anyTrait, { ...unique, size: "medium" }), (traits) => {
        integrationIn(readBack([{ ...fingerprint, traits }])[0]);
      }),
      { numRuns: 100 },
    );
  });

  it("takes names that YAML would read otherwise", () => {
    for (const integration of ["true", "on", "null", "payments"])
      assert.equal(integrationIn(readBack([{ ...fingerprint, integration }])[0]).name, integration);
  });

  it("is one document a target, and says so when nothing was inferred", () => {
    const both = readBack([fingerprint, { ...fingerprint, operation: "refund" }]);
    assert.deepEqual(
      both.map(integrationIn).flatMap(({ operations }) => operations.map(({ name }) => name)),
      ["charge", "refund"],
    );
    assert.match(renderFingerprint({ ...checklist, fingerprint: [] }), /^(# .*\n)+$/);
  });

  it("tells intervals, samples, experiments and how a part stands beside the declared one", () => {
    const text = renderFingerprint(checklist);
    assert.match(
      text,
      /attemptTimeout: 803ms # 798 ms to 811 ms; .*; n 15, hang-forever; declared 800ms: agrees\n/,
    );
    assert.match(text, /# attempts: at least 48; .*declared 3: differs\n/);
  });
});
