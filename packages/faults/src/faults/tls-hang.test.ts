import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { playListener } from "../testing/play-listener.ts";
import { tlsHang } from "./tls-hang.ts";

describe("tls-hang", () => {
  it("acts as soon as it is armed, and stays so until the next program", async () => {
    assert.deepEqual(await playListener(tlsHang, {}, 5_000), ["handshakes silent at 0", "ended at 5000"]);
  });

  it("ends after its time", async () => {
    const happened = await playListener(tlsHang, { forMs: 300 }, 5_000);
    assert.deepEqual(happened, ["handshakes silent at 0", "open at 300"]);
  });
});
