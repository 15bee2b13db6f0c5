import { answer, type FramingCase, get, ok, times } from "./framing-case.ts";

/** A request that is read, and an answer that is too. */
const answered = (name: string, line: string, exchange: string, request: string = get()): FramingCase => ({
  name,
  talk: [request, line],
  outcome: "read",
  exchanges: [exchange],
});
/** A request that is read, and an answer that cannot be. */
const doubtful = (name: string, line: string): FramingCase => ({
  name,
  talk: [get(), line],
  outcome: "doubtful-answer",
  exchanges: ["GET / (0) -"],
});

const closing = (framed: FramingCase): FramingCase => ({ ...framed, closes: true });

/** How answers can be framed. */
export const answers: readonly FramingCase[] = [
  answered("103 Early Hints", answer("103 Early Hints", "", "Link: </a>") + ok, "GET / (0) 200 (2)"),
  answered("five interim answers", times(5, (at) => answer(`1${at}2 Wait`, "")) + ok, "GET / (0) 200 (2)"),
  answered(
    "chunks, extensions and trailers",
    answer("200 OK", "2;x=y\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", "Transfer-Encoding: chunked"),
    "GET / (0) 200 (2)",
  ),
  answered(
    "HEAD with a length",
    answer("200 OK", "", "Content-Length: 5"),
    "HEAD / (0) 200 (0)",
    get().replace("GET", "HEAD"),
  ),
  answered(
    "HEAD with chunks",
    answer("200 OK", "", "Transfer-Encoding: chunked"),
    "HEAD / (0) 200 (0)",
    get().replace("GET", "HEAD"),
  ),
  answered("204 with a length", answer("204 No Content", "", "Content-Length: 5"), "GET / (0) 204 (0)"),
  answered("304 with a length", answer("304 Not Modified", "", "Content-Length: 5"), "GET / (0) 304 (0)"),
  answered("no reason", answer("200", "ok", "Content-Length: 2"), "GET / (0) 200 (2)"),
  answered("an empty line before the answer", `\r\n${ok}`, "GET / (0) 200 (2)"),
  closing(answered("a body until the close", answer("200 OK", "until the end"), "GET / (0) 200 (13)")),
  closing(answered("HTTP/1.0 until the close", "HTTP/1.0 200 OK\r\n\r\nthe end", "GET / (0) 200 (7)")),
  closing(
    answered(
      "Connection: close and a length",
      answer("200 OK", "ok", "Connection: close", "Content-Length: 2"),
      "GET / (0) 200 (2)",
    ),
  ),
  doubtful(
    "an answer with both lengths",
    answer("200 OK", "2\r\nok\r\n0\r\n\r\n", "Content-Length: 2", "Transfer-Encoding: chunked"),
  ),
  doubtful("an answer with two lengths", answer("200 OK", "ok", "Content-Length: 2", "Content-Length: 2")),
  doubtful(
    "an answer that is gzip, chunked",
    answer("200 OK", "2\r\nok\r\n0\r\n\r\n", "Transfer-Encoding: gzip, chunked"),
  ),
  doubtful("an answer with a folded line", answer("200 OK", "ok", "X: a\r\n b", "Content-Length: 2")),
  doubtful("an answer with bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
  doubtful("an answer that is no HTTP", "\x00\x01garbage"),
  doubtful(
    "an answer with a head of 1 MB",
    answer("200 OK", "ok", `X: ${"y".repeat(1e6)}`, "Content-Length: 2"),
  ),
  {
    ...doubtful(
      "an answer with a broken chunk",
      answer("200 OK", "2\r\nokay\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
    ),
    exchanges: ["GET / (0) -"],
  },
  {
    name: "two answers to one request",
    talk: [get(), ok + ok],
    outcome: "unsolicited",
    asked: ok,
    exchanges: ["GET / (0) 200 (2)"],
  },
  {
    name: "an answer longer than its length",
    talk: [get(), `${ok}ay`],
    outcome: "unsolicited",
    asked: ok,
    exchanges: ["GET / (0) 200 (2)"],
  },
  {
    name: "a body behind an answer to HEAD",
    talk: [get().replace("GET", "HEAD"), ok],
    outcome: "unsolicited",
    asked: ok.slice(0, -2),
    exchanges: ["HEAD / (0) 200 (0)"],
  },
];
