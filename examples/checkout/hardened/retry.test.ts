import assert from "node:assert/strict";
import { describe, it } from "node:test";

interface Failure {
  readonly kind: string;
  readonly status?: number;
  readonly code?: string;
  readonly retryAfterMs?: number;
}

interface Retry {
  readonly waitBeforeNext: (
    attempt: number,
    failure: Failure,
    spentMs: number,
    random?: () => number,
  ) => number | undefined;
  readonly retryAfterMs: (headers: Headers) => number | undefined;
}

// The example is plain JavaScript: what it exports is described here.
const file = new URL("retry.mjs", import.meta.url).href;
const { waitBeforeNext, retryAfterMs }: Retry = await import(file);

const unavailable: Failure = { kind: "refused", status: 503 };
const latest = (): number => 1;

describe("checkout's wait before the next attempt", () => {
  it("doubles its upper edge and starts anywhere below it", () => {
    assert.equal(waitBeforeNext(1, unavailable, 0, latest), 100);
    assert.equal(waitBeforeNext(2, unavailable, 0, latest), 200);
    assert.equal(
      waitBeforeNext(2, unavailable, 0, () => 0),
      0,
    );
  });

  it("is none after the third attempt", () => {
    assert.equal(waitBeforeNext(3, unavailable, 0), undefined);
  });

  for (const status of [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 501]) {
    it(`is none after ${status}`, () => {
      assert.equal(waitBeforeNext(1, { kind: "refused", status }, 0), undefined);
    });
  }

  for (const status of [408, 429, 500, 502, 503, 504]) {
    it(`is some after ${status}`, () => {
      assert.equal(waitBeforeNext(1, { kind: "refused", status }, 0, latest), 100);
    });
  }

  it("is some after a reset or a timeout, none after a bad certificate or an unreadable answer", () => {
    assert.equal(waitBeforeNext(1, { kind: "network", code: "ECONNRESET" }, 0, latest), 100);
    assert.equal(waitBeforeNext(1, { kind: "timeout" }, 0, latest), 100);
    assert.equal(waitBeforeNext(1, { kind: "network", code: "CERT_HAS_EXPIRED" }, 0), undefined);
    assert.equal(waitBeforeNext(1, { kind: "unreadable" }, 0), undefined);
  });

  it("puts the jitter on top of what the provider asks for", () => {
    assert.equal(waitBeforeNext(1, { ...unavailable, retryAfterMs: 2_000 }, 0, latest), 2_100);
  });

  it("is none when it would not leave a tenth of a second of the deadline", () => {
    assert.equal(waitBeforeNext(1, unavailable, 3_800, latest), 100);
    assert.equal(waitBeforeNext(1, unavailable, 3_801, latest), undefined);
    assert.equal(waitBeforeNext(1, { ...unavailable, retryAfterMs: 5_000 }, 0), undefined);
  });
});

describe("checkout's reading of Retry-After", () => {
  const date = "Mon, 23 Nov 2026 12:00:00 GMT";

  for (const [asked, read] of [
    ["2", 2_000],
    [" 0 ", 0],
    ["Mon, 23 Nov 2026 12:00:03 GMT", 3_000],
    ["Mon, 23 Nov 2026 11:59:00 GMT", 0],
    ["soon", undefined],
    ["-1", undefined],
  ] as const) {
    it(`takes ${JSON.stringify(asked)} for ${read} ms`, () => {
      assert.equal(retryAfterMs(new Headers({ "retry-after": asked, date })), read);
    });
  }

  it("takes nothing from an answer without it", () => {
    assert.equal(retryAfterMs(new Headers()), undefined);
  });
});
