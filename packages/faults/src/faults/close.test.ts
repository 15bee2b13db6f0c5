import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { close } from "./close.ts";

describe("close", () => {
  faultLaws(close);

  it("reads the whole request, then closes with FIN and without a byte; the provider never hears of it", async () => {
    const { sent, firedMs, ending, endedMs, delivered } = await playFault(close, { requestMs: 25 });
    assert.deepEqual(
      { sent, firedMs, ending, endedMs, delivered },
      { sent: "", firedMs: 25, ending: "fin", endedMs: 25, delivered: false },
    );
  });
});
