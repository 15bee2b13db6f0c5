import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { reset } from "./reset.ts";

describe("reset", () => {
  faultLaws(reset);

  it("reads the whole request, then resets with RST and without a byte; the provider never hears of it", async () => {
    const { sent, firedMs, ending, endedMs, delivered } = await playFault(reset, { requestMs: 25 });
    assert.deepEqual(
      { sent, firedMs, ending, endedMs, delivered },
      { sent: "", firedMs: 25, ending: "rst", endedMs: 25, delivered: false },
    );
  });
});
