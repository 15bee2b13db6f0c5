import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  chunked,
  opensTunnel,
  readRequestHead,
  readResponseHead,
  requestStart,
  responseFraming,
  trustsTrailers,
  untilClose,
} from "./head.ts";

const request = (...lines: string[]) => readRequestHead(`${lines.join("\r\n")}\r\n\r\n`);
const response = (...lines: string[]) => readResponseHead(`${lines.join("\r\n")}\r\n\r\n`);

describe("a request head", () => {
  it("is read with its fields in order and case, values without the white space around them", () => {
    const head = request(
      "POST /a?b=c HTTP/1.1",
      "hOsT: x",
      "X-Empty:",
      "X-Wide:\t a b \t",
      "Content-Length: 12",
    );

    assert.deepEqual(head?.fields, ["hOsT", "x", "X-Empty", "", "X-Wide", "a b", "Content-Length", "12"]);
    assert.deepEqual([head?.method, head?.target, head?.framing], ["POST", "/a?b=c", 12]);
  });

  it("says how its body is framed, and when the connection ends or changes", () => {
    const rows = [
      [request("GET / HTTP/1.1"), 0, false, false],
      [request("POST / HTTP/1.1", "transfer-ENCODING: Chunked"), chunked, false, false],
      [request("GET / HTTP/1.1", "Connection: x, CLOSE"), 0, true, false],
      [request("GET / HTTP/1.0"), 0, true, false],
      [request("GET / HTTP/1.0", "Connection: keep-alive"), 0, false, false],
      [request("GET / HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"), 0, false, true],
      [request("GET / HTTP/1.1", "Upgrade: websocket"), 0, false, false],
      [request("CONNECT x:443 HTTP/1.1"), 0, false, true],
    ] as const;
    for (const [head, framing, close, upgrade] of rows) {
      assert.deepEqual([head?.framing, head?.close, head?.upgrade], [framing, close, upgrade]);
    }
  });

  for (const [why, ...lines] of [
    ["length and chunks at once", "POST / HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked"],
    ["two lengths", "POST / HTTP/1.1", "Content-Length: 3", "Content-Length: 3"],
    ["a list of lengths", "POST / HTTP/1.1", "Content-Length: 3, 3"],
    ["a signed length", "POST / HTTP/1.1", "Content-Length: +3"],
    ["a length beyond reason", "POST / HTTP/1.1", "Content-Length: 99999999999999999999"],
    ["another encoding than chunked", "POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked"],
    ["chunks under HTTP/1.0", "POST / HTTP/1.0", "Transfer-Encoding: chunked"],
    ["white space before a colon", "POST / HTTP/1.1", "Content-Length : 3"],
    ["a folded line", "GET / HTTP/1.1", "X: a", " b"],
    ["a control character", "GET / HTTP/1.1", "X: a\0b"],
    ["a bare line feed", "GET / HTTP/1.1", "X: a\nY: b"],
    ["an unknown method", "BREW / HTTP/1.1"],
    ["an unknown version", "GET / HTTP/2.0"],
    ["a target with a space", "GET /a b HTTP/1.1"],
    ["a body after CONNECT", "CONNECT x:443 HTTP/1.1", "Content-Length: 3"],
  ] as const) {
    it(`is not trusted with ${why}`, () => assert.equal(request(...lines), null));
  }
});

describe("a response head", () => {
  it("lasts until the connection closes without a length, and has no body where there is none", () => {
    const plain = response("HTTP/1.1 200 OK");
    assert.ok(plain !== null);
    assert.equal(responseFraming("GET", plain), untilClose);
    assert.equal(responseFraming("HEAD", plain), 0);
    for (const status of ["204 No Content", "304", "103 Early Hints"]) {
      const head = response(`HTTP/1.1 ${status}`, "Content-Length: 5");
      assert.equal(head === null ? null : responseFraming("GET", head), 0);
    }
  });

  it("opens a tunnel with 101, and with 2xx to CONNECT", () => {
    assert.deepEqual(
      [
        opensTunnel("GET", 101),
        opensTunnel("CONNECT", 200),
        opensTunnel("GET", 200),
        opensTunnel("CONNECT", 403),
      ],
      [true, true, false, false],
    );
  });
});

it("takes for the beginning of a request only what may become one", () => {
  for (const start of [
    "G",
    "GET",
    "GET ",
    "GET /long",
    "GET / ",
    "GET / HT",
    "\r",
    "\r\nPOST /",
    "GET / HTTP/1.1\r\nHo",
  ]) {
    assert.ok(requestStart.test(start), JSON.stringify(start));
  }
  for (const start of ["\x16\x03", "get /", "HELO x\r\n", "GET /\r\n", "GET / FTP", "METHODTOOLONG "]) {
    assert.ok(!requestStart.test(start), JSON.stringify(start));
  }
});

it("does not trust trailers that speak of framing", () => {
  assert.ok(trustsTrailers("X-Sum: 1\r\n\r\n"));
  for (const line of ["Content-Length: 1", "Transfer-Encoding: chunked", "Connection: close", "no colon"]) {
    assert.ok(!trustsTrailers(`${line}\r\n\r\n`), line);
  }
});
