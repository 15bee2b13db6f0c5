import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault } from "../testing/play-fault.ts";
import { mutate } from "./mutate.ts";

const json = `{"id":"ch_1","status":"succeeded"}`;
const answer = (body: string, headers = "content-type: application/json\r\n"): string =>
  `HTTP/1.1 201 Created\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
const played = (change: string, whole = answer(json), more: Readonly<Record<string, unknown>> = {}) =>
  playFault(mutate, { settings: { change, ...more }, provider: [[30, whole]] });

describe("mutate", () => {
  faultLaws(mutate, { change: "extra-header" });

  it("lets the provider execute, and sends its answer with one change and the right length", async () => {
    const { sent, firedMs, ending, delivered } = await played("unknown-field");
    const body = `{"id":"ch_1","status":"succeeded","holdfastUnknown":"added"}`;
    assert.equal(
      sent,
      `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    assert.deepEqual([firedMs, ending, delivered], [40, "keep", true]);
  });

  it("passes the answer as it came, and does not fire, where there is nothing to change", async () => {
    for (const whole of [
      answer("<p>no JSON</p>"),
      answer(json, "content-encoding: gzip\r\n"),
      answer(json, "Content-Digest: sha-256=:x:\r\n"),
    ]) {
      const { sent, firedMs, ending } = await played("unknown-field", whole);
      assert.deepEqual([sent, firedMs, ending], [whole, null, "keep"]);
    }
  });

  it("takes a field away where it is told to", async () => {
    assert.match(
      (await played("missing-field", answer(json), { at: "/id" })).sent,
      /\{"status":"succeeded"\}$/,
    );
    assert.equal((await played("missing-field", answer(json), { at: "/nothing" })).firedMs, null);
  });

  it("reads chunked answers and those that end with the connection", async () => {
    const chunked = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`;
    for (const whole of [chunked, `HTTP/1.1 200 OK\r\n\r\n${json}`]) {
      const { sent } = await played("reordered-keys", whole);
      assert.match(
        sent,
        /^HTTP\/1\.1 200 OK\r\ncontent-length: 34\r\n\r\n\{"status":"succeeded","id":"ch_1"\}$/,
      );
    }
  });

  it("changes the head alone: a header more, another reason, another way to say the charset", async () => {
    const cases = [
      ["extra-header", /\r\nx-holdfast-unknown: 1\r\n/],
      ["reason-phrase", /^HTTP\/1\.1 201 Fine\r\n/],
      ["charset", /\r\ncontent-type: application\/json; charset=UTF-8\r\n/],
    ] as const;
    for (const [change, seen] of cases) {
      const { sent, firedMs } = await played(change);
      assert.match(sent, seen);
      assert.ok(sent.endsWith(`\r\n\r\n${json}`) && firedMs !== null);
    }
    const said = answer(json, "Content-Type: application/json;charset=utf-8\r\n");
    assert.match((await played("charset", said)).sent, /\r\nContent-Type: application\/json\r\n/);
  });

  it("finds a version in the content type before it looks into the body", async () => {
    for (const [type, seen] of [
      ["application/vnd.shop.v2+json", "application/vnd.shop.v999+json"],
      ["application/json; version=1.0", "application/json; version=999"],
    ]) {
      const { sent } = await played("unknown-version", answer(json, `content-type: ${type}\r\n`));
      assert.ok(sent.includes(`\r\ncontent-type: ${seen}\r\n`), sent);
    }
    assert.match((await played("unknown-version", answer(`{"version":"2"}`))).sent, /\{"version":"999"\}$/);
    assert.equal((await played("unknown-version")).firedMs, null);
  });

  it("keeps an answer without a body without one", async () => {
    const { sent } = await playFault(mutate, {
      settings: { change: "extra-header" },
      method: "HEAD",
      provider: [[5, "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n"]],
    });
    assert.equal(sent, "HTTP/1.1 200 OK\r\ncontent-length: 12\r\nx-holdfast-unknown: 1\r\n\r\n");
  });
});
