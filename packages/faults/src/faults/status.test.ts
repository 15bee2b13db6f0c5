import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { status } from "./status.ts";

const sent = async (settings: Readonly<Record<string, unknown>>, more = {}) =>
  (await playFault(status, { settings, ...more })).sent;

describe("status", () => {
  faultLaws(status, { status: 503 });

  it("answers once the request is read, in place of the provider, and keeps the connection", async () => {
    const played = await playFault(status, { settings: { status: 503 }, requestMs: 40 });
    assert.match(played.sent, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
    assert.match(played.sent, /\{"error":\{"status":503,"message":"injected status 503"\}\}$/);
    assert.deepEqual([played.firedMs, played.ending, played.delivered], [40, "keep", false]);
  });

  it("closes the connection when told to, and says so", async () => {
    const played = await playFault(status, { settings: { status: 500, keepAlive: false } });
    assert.match(played.sent, /\r\nconnection: close\r\n/);
    assert.equal(played.ending, "fin");
  });

  it("writes every form of Retry-After: seconds, fractions, any text, a date from when it fires", async () => {
    for (const [retryAfter, written] of [
      [2, "2"],
      [0.5, "0.5"],
      ["soon", "soon"],
      // The fault fires 40 ms past the second.
      [{ dateInMs: 3000 }, "Thu, 01 Jan 2026 00:00:04 GMT"],
    ] as const)
      assert.ok(
        (await sent({ status: 429, retryAfter })).includes(`\r\nretry-after: ${written}\r\n`),
        written,
      );
    assert.doesNotMatch(await sent({ status: 429 }), /retry-after/i);
  });

  it("speaks the provider's dialect, unless it is given a body", async () => {
    const errors = { 429: { status: 429, headers: { "x-kind": "limit" }, body: "slow down" } };
    const declared = { answer: { status: 200, headers: {}, body: "" }, errors };
    assert.match(await sent({ status: 429 }, { declared }), /x-kind: limit\r\n[\s\S]*\r\n\r\nslow down$/);
    assert.match(await sent({ status: 429, body: "mine" }, { declared }), /\r\n\r\nmine$/);
  });

  it("adds headers, counts the bytes of the body, and sends no body to HEAD", async () => {
    const settings = { status: 503, headers: { "x-a": "1" }, body: "zwölf" };
    assert.match(await sent(settings), /x-a: 1\r\n/);
    assert.match(await sent(settings), /content-length: 6\r\n/);
    assert.match(await sent(settings, { method: "HEAD" }), /\r\n\r\n$/);
  });
});
