import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { hang } from "./hang.ts";

describe("hang", () => {
  faultLaws(hang);

  it("never answers and keeps the connection until the consumer goes away", async () => {
    const { sent, firedMs, ending, endedMs, delivered } = await playFault(hang, { goneMs: 50_000 });
    assert.deepEqual(
      { sent, firedMs, ending, endedMs, delivered },
      { sent: "", firedMs: 10, ending: "open", endedMs: 50_000, delivered: false },
    );
  });

  it("closes after the time it is given, counted from the request", async () => {
    const { ending, endedMs } = await playFault(hang, { settings: { thenCloseAfterMs: 300 } });
    assert.deepEqual({ ending, endedMs }, { ending: "fin", endedMs: 310 });
  });
});
