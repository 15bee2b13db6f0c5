import type { Random } from "@holdfast/core";
import type { Direction } from "./scanner-differential.ts";

const methods = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "BREW",
  "get",
  "QUERY",
  "PRI",
];
const targets = [
  "/",
  "/a/b?c=d&e=%20",
  "*",
  "http://h.example/x",
  "example:443",
  "/ä",
  "/a b",
  "",
  "/#x",
  "//x",
  "/\x7f",
];
const versions = [
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.0",
  "HTTP/0.9",
  "HTTP/2.0",
  "http/1.1",
  "HTTP/1.12",
];
const statuses = ["200", "201", "204", "304", "100", "101", "103", "404", "500", "999", "20", "2000", "099"];
const fields = [
  "Host: example.test",
  "Accept:*/*",
  "X-Empty:",
  "Cache-Control: no-store",
  "X-Folded: a\r\n b\r\n\tc",
  "Transfer-Encoding: chunked\r\n ",
  "Content-Length: 3\r\n ",
  "Content-Length:\r\n 3",
  "Connection: keep-alive",
  "Connection: close",
  "connection: Upgrade\r\nupgrade: websocket",
  "Upgrade: h2c",
  "Expect: 100-continue",
  "Expect: something",
  "Content-Length: 3",
  "Content-Length: 3, 3",
  "Content-Length: +3",
  "Content-Length: 0x3",
  "Content-Length: 3 ",
  "Content-Length: 3\t",
  "Content-Length: 99999999999999999999",
  "Content-Length: 03",
  "Content-Length: -0",
  "Content-Length: 3\r\nContent-Length: 3",
  "Content-Length: 3\r\nContent-Length: 4",
  "Content-Length:",
  "content-length: 5",
  "Content-Length : 3",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, gzip",
  "Transfer-Encoding: Chunked ",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding:",
  "Transfer_Encoding: chunked",
  "transfer-encoding: xchunked",
  "Proxy-Connection: close",
  "X-Obs: caf\xe9",
  "X-Ctl: a\x01b",
  "X-Nul: a\0b",
  "X-Del: a\x7fb",
  "Bad Name: x",
  ": no name",
  "NoColon",
  " leading: space",
  "X-Tab:\tv\t",
  "X-Bare: a\nX-Next: b",
  "X-Cr: a\rb",
  `X-Long: ${"y".repeat(300)}`,
];
const extensions = [
  "",
  "",
  "",
  ";a=b",
  ';a="q;\\"x"',
  ";flag",
  " ;a=b",
  "; a=b",
  ";",
  ';a="',
  "\t",
  " ",
  ";=b",
  ";a=",
  ";a=b;c",
];
const trailers = [
  "",
  "",
  "",
  "X-Trail: 1\r\n",
  "Content-Length: 4\r\n",
  "Bad Trail\r\n",
  "X-A: 1\r\nX-B:2\r\n",
  " x\r\n",
  "Connection: close\r\n",
];
const leading = ["\r\n", "\r\n\r\n", "\n", "\r"];
const noise = ["\r", "\n", "\r\n", " ", "\t", "\0", ":", "\x80", ";", "0", "A", "\x7f", ",", '"'];

/** One to three messages, most of them nearly right, some of their bytes disturbed. */
export function generateMessages(direction: Direction, random: Random): Buffer {
  const many = random.next() < 0.7 ? 1 : random.integer(2, 3);
  let text = "";
  for (let index = 0; index < many; index++) {
    if (random.next() < 0.03) text += random.pick(leading);
    text += message(direction, random);
  }
  const disturbances = random.next() < 0.65 ? 0 : random.integer(1, 3);
  for (let index = 0; index < disturbances; index++) text = disturb(text, random);
  return Buffer.from(text, "latin1");
}

function message(direction: Direction, random: Random): string {
  const plain = random.next() < 0.6;
  const lines = [direction === "request" ? requestLine(plain, random) : statusLine(plain, random)];
  const extra = random.integer(0, 3);
  for (let index = 0; index < extra; index++) lines.push(random.pick(plain ? fields.slice(0, 4) : fields));
  return withBody(lines, random);
}

function requestLine(plain: boolean, random: Random): string {
  if (plain) return `${random.pick(["GET", "POST"])} /x HTTP/1.1`;
  return `${random.pick(methods)} ${random.pick(targets)} ${random.pick(versions)}`;
}

function statusLine(plain: boolean, random: Random): string {
  const line = plain ? "HTTP/1.1 200" : `${random.pick(versions)} ${random.pick(statuses)}`;
  return line + random.pick([" OK", " OK", " ", "", " a b\tc", "  x"]);
}

function withBody(lines: string[], random: Random): string {
  const kind = random.next();
  const body = "x".repeat(random.integer(0, 12));
  if (kind < 0.3) lines.push(`Content-Length: ${body.length}`);
  else if (kind < 0.6) lines.push("Transfer-Encoding: chunked");
  lines.sort((a, b) => (a === lines[0] ? -1 : b === lines[0] ? 1 : random.next() - 0.5));
  const head = `${lines.join("\r\n")}\r\n\r\n`;
  if (kind < 0.3) return head + body;
  if (kind < 0.6) return head + chunks(random);
  return head + (random.next() < 0.1 ? body : "");
}

function chunks(random: Random): string {
  let text = "";
  const count = random.integer(0, 3);
  for (let index = 0; index < count; index++) {
    const data = "c".repeat(random.integer(1, 20));
    const size = data.length.toString(16);
    const doubtful = [
      `${size}g`,
      `0x${size}`,
      ` ${size}`,
      `${size}\t`,
      `-${size}`,
      `1${"0".repeat(15)}${size}`,
      "",
    ];
    const written = random.pick([size, size, size, size.toUpperCase(), `0${size}`, random.pick(doubtful)]);
    text += `${written}${random.next() < 0.3 ? random.pick(extensions) : ""}\r\n${data}\r\n`;
  }
  return `${text}${random.pick(["0", "0", "0", "00", "000000000000000000"])}\r\n${random.pick(trailers)}\r\n`;
}

function disturb(text: string, random: Random): string {
  const at = random.integer(0, Math.max(0, text.length - 1));
  const kind = random.next();
  if (kind < 0.35) return text.slice(0, at) + random.pick(noise) + text.slice(at);
  if (kind < 0.6) return text.slice(0, at) + text.slice(at + 1);
  if (kind < 0.8) return text.slice(0, at) + random.pick(noise) + text.slice(at + 1);
  if (kind < 0.9) return text.slice(0, at);
  return text.slice(0, at) + text.slice(Math.max(0, at - random.integer(1, 20)));
}
