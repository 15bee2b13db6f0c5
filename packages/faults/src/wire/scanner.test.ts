import assert from "node:assert/strict";
import { it } from "node:test";
import { type RequestHead, readRequestHead, requestStart } from "./head.ts";
import { headBytesMax, MessageScanner } from "./scanner.ts";

function scanner(): { scanner: MessageScanner<RequestHead>; payload(): string } {
  let payload = "";
  const made = new MessageScanner<RequestHead>(readRequestHead, requestStart, (data) => {
    payload += data.toString("latin1");
  });
  return { scanner: made, payload: () => payload };
}

it("finds head and end in one chunk, and leaves the next message alone", () => {
  const { scanner: scan, payload } = scanner();
  const first = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n";
  const chunk = Buffer.from(`${first}abcGET /`);

  assert.equal(scan.scan(chunk, 0), "head");
  assert.equal(scan.carried, null);
  assert.equal(scan.next, first.length);
  assert.equal(scan.begin(3, false), false);
  assert.equal(scan.scan(chunk, scan.next), "end");
  assert.equal(scan.next, first.length + 3);
  assert.equal(payload(), "abc");
  assert.ok(scan.between);
});

it("carries a head that comes byte by byte, with a binary body right behind it", () => {
  const { scanner: scan } = scanner();
  const bytes = Buffer.from("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
  for (const byte of bytes.subarray(0, -2)) assert.equal(scan.scan(Buffer.of(byte), 0), "more");
  const last = Buffer.concat([bytes.subarray(-2), Buffer.from("\n\n\n")]);

  assert.equal(scan.scan(last, 0), "head");
  assert.deepEqual(scan.carried, bytes);
  assert.equal(scan.next, 2);
});

it("gives up on what cannot become a head, and gives back every byte", () => {
  for (const text of ["HELO x\r\n", "GET / HTTP/1.1\nHost", "GET / HTTP/1.1\r\nX: 1\nY"]) {
    const { scanner: scan } = scanner();
    const pieces = [text.slice(0, 3), text.slice(3)].map((piece) => Buffer.from(piece));
    assert.equal(scan.scan(pieces[0] as Buffer, 0), "more");
    assert.equal(scan.scan(pieces[1] as Buffer, 0), "unsure");

    const rest = (pieces[1] as Buffer).subarray(scan.next);
    assert.equal(Buffer.concat([scan.takeHeld(), rest]).toString(), text);
  }
});

it("gives up on a head beyond its bound, in one chunk and in many", () => {
  const flood = `GET / HTTP/1.1\r\nX: ${"y".repeat(headBytesMax)}\r\n\r\n`;
  const whole = scanner().scanner;
  assert.equal(whole.scan(Buffer.from(flood), 0), "unsure");
  assert.equal(whole.next, 0);

  const { scanner: scan } = scanner();
  assert.equal(scan.scan(Buffer.from(flood.slice(0, 40_000)), 0), "more");
  assert.equal(scan.scan(Buffer.from(flood.slice(40_000)), 0), "unsure");
});

it("trusts nothing behind the last message of a connection", () => {
  const { scanner: scan } = scanner();
  const chunk = Buffer.from("GET / HTTP/1.1\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  assert.equal(scan.scan(chunk, 0), "head");
  assert.equal(scan.begin(0, true), true);

  assert.equal(scan.scan(chunk, scan.next), "unsure");
});
