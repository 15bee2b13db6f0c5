import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { slowRead } from "./slow-read.ts";

const provider = [[5, "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok"]] as const;

describe("slow-read", () => {
  faultLaws(slowRead, { everyMs: 100 });

  it("pauses before each piece but the first, and passes the answer on", async () => {
    const { sent, firedMs, endedMs, ending, delivered } = await playFault(slowRead, {
      settings: { everyMs: 100 },
      requestPieces: 4,
      provider,
    });
    assert.match(sent, /^HTTP\/1\.1 201 [\s\S]*ok$/);
    assert.deepEqual([firedMs, endedMs, ending, delivered], [10, 310, "keep", true]);
  });

  it("does not fire on a request that comes in one piece", async () => {
    const { firedMs, endedMs } = await playFault(slowRead, { settings: { everyMs: 100 }, provider });
    assert.deepEqual([firedMs, endedMs], [null, 15]);
  });
});
