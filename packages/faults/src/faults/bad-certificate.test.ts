import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { playListener } from "../testing/play-listener.ts";
import { badCertificate } from "./bad-certificate.ts";

describe("bad-certificate", () => {
  it("acts as soon as it is armed, and stays so until the next program", async () => {
    assert.deepEqual(await playListener(badCertificate, { defect: "expired" }, 5_000), [
      "handshakes expired at 0",
      "ended at 5000",
    ]);
  });

  it("ends after its time", async () => {
    const happened = await playListener(badCertificate, { defect: "other-host", forMs: 300 }, 5_000);
    assert.deepEqual(happened, ["handshakes other-host at 0", "open at 300"]);
  });
});
