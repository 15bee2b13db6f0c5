import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { lateDuplicate } from "./late-duplicate.ts";

const provider = [[20, "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok"]] as const;

describe("late-duplicate", () => {
  faultLaws(lateDuplicate);

  for (const [how, ending] of [
    ["reset", "rst"],
    ["close", "fin"],
    ["hang", "open"],
  ] as const) {
    it(`keeps the request for later, and the consumer sees ${how}`, async () => {
      const played = await playFault(lateDuplicate, { settings: { how }, provider });
      assert.deepEqual(
        [played.late, played.delivered, played.sent, played.firedMs, played.ending],
        [true, false, "", 10, ending],
      );
    });
  }

  it("resets unless it is told otherwise", async () => {
    assert.equal((await playFault(lateDuplicate, { provider })).ending, "rst");
  });
});
