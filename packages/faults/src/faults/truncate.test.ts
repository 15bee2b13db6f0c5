import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { truncate } from "./truncate.ts";

const declared = {
  answer: { status: 201, headers: { "content-type": "text/plain" }, body: "0123456789" },
  errors: {},
};

describe("truncate", () => {
  faultLaws(truncate);

  it("announces the whole body, sends a part of it and closes", async () => {
    const { sent, ending, delivered } = await playFault(truncate, { declared });
    assert.match(sent, /^HTTP\/1\.1 201 Created\r\n[\s\S]*content-length: 10\r\n\r\n01234$/);
    assert.deepEqual([ending, delivered], ["fin", false]);
  });

  it("withholds at least one byte, and may withhold all", async () => {
    assert.match((await playFault(truncate, { declared, settings: { part: 1 } })).sent, /\r\n\r\n012345678$/);
    assert.match((await playFault(truncate, { declared, settings: { part: 0 } })).sent, /\r\n\r\n$/);
  });

  it("lets the part arrive before a reset", async () => {
    const { sentAtMs, ending, endedMs } = await playFault(truncate, { declared, settings: { how: "reset" } });
    assert.deepEqual([sentAtMs, ending, endedMs], [[10], "rst", 30]);
  });

  it("truncates the head where there is no body", async () => {
    assert.match((await playFault(truncate, { declared, method: "HEAD" })).sent, /content-length: 10\r\n\r$/);
  });
});
