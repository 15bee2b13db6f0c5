import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { redirect } from "./redirect.ts";

describe("redirect", () => {
  faultLaws(redirect);

  it("leads back to the same path in place of the provider, and keeps the connection", async () => {
    const { sent, firedMs, ending, delivered } = await playFault(redirect);
    assert.equal(
      sent,
      "HTTP/1.1 307 Temporary Redirect\r\nlocation: ?redirected=1\r\ncontent-length: 0\r\n\r\n",
    );
    assert.deepEqual([firedMs, ending, delivered], [10, "keep", false]);
  });

  it("leads to another host with any status of redirection", async () => {
    const settings = { status: 302, to: "http://localhost:9/elsewhere" };
    assert.match(
      (await playFault(redirect, { settings })).sent,
      /^HTTP\/1\.1 302 Found\r\nlocation: http:\/\/localhost:9\/elsewhere\r\n/,
    );
  });
});
