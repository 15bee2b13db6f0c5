import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatHttpDate } from "@holdfast/core";
import { failureOfResponseError, failureOfStatus } from "./status.ts";

const wallMs = () => Date.UTC(2026, 10, 23, 14, 0, 0);
const none = {};

const matrix: readonly (readonly [statuses: readonly number[], kind: string | null, counts: boolean])[] = [
  [[100, 200, 204, 206, 301, 302, 304, 399, 600, 999, 0, -1, Number.NaN], null, false],
  [[400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 421, 422, 423, 451, 499], "final", false],
  [[425], "unsent", false],
  [[429], "throttled", true],
  [[503], "unavailable", true],
  [[408, 500, 502, 504, 507, 508, 511, 520, 522, 524, 599], "ambiguous", true],
  [[501, 505], "final", true],
];

describe("an HTTP status", () => {
  for (const [statuses, kind, counts] of matrix) {
    it(`is ${kind ?? "no failure"}${counts ? ", counted" : ""}: ${statuses.join(", ")}`, () => {
      for (const status of statuses) {
        const failure = failureOfStatus(status, none, wallMs);
        assert.deepEqual(
          failure && [failure.class, failure.counts, failure.status],
          kind && [kind, counts, status],
          String(status),
        );
      }
    });
  }

  it("asks for a wait with 429 and 503 only, and a 503 that does is throttled", () => {
    const headers = { "Retry-After": "7" };
    assert.equal(failureOfStatus(429, headers, wallMs)?.retryAfterMs, 7_000);
    assert.deepEqual(failureOfStatus(503, headers, wallMs), {
      class: "throttled",
      counts: true,
      status: 503,
      retryAfterMs: 7_000,
    });
    for (const status of [301, 307]) assert.equal(failureOfStatus(status, headers, wallMs), null);
    for (const status of [500, 404])
      assert.equal(failureOfStatus(status, headers, wallMs)?.retryAfterMs, undefined);
  });

  it("is not throttled by a header that cannot be read", () => {
    const broken = { get: () => assert.fail("unreadable") };
    for (const headers of [{ "retry-after": "later" }, broken, null, "retry-after: 7", 7]) {
      assert.equal(failureOfStatus(503, headers, wallMs)?.class, "unavailable");
      assert.equal(failureOfStatus(429, headers, wallMs)?.retryAfterMs, null);
    }
  });

  it("reads the clock only where a wait may be asked for", () => {
    const noClock = () => assert.fail("read");
    assert.equal(failureOfStatus(500, { "retry-after": "7" }, noClock)?.class, "ambiguous");
  });
});

describe("an error that stands for a response", () => {
  const date = formatHttpDate(wallMs() + 7_000);
  const errors: readonly (readonly [client: string, error: object])[] = [
    ["axios", { code: "ERR_BAD_RESPONSE", response: { status: 429, headers: { "retry-after": "7" } } }],
    ["got", { response: { statusCode: 429, headers: { "retry-after": "7" } } }],
    ["ky", { response: { status: 429, headers: new Headers({ "Retry-After": "7" }) } }],
    ["superagent", { status: 429, response: { status: 429, headers: { "retry-after": date } } }],
    ["undici", { statusCode: 429, headers: ["Retry-After", "7"] }],
    ["an SDK with Headers", { status: 429, headers: new Headers({ "retry-after": "7" }) }],
    ["an SDK with a map", { status: 429, headers: new Map([["Retry-After", "7"]]) }],
    ["an SDK with pairs", { status: 429, headers: [["Retry-After", "7"]] }],
    ["an SDK with response headers", { statusCode: 429, responseHeaders: { "retry-after": "7" } }],
    ["AWS", { $metadata: { httpStatusCode: 429 }, $response: { headers: { "retry-after": "7" } } }],
    [
      "AWS, which throttles with 400",
      {
        name: "ThrottlingException",
        $metadata: { httpStatusCode: 400 },
        $response: { headers: { "retry-after": "7" } },
      },
    ],
  ];
  for (const [client, error] of errors) {
    it(`is judged by its status, its wait is read: ${client}`, () => {
      const failure = failureOfResponseError(error, wallMs);
      assert.deepEqual([failure?.class, failure?.retryAfterMs], ["throttled", 7_000]);
    });
  }

  it("says nothing without a status of a failure: exit codes, texts, answers that broke off", () => {
    for (const error of [
      { status: 1 },
      { status: "503" },
      { response: { statusCode: 200 } },
      {},
      null,
      "503",
    ])
      assert.equal(failureOfResponseError(error, wallMs), null);
  });

  it("is throttled by its name only where it is one of AWS", () =>
    assert.equal(failureOfResponseError({ name: "SlowDown", status: 400 }, wallMs)?.class, "final"));
});
