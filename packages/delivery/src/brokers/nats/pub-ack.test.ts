import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { endOfPubAck } from "./pub-ack.ts";

const kindOf = (status: number, answer: string): string => {
  const end = endOfPubAck(status, answer, "orders.placed");
  if (end.ok) return end.duplicate === true ? "duplicate" : "ok";
  assert.equal((end.error as Error).name, "DeliveryError");
  return end.kind;
};
const error = (code: number, errCode: number, description = "x"): string =>
  JSON.stringify({ error: { code, err_code: errCode, description }, stream: "", seq: 0 });

describe("publish ack", () => {
  it("says how a message ended", () => {
    const table: readonly [number, string, string][] = [
      [0, '{"stream":"S", "seq":1}', "ok"],
      [0, '{"stream":"S", "seq":1,"duplicate": true}', "duplicate"],
      [503, "", "misconfigured"],
      [0, error(400, 10060, "expected stream does not match"), "misconfigured"],
      [0, error(503, 10077, "maximum messages exceeded"), "down"],
      [0, error(400, 99_999, "maximum bytes exceeded"), "down"],
      [0, error(500, 99_999, "raft trouble"), "down"],
      [0, error(400, 10054, "message size exceeds maximum allowed"), "rejected"],
      [0, error(400, 10071, "wrong last sequence"), "rejected"],
      [0, "+OK", "unknown"],
      [0, "null", "unknown"],
      [0, '{"stream":""}', "unknown"],
      [0, "", "unknown"],
    ];
    for (const [status, answer, kind] of table) assert.equal(kindOf(status, answer), kind, answer);
  });

  it("never throws, and is never well without a stream's name", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (answer) => {
        const kind = kindOf(0, answer);
        if (kind === "ok" || kind === "duplicate") assert.match(answer, /"stream"/);
      }),
      { numRuns: 1_000 },
    );
  });
});
