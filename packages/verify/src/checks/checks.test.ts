import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { catalogueOf } from "../catalogue.ts";
import type { Target } from "../model.ts";
import { withAlerts } from "../testing/alerts.ts";
import { evidenceWith, times, verdictOf } from "../testing/evidence.ts";
import { withNeighbour } from "../testing/neighbours.ts";
import { servingTarget } from "../testing/served.ts";
import { checks } from "./index.ts";

const targetWith = (facts: Parameters<typeof servingTarget>[0] = {}) =>
  overTls(withAlerts(withNeighbour(servingTarget(facts))));

function overTls(target: Target): Target {
  return { ...target, integration: { ...target.integration, tls: true } };
}

/** Checks that count or compare the attempts of a call. */
const countAttempts = [
  "retries-transient",
  "retries-after-timeout",
  "bounded",
  "classification",
  "honours-retry-after",
  "backs-off",
  "jitters",
  "spreads-retries",
  "resends-identical-request",
  "ordering",
  "retries-are-siblings",
  "no-hidden-replay",
  "key-stable",
  "key-survives-restart",
  "one-effect-on-lost-reply",
  "one-effect-on-late-duplicate",
];

describe("the folder of checks", () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "index.ts",
  );

  it("registers every file under its own name", () => {
    assert.deepEqual(checks.map((check) => `${check.id}.ts`).toSorted(), files.toSorted());
  });

  it("has a test beside every check", () => {
    const tests = new Set(readdirSync(import.meta.dirname).filter((name) => name.endsWith(".test.ts")));
    assert.deepEqual(
      files.filter((name) => !tests.has(name.replace(/\.ts$/, ".test.ts"))),
      [],
    );
  });

  for (const check of checks) {
    it(`says of ${check.id} what it asks, by which rule, and where that comes from`, () => {
      assert.match(check.question, /\?$/);
      assert.match(check.rule, /\.$/);
      assert.ok(check.source.length > 20);
      assert.ok(catalogueOf(check.item).some((one) => one.id === check.id && one.built));
    });

    it(`plans experiments for ${check.id} that can be run`, () => {
      const target = targetWith();
      const subject = check.about(target);
      for (const one of check.plan(subject, target)) {
        assert.ok(one.perInstance >= 1 && one.perInstance <= 4, one.name);
        assert.ok(one.samples <= one.samplesMax, one.name);
        const longest = one.profile === "nightly" ? 120_000 : 20_000;
        assert.ok(one.horizonMs >= 5_000 && one.horizonMs <= longest, one.name);
      }
    });

    it(`keeps ${check.id} from judging when the baseline is not green`, () => {
      const evidence = evidenceWith({}, { healthyCall: (index) => (index < 4 ? { outcome: "failed" } : {}) });
      const found = verdictOf(
        check,
        evidence,
        targetWith({ operation: { request: { method: "POST", path: "/" } } }),
      );
      assert.equal(found.verdict, "inconclusive");
      assert.match(found.because, /95 %/);
    });

    it(`keeps ${check.id} from judging an operation that healthy calls never reach`, () => {
      const evidence = evidenceWith({}, { healthyCall: () => ({ attempts: [] }) });
      assert.equal(verdictOf(check, evidence, targetWith()).verdict, "inconclusive");
    });

    it(`keeps ${check.id} from judging after fewer than five healthy calls`, () => {
      const evidence = { ...evidenceWith({}), healthy: evidenceWith({}).healthy.slice(0, 4) };
      assert.equal(verdictOf(check, evidence, targetWith()).verdict, "inconclusive");
    });

    const counts = countAttempts.includes(check.id);
    it(`${counts ? "keeps" : "does not keep"} ${check.id} from judging calls that make several requests when healthy`, () => {
      const target = targetWith({ operation: { request: { method: "POST", path: "/" } } });
      const headers = { "idempotency-key": "k" };
      const attempts = [1, 2, 3, 4].map((at) => ({ at, healthy: true, method: "POST", headers }));
      const found = verdictOf(check, evidenceWith({}, { healthyCall: () => ({ attempts }) }), target);
      const told = /a healthy call makes 4 requests of charge, so attempts cannot be told from them/;
      assert.equal(told.test(found.because), counts, found.because);
      if (counts) assert.equal(found.verdict, "inconclusive");
      const one = verdictOf(check, evidenceWith({}), target);
      assert.doesNotMatch(one.because, /requests? of charge/);
    });

    it(`never lets ${check.id} pass on faults that never took hold`, () => {
      const names = check.plan(check.about(targetWith()), targetWith()).map((one) => one.name);
      const calls = times(12, { attempts: [{ at: 1, healthy: true }], outcome: "succeeded" });
      const faulty = names.filter((name) => name !== "healthy");
      const evidence = evidenceWith(Object.fromEntries(faulty.map((name) => [name, calls])));
      const found = verdictOf(
        check,
        evidence,
        targetWith({ operation: { request: { method: "POST", path: "/" } } }),
      );
      const onHealthyAlone = ["key-present", "key-unique", "id-in-to-out", "slo-declared"];
      if (!onHealthyAlone.includes(check.id)) assert.notEqual(found.verdict, "pass");
    });
  }
});
