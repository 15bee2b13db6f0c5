import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError, policyFields, settingsOf } from "@holdfast/core";
import fc from "fast-check";
import { simulate } from "./explain/testing/simulate.ts";
import { type LintContext, lint } from "./lint.ts";
import { lintSeverities } from "./lint-rule.ts";
import { lintRules } from "./lint-rules/index.ts";
import type { PolicyDocument } from "./policy-types.ts";
import { documents } from "./testing/documents.ts";

const contexts: fc.Arbitrary<LintContext> = fc.record(
  {
    ratePerSecond: fc.constantFrom(0.1, 1, 50),
    hosts: fc.integer({ min: 1, max: 5 }),
    providerP99Ms: fc.integer({ min: 1, max: 30_000 }),
    nested: fc.constantFrom([], [{ retry: { attempts: 3 } }]),
  },
  { requiredKeys: [] },
);

describe("lint", () => {
  it("finds nothing in a policy with all its parts in order", () => {
    const policy: PolicyDocument = {
      deadline: "4s",
      attemptTimeout: "800ms",
      idempotent: true,
      retry: { attempts: 3 },
      budget: {},
      breaker: { key: "host", slow: { over: "500ms" } },
      limit: { concurrent: 64, queue: 32 },
    };
    assert.deepEqual(lint(policy, { ratePerSecond: 10, hosts: 3, providerP99Ms: 400 }), []);
  });

  it("tells the gravest first, each with its rule", () => {
    const policy: PolicyDocument = {
      attemptTimeout: "1s",
      retry: { attempts: 3, backoff: { jitter: "none" } },
      breaker: { slow: { over: "2s" } },
    };
    const told = lint(policy).map(({ severity, rule }) => `${severity} ${rule}`);
    assert.deepEqual(told, [
      "error slow-never-seen",
      "warning retry-without-deadline",
      "warning no-jitter",
      "advice retry-without-budget",
    ]);
  });

  it("reads a policy in either form, those below it too", () => {
    const policy = { deadlineMs: 4_000, attemptTimeoutMs: 800, retry: { attempts: 3 }, budget: {} };
    const rules = (nested: LintContext["nested"] & object) =>
      lint(policy, { nested }).map(({ rule }) => rule);
    assert.deepEqual(rules([{ retry: { attempts: 2 } }]), []);
    assert.deepEqual(rules([{ retry: { attempts: 9, retryAfter: { capMs: 5 } } }]), ["nested-amplification"]);
  });

  it("refuses a policy that cannot be run and a context that is none", () => {
    const refused: readonly (readonly [PolicyDocument, LintContext, string])[] = [
      [{ deadline: "1s", attemptTimeout: "2s" }, {}, "POLICY_INVALID"],
      [{}, { nested: [{ deadline: "1s", attemptTimeout: "2s" }] }, "POLICY_INVALID"],
      [{}, { ratePerSecond: 0 }, "CONTEXT_INVALID"],
      [{}, { hosts: Number.NaN }, "CONTEXT_INVALID"],
      [{}, { providerP99Ms: Number.POSITIVE_INFINITY }, "CONTEXT_INVALID"],
    ];
    for (const [policy, context, code] of refused)
      assert.throws(
        () => lint(policy, context),
        (error) => isCodedError(error) && error.code === code,
      );
  });

  it("points into the document, in sentences, whatever can be run", () => {
    const seen = new Set<string>();
    const property = fc.property(documents, contexts, (document, context) => {
      for (const { rule, path, severity, message, remedy } of lint(document, context)) {
        seen.add(rule);
        assert.ok(String(path[0]) in policyFields, `${rule}: ${path}`);
        assert.ok(lintSeverities.includes(severity));
        assert.match(message, /^[A-Z].*\.$/);
        assert.doesNotMatch(message, /NaN|Infinity|undefined|null|\d{5}/, rule);
        assert.match(remedy, /^[A-Z].*\.$/);
      }
    });
    fc.assert(property, { numRuns: 500 });
    assert.ok(seen.size > 12, `${seen.size} of ${lintRules.length} rules found something`);
  });

  it("says that a breaker never opens only where it never does", () => {
    let found = 0;
    const breakers = fc.record({
      windowMs: fc.constantFrom(2_000, 10_000),
      minCalls: fc.integer({ min: 1, max: 60 }),
    });
    const property = fc.property(
      breakers,
      fc.constantFrom(1, 3, 5),
      fc.constantFrom(0, 0.2),
      fc.nat(),
      (breaker, attempts, ratio, seed) => {
        const policy = {
          deadlineMs: 5_000,
          retry: { attempts, backoff: { baseMs: 10 } },
          budget: { ratio, minPerSecond: 0 },
          breaker,
        };
        if (!lint(policy, { ratePerSecond: 2 }).some(({ rule }) => rule === "min-calls-unreachable")) return;
        found++;
        const world = { seed, ratePerSecond: 2, endMs: 60_000, failingMs: 0, fails: () => true };
        assert.deepEqual(simulate(settingsOf(policy), world).changes, []);
      },
    );
    fc.assert(property);
    assert.ok(found > 10, `${found} found`);
  });
});

describe("the lint rules", () => {
  it("have names, severities and reasons of their own", () => {
    assert.equal(new Set(lintRules.map(({ id }) => id)).size, lintRules.length);
    for (const { id, severity, doc, source } of lintRules) {
      assert.match(id, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(lintSeverities.includes(severity));
      assert.match(doc, /^[A-Z].*[.]$/, id);
      assert.match(source, /\w{3}.*[^.]$/, id);
    }
  });
});
