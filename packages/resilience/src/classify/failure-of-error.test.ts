import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callError, type ErrorCode } from "../errors.ts";
import { failureOfError } from "./failure-of-error.ts";

const wallMs = () => 0;
const judged = (error: unknown) => failureOfError(error, wallMs);
const coded = (code: string, cause?: unknown) => Object.assign(new Error(code, { cause }), { code });
const abort = (cause?: unknown) => Object.assign(new Error("aborted", { cause }), { name: "AbortError" });

function chain(links: number, root: unknown): unknown {
  let error = root;
  for (let link = 0; link < links; link++) error = new Error("wrapped", { cause: error });
  return error;
}

describe("a thrown value", () => {
  it("is judged by the first cause that says anything", () => {
    assert.deepEqual(judged(new TypeError("fetch failed", { cause: coded("ECONNREFUSED") })), {
      class: "unsent",
      counts: true,
      word: "refused",
      code: "ECONNREFUSED",
    });
    assert.equal(judged(coded("MY_CODE", coded("ECONNREFUSED", coded("EPIPE")))).code, "ECONNREFUSED");
    assert.equal(judged(Object.assign(new Error("x"), { original: coded("EPIPE") })).code, "EPIPE");
  });

  it("is followed ten errors deep and no further", () => {
    assert.equal(judged(chain(9, coded("ECONNREFUSED"))).class, "unsent");
    assert.equal(judged(chain(10, coded("ECONNREFUSED"))).class, "ambiguous");
  });

  it("ends where its causes go in a circle", () => {
    const first = new Error("first");
    const second = new Error("second", { cause: first });
    first.cause = second;
    assert.deepEqual(judged(first), { class: "ambiguous", counts: true });
  });

  it("is the caller's abort whatever network error stands behind it (T36)", () => {
    const aborted = { class: "aborted", counts: false };
    assert.deepEqual(judged(abort(coded("ECONNRESET"))), aborted);
    assert.deepEqual(judged(new Error("wrapped", { cause: abort(coded("ECONNREFUSED")) })), aborted);
    assert.deepEqual(judged(Object.assign(abort(), { status: 503 })), aborted);
    assert.equal(judged(Object.assign(coded("ERR_CANCELED"), { name: "CanceledError" })).class, "aborted");
    assert.equal(judged(AbortSignal.abort().reason).class, "aborted");
  });

  it("is a timeout where a timeout gave the signal", () => {
    const timeout = { class: "ambiguous", counts: true, word: "timeout" };
    const reason = new DOMException("too long", "TimeoutError");
    assert.deepEqual(judged(reason), timeout);
    assert.deepEqual(judged(abort(reason)), timeout);
  });

  const programming = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError];
  for (const Kind of programming) {
    it(`is final and not the provider's where it is a ${Kind.name} without a network cause (T44)`, () => {
      assert.deepEqual(judged(new Kind("x is not a function")), { class: "final", counts: false });
      assert.deepEqual(judged(new Error("wrapped", { cause: new Kind("x") })), {
        class: "final",
        counts: false,
      });
      assert.deepEqual(judged(new Kind("x", { cause: new Error("?") })), { class: "final", counts: false });
      assert.equal(judged(new Kind("x", { cause: coded("ECONNRESET") })).class, "ambiguous");
    });
  }

  it("is ambiguous where fetch hides why it failed", () => {
    for (const message of ["fetch failed", "terminated", "Failed to fetch", "Load failed"]) {
      assert.deepEqual(judged(new TypeError(message)), { class: "ambiguous", counts: true });
      assert.deepEqual(judged(new TypeError(message, { cause: new Error("?") })), {
        class: "ambiguous",
        counts: true,
      });
    }
  });

  it("is ambiguous and counts where it is anything else", () => {
    for (const value of ["text", 7, null, undefined, Symbol("x"), 7n, {}, [], () => {}, new Error("?")])
      assert.deepEqual(judged(value), { class: "ambiguous", counts: true });
    assert.deepEqual(judged(coded("MY_CODE")), { class: "ambiguous", counts: true, code: "MY_CODE" });
  });

  it("is judged by a status before its code, and by its code where the status is no failure", () => {
    assert.equal(judged(Object.assign(coded("ECONNRESET"), { response: { statusCode: 404 } })).status, 404);
    assert.equal(judged(Object.assign(coded("ECONNRESET"), { response: { statusCode: 200 } })).word, "reset");
  });
});

describe("several causes side by side", () => {
  const connect = (code: string) => Object.assign(coded(code), { syscall: "connect" });
  const status = (number: number) => Object.assign(new Error(String(number)), { status: number });

  const mixes: readonly (readonly [expected: string, errors: readonly unknown[]])[] = [
    ["unsent", [connect("ECONNREFUSED"), connect("ETIMEDOUT"), connect("ENETUNREACH")]],
    ["ambiguous", [connect("ECONNREFUSED"), coded("ECONNRESET")]],
    ["ambiguous", [connect("ECONNREFUSED"), new Error("?")]],
    ["ambiguous", [coded("ECONNRESET"), status(404)]],
    ["throttled", [connect("ECONNREFUSED"), status(429), status(503)]],
    ["unavailable", [connect("ECONNREFUSED"), status(503)]],
    ["unsent", [status(404), connect("ECONNREFUSED"), abort()]],
    ["final", [abort(), status(404)]],
    ["aborted", [abort(), abort()]],
    ["ambiguous", []],
    ["unsent", [new AggregateError([connect("ECONNREFUSED")])]],
  ];
  for (const [expected, errors] of mixes) {
    it(`are ${expected}, the least safe of all: ${errors.map(String).join(", ")}`, () => {
      assert.equal(judged(new AggregateError(errors)).class, expected);
      assert.equal(
        judged(new TypeError("fetch failed", { cause: new AggregateError(errors) })).class,
        expected,
      );
    });
  }

  it("outweigh the code of the whole, which is only the first one's", () => {
    const all = new AggregateError([connect("ETIMEDOUT"), connect("ECONNREFUSED")]);
    assert.equal(judged(Object.assign(all, { code: "ETIMEDOUT" })).class, "unsent");
    assert.equal(judged(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" })).class, "unsent");
  });

  it("count once where one error stands there twice, or the whole is one of its parts", () => {
    const one = connect("ECONNREFUSED");
    const all = new AggregateError([one, one]);
    all.errors.push(all);
    assert.equal(judged(all).class, "unsent");
  });
});

describe("an error of a protected call inside another one", () => {
  const made = (code: ErrorCode, more: object = {}) =>
    callError(code, "x", { policy: "p", attempts: 1, elapsedMs: 1, cause: coded("ECONNREFUSED"), ...more });

  const cases: readonly (readonly [ErrorCode, string])[] = [
    ["TIMEOUT_TOTAL", "ambiguous"],
    ["TIMEOUT_ATTEMPT", "ambiguous"],
    ["TIMEOUT_QUEUE", "rejected"],
    ["ABORTED", "aborted"],
    ["OPEN", "rejected"],
    ["FULL", "rejected"],
    ["RATE", "rejected"],
    ["BUDGET", "rejected"],
    ["EXHAUSTED", "unsent"],
    ["FAILED", "unsent"],
    ["FALLBACK_FAILED", "unsent"],
    ["DISPOSED", "final"],
  ];
  for (const [code, kind] of cases) {
    it(`is ${kind} where it is ${code}`, () => assert.equal(judged(made(code)).class, kind));
  }

  it("keeps the wait, and the failure that the inner policy saw", () => {
    assert.equal(judged(made("OPEN", { retryAfterMs: 250 })).retryAfterMs, 250);
    const failure = { class: "throttled", counts: true, retryAfterMs: 9 } as const;
    assert.equal(judged(made("FAILED", { failure })), failure);
    assert.equal(judged(made("FALLBACK_FAILED", { failure })).class, "unsent");
  });
});
