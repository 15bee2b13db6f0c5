import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { policyFields, readPolicy } from "./policy-document.ts";
import { policyDocuments, spoiltDocuments } from "./policy-shapes/testing/documents.ts";
import { describe as optionsOf } from "./shapes/describe.ts";
import { isMapping } from "./shapes/record.ts";

type Told = readonly { readonly code: string; readonly at: string; readonly remedy: string }[];

function problemsOf(document: unknown): Told {
  const read = readPolicy(document, { numbers: "ms" });
  assert.ok("problems" in read, "it must not be accepted");
  return read.problems.map(({ code, path, remedy }) => ({ code, at: path.join("."), remedy }));
}

const whole = {
  name: "payments.charge",
  deadline: "4s",
  attemptTimeout: "800ms",
  connectTimeout: "250ms",
  timeouts: "cooperative",
  idempotent: true,
  classify: "http",
  retry: {
    attempts: 3,
    on: ["connect-failure", "reset", "timeout", 429, "5xx", "502", "unsent"],
    backoff: { base: "100ms", factor: 3, cap: "1s", jitter: "full", throttledBase: "500ms" },
    retryAfter: { cap: "2s" },
    minAttempt: "50ms",
  },
  budget: { key: "host", ratio: "20%", minPerSecond: 1, window: "20s" },
  breaker: {
    key: "host",
    mode: "shadow",
    window: "10s",
    minCalls: 20,
    failureRate: "50%",
    consecutive: 5,
    slow: { over: "300ms", rate: "80%" },
    open: { base: "2s", factor: 3, cap: "30s", jitter: "20%" },
    probes: 3,
    probeSuccess: "60%",
    probeWait: "2s",
  },
  limit: { key: "tenant", concurrent: 64, queue: 32, maxWait: "100ms" },
  rate: { key: "tenant", calls: 50, per: "2s", burst: 10, maxWait: "200ms" },
  fallback: "cached",
};

describe("the policy document", () => {
  it("reads every field", () => {
    const read = readPolicy(whole);
    assert.ok("policy" in read);
    assert.deepEqual(read.policy, {
      name: "payments.charge",
      deadlineMs: 4_000,
      attemptTimeoutMs: 800,
      connectTimeoutMs: 250,
      timeouts: "cooperative",
      idempotent: true,
      classify: "http",
      retry: {
        attempts: 3,
        on: ["connect-failure", "reset", "timeout", "429", "5xx", "502", "unsent"],
        backoff: { baseMs: 100, factor: 3, capMs: 1_000, jitter: "full", throttledBaseMs: 500 },
        retryAfter: { capMs: 2_000 },
        minAttemptMs: 50,
      },
      budget: { key: "host", ratio: 0.2, minPerSecond: 1, windowMs: 20_000 },
      breaker: {
        key: "host",
        mode: "shadow",
        windowMs: 10_000,
        minCalls: 20,
        failureRate: 0.5,
        consecutive: 5,
        slow: { overMs: 300, rate: 0.8 },
        open: { baseMs: 2_000, factor: 3, capMs: 30_000, jitter: 0.2 },
        probes: 3,
        probeSuccess: 0.6,
        probeWaitMs: 2_000,
      },
      limit: { key: "tenant", concurrent: 64, queue: 32, maxWaitMs: 100 },
      rate: { key: "tenant", calls: 50, perMs: 2_000, burst: 10, maxWaitMs: 200 },
      fallback: "cached",
    });
    assert.deepEqual(read.notes, []);
  });

  it("names the fields that it reads, each with a sentence", () => {
    const at = (name: string): unknown =>
      name.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], whole);
    const rows = optionsOf(policyFields);
    assert.deepEqual(
      rows.map(({ name }) => name).filter((name) => at(name) === undefined),
      ["breaker.windowCalls", "hedge", "throttle"],
    );
    const leaves = (value: unknown, name = ""): string[] =>
      isMapping(value)
        ? Object.entries(value).flatMap(([key, item]) => leaves(item, name === "" ? key : `${name}.${key}`))
        : [name];
    assert.deepEqual(
      leaves(whole).filter((name) => !rows.some((row) => row.name === name)),
      [],
    );
    assert.deepEqual(
      rows.filter(({ doc }) => !/^[A-Z].*\.$/.test(doc)),
      [],
    );
  });

  it("keeps what is not declared absent", () => {
    for (const document of [
      { retry: { backoff: {}, retryAfter: {} } },
      { budget: {}, breaker: { open: {} } },
      { limit: { concurrent: 1 }, rate: { calls: 1 } },
    ]) {
      const read = readPolicy(document);
      assert.ok("policy" in read);
      assert.deepEqual(read.policy, document);
    }
  });
});

describe("a policy document in code", () => {
  it("may give durations as numbers of milliseconds, beside texts", () => {
    const read = readPolicy(
      { deadline: 4_000, attemptTimeout: "800ms", retry: { backoff: { base: 0, cap: 1.5 } } },
      { numbers: "ms" },
    );
    assert.ok("policy" in read);
    assert.deepEqual(read.policy, {
      deadlineMs: 4_000,
      attemptTimeoutMs: 800,
      retry: { backoff: { baseMs: 0, capMs: 1.5 } },
    });
  });

  for (const [value, code, remedy] of [
    [0, "OUT_OF_RANGE", /at least 1ms/],
    [-1, "BAD_FORMAT", /negative/],
    [Number.NaN, "BAD_FORMAT", /finite/],
    [Number.POSITIVE_INFINITY, "BAD_FORMAT", /leave the key out/],
    [undefined, "WRONG_TYPE", /or a number of milliseconds here, or remove the key/],
    [null, "WRONG_TYPE", /a number and a unit/],
    [1e300, "BAD_FORMAT", /36500d/],
  ] as const) {
    it(`takes ${value} for no duration, and not for the default either`, () => {
      const [problem, ...others] = problemsOf({ deadline: value });
      assert.deepEqual(
        { code: problem?.code, at: problem?.at, others },
        { code, at: "deadline", others: [] },
      );
      assert.match(problem?.remedy ?? "", remedy);
    });
  }

  it("holds what it holds itself, not what it inherits", () => {
    const inherited = { deadline: "1s", attemptTimeout: "2s", hedge: {}, limit: { adaptive: true } };
    assert.deepEqual(readPolicy(Object.create(inherited)), { policy: {}, notes: [] });
  });

  it("reads the same whether a duration is a text or a number", () => {
    let accepted = 0;
    const asText = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value).replaceAll(
          /"(deadline|\w*Timeout|base|cap|throttledBase|minAttempt|window|over|probeWait|maxWait|per)":(\d+)/g,
          '"$1":"$2ms"',
        ),
      );
    fc.assert(
      fc.property(policyDocuments, (document) => {
        const read = readPolicy(document, { numbers: "ms" });
        if ("policy" in read) accepted++;
        assert.deepEqual(readPolicy(asText(document)), read);
      }),
      { numRuns: 500 },
    );
    assert.ok(accepted > 20, `${accepted} accepted`);
  });
});

describe("reading a policy", () => {
  it("never throws, whatever it is given", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), spoiltDocuments),
        fc.constantFrom("refused", "ms"),
        (document, numbers) => {
          const read = readPolicy(document, { numbers });
          for (const { code, found, expected, remedy } of "problems" in read ? read.problems : []) {
            seen.add(code);
            assert.ok(found !== "" && expected !== "" && remedy !== "");
          }
          if ("problems" in read) assert.ok(read.problems.length > 0);
          else seen.add("policy");
        },
      ),
      // A seed, for what is seen below is a matter of luck: one that was not lucky would be a failure of nothing.
      { numRuns: 2_000, seed: 1 },
    );
    for (const code of ["UNKNOWN_KEY", "WRONG_TYPE", "BAD_FORMAT", "MISSING", "NOT_BUILT_YET", "policy"]) {
      assert.ok(seen.has(code), `${code} is not among ${[...seen]}`);
    }
  });
});
