import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { retryOnWords } from "@holdfast/core";
import type { Failure } from "../failure.ts";
import { codes } from "./codes.ts";
import { failureOfError } from "./failure-of-error.ts";
import { ambiguousWords, compileOn, isAmbiguousWord, retriable } from "./retry-words.ts";
import { failureOfStatus } from "./status.ts";

const wallMs = () => 0;
const status = (number: number, headers: object = {}): Failure => {
  const failure = failureOfStatus(number, headers, wallMs);
  assert.ok(failure);
  return failure;
};
const code = (name: string): Failure => failureOfError({ code: name }, wallMs);

/** The cells of verify's matrix, as a consumer that is protected by a policy meets them. */
const cells: Readonly<Record<string, Failure>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 425, 429, 500, 501, 502, 503, 504].map(
      (number) => [String(number), status(number)],
    ),
  ),
  reset: code("ECONNRESET"),
  close: code("UND_ERR_SOCKET"),
  truncate: failureOfError(new TypeError("terminated", { cause: { code: "UND_ERR_SOCKET" } }), wallMs),
  refuse: code("ECONNREFUSED"),
  hang: code("UND_ERR_HEADERS_TIMEOUT"),
};

/** What verify takes each word for; it minds neither that 501 is left out of `5xx` nor that 425 is counted among `unsent`. */
const byWord: Readonly<Record<string, string>> = {
  "connect-failure": "refuse",
  refused: "refuse",
  reset: "close reset truncate",
  timeout: "hang",
  "5xx": "500 502 503 504",
  "gateway-error": "502 503 504",
  "429": "429",
  "503": "503",
  "retriable-4xx": "409",
  unsent: "425 refuse",
  ambiguous: "408 500 502 504 close hang reset truncate",
  throttled: "429",
  unavailable: "503",
  "404": "404",
  "501": "501",
  "408": "408",
};

const matched = (on: readonly string[] | undefined, idempotent: boolean) =>
  Object.keys(cells)
    .filter((cell) => retriable(cells[cell]!, compileOn(on), idempotent))
    .toSorted()
    .join(" ");

describe("the words of retry.on", () => {
  for (const [word, expected] of Object.entries(byWord)) {
    it(`agree with verify: ${word} names ${expected}`, () => assert.equal(matched([word], true), expected));
  }

  it("are all in that table", () =>
    assert.deepEqual(
      retryOnWords.filter((word) => byWord[word] === undefined),
      [],
    ));

  it("are not needed: what is safe is sent again", () => {
    assert.equal(matched(undefined, false), "425 429 503 refuse");
    assert.equal(matched(undefined, true), "408 425 429 500 502 503 504 close hang refuse reset truncate");
  });

  it("allow nothing where there is none, and numbers beside texts", () => {
    assert.equal(matched([], true), "");
    assert.ok(retriable(status(502), compileOn([502, "429"]), true));
  });

  it("never send again what is ambiguous and not idempotent", () => {
    const all = [...retryOnWords, "408", "500", "502", "504"];
    assert.equal(matched(all, false), "409 425 429 503 refuse");
  });

  it("find a 503 that asks for a wait under each of its names", () => {
    const throttled = status(503, { "retry-after": "7" });
    for (const word of ["503", "5xx", "gateway-error", "unavailable", "throttled"])
      assert.ok(retriable(throttled, compileOn([word]), false), word);
    assert.ok(!retriable(throttled, compileOn(["429"]), true));
  });

  it("find gRPC's UNAVAILABLE under its name, where it is safe", () => {
    const failure: Failure = { class: "ambiguous", counts: true, code: "UNAVAILABLE" };
    assert.ok(retriable(failure, compileOn(["unavailable"]), true));
    assert.ok(!retriable(failure, compileOn(["unavailable"]), false));
  });

  it("never send again an abort, a refusal of our own, or what the provider forbids", () => {
    const every = compileOn([...retryOnWords, 429, 503, 404]);
    for (const kind of ["aborted", "rejected"] as const)
      assert.ok(!retriable({ class: kind, counts: false, word: "reset", status: 503 }, every, true));
    const forbidden: Failure = {
      class: "throttled",
      counts: true,
      status: 429,
      retryAfterMs: Number.POSITIVE_INFINITY,
    };
    assert.ok(!retriable(forbidden, every, true));
    assert.ok(retriable({ ...forbidden, retryAfterMs: 1e12 }, every, true));
  });

  it("must be words or statuses", () => {
    for (const word of ["resets", "", "200", "4xx", "constructor"])
      assert.throws(() => compileOn([word]), /is a word or a status/);
  });
});

describe("the words that can be ambiguous", () => {
  const statuses = Array.from({ length: 200 }, (_, index) => String(400 + index));
  const everyFailure = [
    ...[...codes.keys()].map(code),
    ...statuses.map((number) => status(Number(number))),
    failureOfError(new DOMException("x", "TimeoutError"), wallMs),
  ];

  it("are those that match an ambiguous failure of some table, and no others", () => {
    for (const word of [...retryOnWords, ...statuses]) {
      const on = compileOn([word]);
      const matches = everyFailure.some((one) => one.class === "ambiguous" && retriable(one, on, true));
      assert.equal(isAmbiguousWord(word), matches, word);
    }
  });

  it("are listed for the types", () =>
    assert.deepEqual(
      ambiguousWords.filter((word) => !isAmbiguousWord(word)),
      [],
    ));
});
