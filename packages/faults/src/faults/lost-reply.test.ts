import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { lostReply } from "./lost-reply.ts";

const provider = [
  [20, "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n"],
  [50, "ok"],
] as const;

describe("lost-reply", () => {
  faultLaws(lostReply);

  for (const [how, ending] of [
    ["reset", "rst"],
    ["close", "fin"],
    ["hang", "open"],
  ] as const) {
    it(`lets the provider execute and answer in full, and the consumer sees ${how}`, async () => {
      const played = await playFault(lostReply, { settings: { how }, provider });
      assert.deepEqual(
        [played.delivered, played.sent, played.firedMs, played.ending],
        [true, "", 60, ending],
      );
    });
  }

  it("resets unless it is told otherwise", async () => {
    assert.equal((await playFault(lostReply, { provider })).ending, "rst");
  });

  it("answers with a status in the provider's dialect, or in words of its own", async () => {
    const declared = {
      answer: { status: 201, headers: {}, body: "ok" },
      errors: { 502: { status: 502, headers: {}, body: "bad gateway" } },
    };
    const dialect = await playFault(lostReply, {
      settings: { how: "status", status: 502 },
      provider,
      declared,
    });
    assert.match(dialect.sent, /^HTTP\/1\.1 502 Bad Gateway\r\ncontent-length: 11\r\n\r\nbad gateway$/);
    const own = await playFault(lostReply, { settings: { how: "status" }, provider, declared });
    assert.match(own.sent, /^HTTP\/1\.1 504 Gateway Timeout\r\n[\s\S]*\{"error":\{"status":504\}\}$/);
    assert.deepEqual([own.ending, own.delivered], ["keep", true]);
  });
});
