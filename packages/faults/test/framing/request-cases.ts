import { chunks, type FramingCase, get, ok, post, read } from "./framing-case.ts";

/** Bytes of which nothing is claimed. */
const unread = (name: string, sent: string, answered: string = ok): FramingCase => ({
  name,
  talk: [sent, answered],
  outcome: "unread",
  exchanges: [],
});
/** A request whose head is read and whose body cannot be. */
const brokenBody = (name: string, body: string): FramingCase => ({
  name,
  talk: [chunks(body), ok],
  outcome: "broken-body",
  exchanges: ["POST / (-) -"],
});
const sizedHead = (bytes: number): string => get("/", `X: ${"y".repeat(bytes - get("/", "X: ").length)}`);

/** How heads of requests can be framed, and which of them are trusted. */
export const requestHeads: readonly FramingCase[] = [
  unread("a request with both lengths", chunks("3\r\nabc\r\n0\r\n\r\n", "Content-Length: 3")),
  unread("two lengths that differ", post("abc", "Content-Length: 3", "Content-Length: 4")),
  unread("two lengths that agree", post("abc", "Content-Length: 3", "Content-Length: 3")),
  unread("a list of equal lengths", post("abc", "Content-Length: 3, 3")),
  unread("a signed length", post("abc", "Content-Length: +3")),
  unread("a length in hexadecimal", post("abc", "Content-Length: 0x3")),
  unread("an empty length", post("", "Content-Length:")),
  unread("a length that overflows", post("abc", "Content-Length: 18446744073709551619")),
  read("a length with zeros before it", post("abc", "Content-Length: 0003"), "POST / (3) 200 (2)"),
  unread("gzip, chunked", post("0\r\n\r\n", "Transfer-Encoding: gzip, chunked")),
  unread("chunked, identity", post("0\r\n\r\n", "Transfer-Encoding: chunked, identity")),
  unread("chunked twice", chunks("0\r\n\r\n", "Transfer-Encoding: chunked")),
  unread("xchunked", post("0\r\n\r\n", "Transfer-Encoding: xchunked")),
  unread("chunked behind a vertical tab", post("0\r\n\r\n", "Transfer-Encoding: \x0bchunked")),
  unread("chunked under HTTP/1.0", chunks("0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0")),
  read("a name that only looks like one", post("", "Transfer_Encoding: chunked"), "POST / (0) 200 (2)"),
  unread("a folded line", get("/", "X: a\r\n b")),
  unread("a folded length", post("abc", "Content-Length:\r\n 3")),
  unread("bare line feeds", "GET / HTTP/1.1\nHost: x\n\n"),
  unread("one bare line feed", get("/", "X: a\nContent-Length: 3")),
  unread("a bare carriage return", get("/", "X: a\rContent-Length: 3")),
  unread("NUL in a value", get("/", "X: a\0b")),
  unread("white space before a colon", post("abc", "Content-Length : 3")),
  unread("an empty name", get("/", ": x")),
  unread("a line without a colon", get("/", "nothing")),
  unread("no version", "GET /\r\n\r\n"),
  unread("a target with a space", get("/a b")),
  unread("an unknown method", get().replace("GET", "BREW")),
  unread("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  unread("a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03GET / HTTP/1.1\r\n\r\n"),
  unread("another protocol", "EHLO example.test\r\n", "250 ok\r\n"),
  read("a head of 16 KiB", sizedHead(16 * 1024), "GET / (0) 200 (2)"),
  read("a head of 64 KiB", sizedHead(64 * 1024), "GET / (0) 200 (2)"),
  unread("a head of 64 KiB and a byte", sizedHead(64 * 1024 + 1)),
  unread("a head of 1 MB", sizedHead(1e6)),
  read("200 fields", get("/", ...Array.from({ length: 200 }, (_, at) => `X-${at}: v`)), "GET / (0) 200 (2)"),
  read("a very long target", get(`/${"t".repeat(8000)}`), `GET /${"t".repeat(8000)} (0) 200 (2)`),
  read("an absolute target", get("http://x.example/a?b"), "GET http://x.example/a?b (0) 200 (2)"),
  read("an empty line before a request", `\r\n${get()}`, "GET / (0) 200 (2)"),
  unread("two empty lines before a request", `\r\n\r\n${get()}`),
  read("bytes above ASCII in a value", get("/", "X: caf\xe9"), "GET / (0) 200 (2)"),
  read("a GET with a body", `${get("/", "Content-Length: 3")}abc`, "GET / (3) 200 (2)"),
];

/** How bodies of requests can be framed. */
export const requestBodies: readonly FramingCase[] = [
  read("a length", post("a\0\r\n\r\n", "Content-Length: 6"), "POST / (6) 200 (2)"),
  read("chunks", chunks("3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n"), "POST / (13) 200 (2)"),
  read("chunk extensions", chunks('3;a=b;c="d e"\r\nabc\r\n0;last\r\n\r\n'), "POST / (3) 200 (2)"),
  read("trailers", chunks("3\r\nabc\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n", "Trailer: X-Sum"), "POST / (3) 200 (2)"),
  brokenBody("trailers that speak of framing", "0\r\nContent-Length: 3\r\n\r\n"),
  brokenBody("a chunk size with white space", "3 \r\nabc\r\n0\r\n\r\n"),
  brokenBody("a chunk size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"),
  brokenBody("a signed chunk size", "+3\r\nabc\r\n0\r\n\r\n"),
  brokenBody("a chunk size that overflows", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
  brokenBody("a chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n"),
  brokenBody("a chunk that ends in a bare line feed", "3\r\nabc\n0\r\n\r\n"),
  brokenBody("a chunk size that ends in a bare line feed", "3\nabc\r\n0\r\n\r\n"),
  brokenBody("an endless chunk extension", `3;${"e".repeat(5000)}\r\nabc\r\n0\r\n\r\n`),
];
