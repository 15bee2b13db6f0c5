import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { drip } from "./drip.ts";

const declared = { answer: { status: 201, headers: { "content-length": "4" }, body: "done" }, errors: {} };

describe("drip", () => {
  faultLaws(drip, { everyMs: 100 });

  it("sends the head at once, then white space for ever", async () => {
    const { sent, sentAtMs, ending, delivered } = await playFault(drip, {
      declared,
      settings: { everyMs: 100 },
      goneMs: 1_050,
    });
    assert.match(sent, /^HTTP\/1\.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n(1\r\n \r\n){10}$/);
    assert.deepEqual(sentAtMs.slice(0, 3), [10, 110, 210]);
    assert.deepEqual([ending, delivered], ["open", false]);
  });

  it("ends with the declared answer after its time, as a whole chunked body", async () => {
    const { sent, ending, endedMs } = await playFault(drip, {
      declared,
      settings: { everyMs: 100, totalMs: 300 },
    });
    assert.match(sent, /\r\n\r\n(1\r\n \r\n){3}4\r\ndone\r\n0\r\n\r\n$/);
    assert.deepEqual([ending, endedMs], ["keep", 310]);
  });

  it("drips the provider's own answer, byte by byte after its head, wherever the chunks are cut", async () => {
    const provider = [
      [5, "HTTP/1.1 200 OK\r\n\r"],
      [6, "\nabc"],
    ] as const;
    const settings = { everyMs: 50, of: "provider" };
    const { sent, sentAtMs, delivered, ending } = await playFault(drip, { settings, provider });
    assert.equal(sent, "HTTP/1.1 200 OK\r\n\r\nabc");
    assert.deepEqual(sentAtMs, [15, 16, 66, 116, 166]);
    assert.deepEqual([delivered, ending], [true, "keep"]);
  });
});
