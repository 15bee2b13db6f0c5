import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallContext, type CallError, type Outcome, policy, resilient } from "./index.ts";

/**
 * What the types must refuse and infer: `tsc` reads this file, and a line below `@ts-expect-error` that is no error is an error. The
 * documents are wrong on purpose, so most of them are only compiled and never run.
 */
const never = (_work: () => unknown): void => {};
const equals = <A, B>(same: [A] extends [B] ? ([B] extends [A] ? true : false) : false): void =>
  assert.equal(same, true);

describe("the types of a policy", () => {
  it("take what YAML takes, and numbers of milliseconds", () => {
    const document = policy({
      name: "types.fine",
      deadline: "4s",
      attemptTimeout: 800,
      retry: { attempts: 3 },
    });
    assert.equal(
      JSON.stringify(document),
      '{"name":"types.fine","deadline":"4s","attemptTimeout":800,"retry":{"attempts":3}}',
    );
    equals<typeof document.deadline, "4s">(true);
  });

  it("refuse what cannot be a policy", () => {
    never(() => {
      // @ts-expect-error: a duration has a unit
      policy({ deadline: "4" });
      // @ts-expect-error: the unit is known
      policy({ deadline: "4sec" });
      // @ts-expect-error: a misspelt key at the top
      policy({ deadlin: "4s" });
      // @ts-expect-error: a misspelt key further down
      policy({ retry: { attempts: 3, backof: { base: "1s" } } });
      // @ts-expect-error: a kind of jitter that there is not
      policy({ retry: { backoff: { jitter: "fuzzy" } } });
      // @ts-expect-error: a word that there is not
      policy({ retry: { on: ["resett"] } });
      // @ts-expect-error: a status that is no failure
      policy({ retry: { on: ["200"] } });
      // @ts-expect-error: a limit says how many
      policy({ limit: { queue: 3 } });
      // @ts-expect-error: hedging is not built yet
      policy({ hedge: { delay: "100ms" } });
      // @ts-expect-error: two ways to size one window
      policy({ breaker: { window: "10s", windowCalls: 100 } });
    });
  });

  it("refuse to send again what is not idempotent and may have been executed", () => {
    never(() => {
      // @ts-expect-error: a reset leaves open whether it was executed
      policy({ idempotent: false, retry: { on: ["connect-failure", "reset"] } });
      // @ts-expect-error: and so does a 502
      policy({ idempotent: false, retry: { on: [502] } });
      policy({ idempotent: false, retry: { on: ["connect-failure", "429", "503"] } });
      policy({ idempotent: true, retry: { on: ["connect-failure", "reset", "5xx"] } });
      policy({ retry: { on: ["connect-failure", "reset", "5xx"] } });
    });
  });
});

describe("the types of a protected function", () => {
  const plain = policy({ name: "types.plain", retry: {} });
  const withFallback = policy({ name: "types.fallback", fallback: "cached" });
  const withClassifier = policy({ name: "types.classifier", classify: "mine" });
  const withKey = policy({
    name: "types.key",
    breaker: { key: "host" },
    limit: { key: "tenant", concurrent: 1 },
  });
  const answer = async (_context: CallContext, _id: string, _more?: number): Promise<{ id: string }> => ({
    id: "1",
  });

  it("keep the arguments and the answer", async () => {
    const call = resilient(plain, answer);
    equals<Parameters<typeof call>, [_id: string, _more?: number | undefined]>(true);
    equals<Awaited<ReturnType<typeof call>>, { id: string }>(true);
    never(() => {
      // @ts-expect-error: an argument is missing
      void call();
      // @ts-expect-error: an argument of another type
      void call(1);
      // @ts-expect-error: options come first
      void call.with("1", {});
      // @ts-expect-error: an option that there is not
      void call.with({ sigal: null }, "1");
    });
    const outcome = await call.outcome({}, "1");
    equals<typeof outcome, Outcome<{ id: string }>>(true);
    assert.ok(outcome.ok);
    assert.deepEqual(outcome.value, { id: "1" });
  });

  it("demand what the policy names, and nothing else", () => {
    const cached = (_error: CallError, id: string): "none" => (id === "" ? "none" : "none");
    const call = resilient(withFallback, answer, { fallback: { cached } });
    equals<Awaited<ReturnType<typeof call>>, { id: string } | "none">(true);
    never(() => {
      // @ts-expect-error: the fallback is not bound
      resilient(withFallback, answer);
      // @ts-expect-error: another one is
      resilient(withFallback, answer, { fallback: { cache: cached } });
      // @ts-expect-error: it is called with the arguments of the call
      resilient(withFallback, answer, { fallback: { cached: (_error: CallError, id: number) => id } });
      // @ts-expect-error: the classifier is not bound
      resilient(withClassifier, answer);
      // @ts-expect-error: only one of two keys is bound
      resilient(withKey, answer, { key: { host: () => "a" } });
      // @ts-expect-error: nothing was named
      resilient(plain, answer, { fallback: { cached } });
      resilient(withKey, answer, { key: { host: (id) => id, tenant: () => "t" } });
      resilient(policy({ classify: "grpc" }), answer);
    });
  });

  it("tell errors apart by their code", () => {
    const codeOf = (error: CallError): string => {
      switch (error.code) {
        case "OPEN":
        case "RATE":
          return `${error.code} ${error.retryAfterMs}`;
        case "ABORTED":
        case "BUDGET":
        case "DISPOSED":
        case "EXHAUSTED":
        case "FAILED":
        case "FALLBACK_FAILED":
        case "FULL":
        case "TIMEOUT_ATTEMPT":
        case "TIMEOUT_QUEUE":
        case "TIMEOUT_TOTAL":
          return error.policy;
        default:
          equals<typeof error, never>(true);
          return "";
      }
    };
    assert.equal(typeof codeOf, "function");
  });
});
