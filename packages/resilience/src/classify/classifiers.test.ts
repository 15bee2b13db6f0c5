import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Failure, failureClasses } from "../failure.ts";
import { classifiers } from "./index.ts";
import { compileOn, retriable } from "./retry-words.ts";

const wallMs = () => 0;
const answered = (name: keyof typeof classifiers, value: unknown) =>
  classifiers[name]({ threw: false, value, wallMs })?.class ?? null;

describe("the classifiers of the package", () => {
  it("judge answers: by default a Response only, for http whatever has a status, else none", () => {
    const response = new Response(null, { status: 503 });
    const plain = { status: 503, headers: {} };
    const undici = { statusCode: 503, headers: {} };
    assert.deepEqual(
      [response, plain, undici, { status: 200 }, new Response("ok")].map((value) =>
        answered("default", value),
      ),
      ["unavailable", null, null, null, null],
    );
    assert.deepEqual(
      [response, plain, undici, { status: 200 }, { status: "503" }].map((value) => answered("http", value)),
      ["unavailable", "unavailable", "unavailable", null, null],
    );
    for (const name of ["grpc", "sql"] as const) assert.equal(answered(name, response), null);
  });

  it("judge what is thrown", () => {
    for (const classifier of Object.values(classifiers))
      assert.equal(classifier({ threw: true, error: { code: "ECONNREFUSED" }, wallMs })?.word, "refused");
  });
});

/** Objects that do not want to be read. */
const hostile = fc.constantFrom<() => unknown>(
  () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
      },
    ),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => {
    const circle: Record<string, unknown> = { name: "AggregateError" };
    circle["errors"] = [circle, { cause: circle, name: "AggregateError", errors: [circle] }];
    circle["cause"] = circle;
    return circle;
  },
  // Every read makes another one: neither depth nor circles end it by themselves.
  () => {
    const endless = (): unknown => ({
      name: "AggregateError",
      get errors() {
        return Array.from({ length: 100 }, endless);
      },
      get cause() {
        return endless();
      },
    });
    return endless();
  },
  () => ({
    name: "AggregateError",
    errors: new Proxy([], { get: (_, key) => (key === "length" ? 1e9 : undefined) }),
  }),
  () => ({ name: "AggregateError", errors: { length: Number.NaN, 0: 1 } }),
  () => ({ status: 429, headers: new Proxy({}, { ownKeys: () => assert.fail("no") }) }),
  () => ({ code: 14, metadata: { get: () => assert.fail("no") } }),
  () => ({
    get code() {
      throw new Error("no");
    },
    cause: { code: "ECONNREFUSED" },
  }),
);

const nameOrCode = fc.constantFrom(
  ...["AggregateError", "AbortError", "TypeError", "TimeoutError", "ResilienceError"],
  ...["ECONNREFUSED", "ECONNRESET", "40001", "ER_LOCK_DEADLOCK", "SQLITE_BUSY", "OPEN", "FAILED"],
);
const small = fc.integer({ min: -2, max: 20 });
const status = fc.oneof(
  fc.integer({ min: 400, max: 600 }),
  fc.constantFrom<unknown>(429, 503, "503", null, Number.NaN),
);

/** Fields that errors have, with values that they might have, in any combination. */
function errorLike(depth: number): fc.Arbitrary<unknown> {
  const inner: fc.Arbitrary<unknown> = depth === 0 ? small : fc.oneof(errorLike(depth - 1), nameOrCode);
  return fc.record(
    {
      name: nameOrCode,
      code: fc.oneof(nameOrCode, small),
      syscall: fc.constantFrom("connect", "read"),
      status,
      response: fc.record({ status, headers: fc.dictionary(fc.constant("retry-after"), fc.string()) }),
      errno: small,
      sqlState: nameOrCode,
      failure: inner,
      metadata: inner,
      cause: inner,
      errors: fc.array(inner, { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
}

describe("classification", () => {
  const seen = new Set<string>();
  const holds = (value: unknown) => {
    for (const classifier of Object.values(classifiers)) {
      assert.doesNotThrow(() => classifier({ threw: false, value, wallMs }));
      const failure = classifier({ threw: true, error: value, wallMs });
      assert.ok(failure !== null && isSound(failure), String(failure?.class));
      seen.add(failure.class);
      for (const on of [compileOn(undefined), compileOn(["5xx", "reset", 429])])
        assert.equal(typeof retriable(failure, on, true), "boolean");
    }
  };

  it("never throws, whatever was thrown or answered", () => {
    const anything = fc.anything({
      withNullPrototype: true,
      withDate: true,
      withMap: true,
      withBigInt: true,
    });
    fc.assert(fc.property(anything, holds), { numRuns: 300 });
    fc.assert(fc.property(errorLike(3), holds), { numRuns: 1_000 });
    for (const kind of ["final", "ambiguous", "aborted", "rejected", "unsent"])
      assert.ok(seen.has(kind), kind);
  });

  it("never throws on what does not want to be read, and reads what can be", () => {
    fc.assert(fc.property(hostile, (make) => holds(make())));
    const half = {
      get code() {
        throw new Error("no");
      },
      cause: { code: "ECONNREFUSED" },
    };
    assert.equal(classifiers.default({ threw: true, error: half, wallMs })?.class, "unsent");
  });
});

function isSound(failure: Failure): boolean {
  const { retryAfterMs } = failure;
  const isWait = retryAfterMs === undefined || retryAfterMs === null || retryAfterMs >= 0;
  return failureClasses.includes(failure.class) && typeof failure.counts === "boolean" && isWait;
}
