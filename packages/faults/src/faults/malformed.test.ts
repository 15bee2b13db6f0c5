import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { malformed } from "./malformed.ts";

const declared = { answer: { status: 201, headers: {}, body: "{}" }, errors: {} };
const played = (what: string, more: Readonly<Record<string, unknown>> = {}, method = "POST") =>
  playFault(malformed, { settings: { what, ...more }, method, declared });

/** The head and the body, and whether the content-length is the body's. */
async function parts(what: string) {
  const { sent } = await played(what);
  const at = sent.indexOf("\r\n\r\n") + 4;
  const body = sent.slice(at);
  const length = Number(/content-length: (\d+)/.exec(sent)?.[1]);
  return { head: sent.slice(0, at), body, more: length - body.length };
}

describe("malformed", () => {
  for (const what of ["invalid-json", "garbage", "long-length"]) {
    describe(what, () => faultLaws(malformed, { what }));
  }

  it("answers in place of the provider with the declared status, or another one", async () => {
    const { sent, firedMs, delivered, ending } = await played("invalid-json");
    assert.match(sent, /^HTTP\/1\.1 201 Created\r\n/);
    assert.deepEqual([firedMs, delivered, ending], [10, false, "keep"]);
    assert.match((await played("html", { status: 502 })).sent, /^HTTP\/1\.1 502 Bad Gateway\r\n/);
    assert.match((await playFault(malformed)).sent, /^HTTP\/1\.1 200 OK\r\n/);
  });

  it("breaks JSON off although its length is right", async () => {
    const { body, more } = await parts("invalid-json");
    assert.throws(() => JSON.parse(body), SyntaxError);
    assert.equal(more, 0);
  });

  it("sends a page as a portal would", async () => {
    const { head, body } = await parts("html");
    assert.match(head, /content-type: text\/html/);
    assert.match(body, /^<!DOCTYPE html>/);
  });

  it("sends right JSON under another type, another encoding, or no body at all", async () => {
    const typed = await parts("wrong-type");
    assert.match(typed.head, /content-type: text\/plain/);
    assert.deepEqual(JSON.parse(typed.body), { id: "broken", status: "succeeded" });
    assert.match((await parts("wrong-encoding")).head, /content-encoding: gzip/);
    assert.deepEqual([(await parts("empty")).body, (await parts("empty")).more], ["", 0]);
  });

  it("announces more or less than it sends, and closes", async () => {
    assert.equal((await parts("long-length")).more, 10);
    assert.equal((await parts("short-length")).more, -10);
    assert.equal((await played("short-length")).ending, "fin");
  });

  it("sends bytes that are no HTTP, and closes", async () => {
    const { sent, ending } = await played("garbage");
    assert.equal(sent.length, 256);
    assert.doesNotMatch(sent, /[\r\n]|HTTP/);
    assert.equal(ending, "fin");
  });

  it("sends no body to HEAD", async () => {
    for (const what of ["invalid-json", "html", "long-length"])
      assert.match((await played(what, {}, "HEAD")).sent, /\r\n\r\n$/);
  });
});
