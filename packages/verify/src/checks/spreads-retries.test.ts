import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type JitterKind, type Random, seededRandom } from "@holdfast/core";
import type { ExperimentEvidence } from "../model.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { loadExperiment, served } from "../testing/loads.ts";
import { spreadsRetries } from "./spreads-retries.ts";

type Wait = (retry: number, random: Random) => number;

/** Facts begin calls 40 ms apart, so each is moved back by as much: they arrive and fail together. */
function herdOf(
  waits: Wait,
  { calls = 50, retries = 3, controlMs = 4, healthy = served, problem }: HerdFacts = {},
): ExperimentEvidence {
  const random = seededRandom(5);
  const failing = times(calls, (index): CallFacts => {
    const backMs = 40 * index;
    const firedAt = 5_000 - backMs;
    const first = { at: firedAt - 100 + random.between(0, controlMs), doneAt: firedAt, firedMs: firedAt };
    const attempts = [{ ...first, fault: { spec: { kind: "gather" }, step: 0 } }];
    let at = firedAt;
    const own = typeof retries === "function" ? retries(index) : retries;
    const later = Array.from({ length: own }, (_, retry) => {
      at += waits(retry + 1, random) + random.between(0, 1);
      return { at, doneAt: at };
    });
    return { attempts: [...attempts, ...later], endedAt: at + 5 };
  });
  const stages = { healthy: times(50, healthy), failing };
  const found = loadExperiment(`herd-${calls}`, { stages, ...(problem === undefined ? {} : { problem }) });
  const loads = (found.loads ?? []).map((load) => ({
    ...load,
    calls: load.calls.map((call) => ({
      ...call,
      attempts: call.attempts.map((one) => ({
        ...one,
        firedMs: one.fault?.spec.kind === "gather" ? one.faultCompleteMs : one.firedMs,
      })),
    })),
  }));
  return { ...found, loads };
}

interface HerdFacts {
  readonly calls?: number;
  readonly retries?: number | ((index: number) => number);
  readonly controlMs?: number;
  readonly healthy?: CallFacts;
  readonly problem?: string;
}

const grown = (retry: number): number => 100 * 2 ** (retry - 1);
const proportional =
  (part: number): Wait =>
  (retry, random) =>
    grown(retry) * random.between(1 - part, 1 + part);
const full: Wait = (retry, random) => random.between(0, grown(retry));
const equal: Wait = (retry, random) => grown(retry) * random.between(0.5, 1);

const withJitter = (jitter: JitterKind, more: object = {}) =>
  targetWith({ policy: { retry: { attempts: 4, backoff: { baseMs: 100, jitter } }, ...more } });

const judged = (waits: Wait, facts: HerdFacts = {}, target = withJitter("full")) =>
  verdictOf(spreadsRetries, evidenceWith({ [`herd-${facts.calls ?? 50}`]: herdOf(waits, facts) }), target);

describe("spreads-retries", () => {
  it("passes full, equal and ±20 % jitter, in large and in small herds", () => {
    for (const waits of [full, equal, proportional(0.2)]) {
      assert.equal(judged(waits).verdict, "pass");
      assert.equal(judged(waits, { calls: 20 }).verdict, "pass");
    }
    assert.match(
      judged(equal).because,
      /^of 50 calls that failed at one moment \d+ \(\d+ %\) arrived within/,
    );
  });

  it("finds that there is no jitter, or ±5 %, and says by how many", () => {
    for (const waits of [grown, proportional(0.05)]) {
      const found = judged(waits);
      assert.equal(found.verdict, "fail");
      assert.match(found.because, /at retry 3, after waits of \d+ ms: they come back as one herd/);
      assert.ok((found.estimate?.value ?? 0) >= 0.85);
      assert.ok(found.evidence.length > 0);
      assert.equal(judged(waits, {}, targetWith()).verdict, "advice");
      assert.equal(judged(waits, {}, withJitter("none")).verdict, "advice");
    }
  });

  it("advises where most but not all come together, and is open where that may be chance", () => {
    const most: Wait = (retry, random) => (random.next() < 0.72 ? grown(retry) : random.between(0, 700));
    assert.equal(judged(most, { retries: 1 }).verdict, "advice");
    const few = judged(proportional(0.1), { calls: 20 });
    assert.equal(few.verdict, "inconclusive", few.because);
  });

  it("judges at the longest wait of which there are enough", () => {
    const found = judged(grown, { retries: (index) => (index < 10 ? 3 : 1) });
    assert.match(found.because, /at retry 1, after waits of 10\d ms/);
    assert.equal(found.verdict, "fail");
  });

  it("says nothing where the machine parts calls as far as their waits could", () => {
    const found = judged(grown, { controlMs: 60 });
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /by themselves/);
    assert.deepEqual(found.more, {
      experiment: "herd-20",
      samples: 1,
      buys: "a smaller herd on a fresh instance",
    });
  });

  it("does not take a busy machine for jitter", () => {
    const noise = { type: "noise", samples: 200, sigmaMs: 4, p50Ms: 3, p99Ms: 100, maxMs: 150 } as const;
    const late: Wait = (retry, random) => grown(retry) + random.between(0, 100);
    const seen = (waits: Wait) =>
      verdictOf(spreadsRetries, evidenceWith({ "herd-50": herdOf(waits) }, { noise }), withJitter("full"));

    assert.equal(seen(late).verdict, "inconclusive");
    assert.match(seen(late).because, /this machine may part calls by 200 ms/);
    assert.equal(seen(full).verdict, "pass");
  });

  it("says nothing where one retry comes together and another apart", () => {
    const mixed: Wait = (retry, random) => (retry === 3 ? random.between(0, 800) : grown(retry));
    assert.equal(judged(mixed).verdict, "inconclusive");
  });

  it("believes several herds that came back together, whatever parted them before", () => {
    let lateMs = 0;
    const parted: Wait = (retry, random) => {
      if (retry === 1) lateMs = random.between(0, 60);
      return grown(retry) + (retry === 1 ? lateMs : 0) - (retry === 2 ? lateMs : 0);
    };
    const [one, other] = [herdOf(parted), herdOf(parted, { calls: 20 })];
    const seen = (herds: Record<string, ExperimentEvidence>) =>
      verdictOf(spreadsRetries, evidenceWith(herds), withJitter("full")).verdict;
    assert.equal(seen({ "herd-50": one }), "inconclusive");
    assert.equal(seen({ "herd-50": one, "herd-20": other }), "fail");
  });

  it("is open where too few could be held at once, calls fail by themselves, or the instance ended", () => {
    const alone = evidenceWith({ "herd-50": herdOf(grown, { calls: 12 }) });
    assert.match(verdictOf(spreadsRetries, alone, withJitter("full")).because, /only 12 of 12 calls/);
    const failing = { attempts: [{ at: 2 }], endedAt: 10 };
    assert.match(judged(full, { healthy: failing }).because, /90 % are needed/);
    assert.match(judged(full, { problem: "the instance ended by itself" }).because, /ended by itself/);
    assert.equal(verdictOf(spreadsRetries, evidenceWith({}), withJitter("full")).verdict, "inconclusive");
  });

  it("passes where a declared budget or breaker keeps the herd away, and is open where nobody declared one", () => {
    const few = { retries: (index: number) => (index < 8 ? 1 : 0) };
    assert.equal(judged(grown, few).verdict, "inconclusive");
    assert.equal(judged(grown, few, withJitter("full", { budget: { ratio: 0.2 } })).verdict, "pass");
    const more = { retries: (index: number) => (index < 19 ? 2 : 0) };
    assert.equal(judged(grown, more, withJitter("full", { budget: { ratio: 0.2 } })).verdict, "inconclusive");
  });

  it("does not apply without retries, without a wait, or where so many calls may not be made at once", () => {
    assert.equal(judged(full, { retries: 0 }).verdict, "not-applicable");
    assert.equal(judged(() => 1).verdict, "not-applicable");
    const policies = [
      { retry: { attempts: 1 } },
      { limit: { concurrent: 8 } },
      { rate: { calls: 10, perMs: 1_000 } },
    ];
    for (const policy of policies) {
      assert.equal(judged(full, {}, targetWith({ policy })).verdict, "not-applicable");
    }
  });
});
