import {
  answer,
  chunks,
  type FramingCase,
  get,
  type Outcome,
  ok,
  post,
  read,
  type Talk,
  times,
} from "./framing-case.ts";

const upgrade = get("/chat", "Connection: Upgrade", "Upgrade: websocket");
const switching = answer("101 Switching Protocols", "", "Connection: Upgrade", "Upgrade: websocket");
const connectTo = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";
const frame = "\x81\x05hello\r\n\r\nGET / HTTP/1.1\r\n\r\n";
const tunnel = (name: string, talk: Talk, exchange: string): FramingCase => ({
  name,
  talk,
  outcome: "tunnel",
  exchanges: [exchange],
});
const pipelined = (...row: Parameters<typeof read>): FramingCase => ({ ...read(...row), pipelined: true });
const behind = (outcome: Outcome, name: string, first: string, rest: string): FramingCase => ({
  name,
  talk: [first, ok, rest, "whatever"],
  outcome,
  exchanges: ["GET / (0) 200 (2)"],
});

/** What can follow what on one connection. */
export const connections: readonly FramingCase[] = [
  pipelined("two at once", get("/1") + get("/2"), "GET /1 (0) 200 (2)", "GET /2 (0) 200 (2)"),
  pipelined(
    "ten at once",
    times(10, (at) => get(`/${at}`)),
    ...Array.from({ length: 10 }, (_, at) => `GET /${at} (0) 200 (2)`),
  ),
  pipelined(
    "a body, chunks and a GET at once",
    post("abc", "Content-Length: 3") + chunks("1\r\na\r\n0\r\n\r\n") + get(),
    "POST / (3) 200 (2)",
    "POST / (1) 200 (2)",
    "GET / (0) 200 (2)",
  ),
  behind("unread-later", "a request smuggled behind a body", get(), "0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n"),
  behind(
    "unread-later",
    "a doubtful request behind a good one",
    get(),
    chunks("0\r\n\r\n", "Content-Length: 3"),
  ),
  behind("behind-close", "a request behind Connection: close", get("/", "Connection: close"), get("/late")),
  behind("behind-close", "a request behind HTTP/1.0", get().replace("1.1", "1.0"), get("/late")),
  {
    name: "HTTP/1.0 kept alive",
    talk: [get("/", "Connection: keep-alive").replace("1.1", "1.0"), ok, get("/2"), ok],
    outcome: "read",
    exchanges: ["GET / (0) 200 (2)", "GET /2 (0) 200 (2)"],
  },
  {
    name: "an answer before the body",
    talk: [post("abc", "Content-Length: 6"), ok, "def", "", get("/2"), ok],
    outcome: "read",
    exchanges: ["POST / (6) 200 (2)", "GET /2 (0) 200 (2)"],
  },
  {
    name: "100 Continue",
    talk: [post("", "Content-Length: 3", "Expect: 100-continue"), "HTTP/1.1 100 Continue\r\n\r\n", "abc", ok],
    outcome: "read",
    exchanges: ["POST / (3) 200 (2)"],
  },
  tunnel(
    "a websocket",
    [upgrade, switching, frame, "\x81\x02hi", frame, "\x8a\x00"],
    "GET /chat (0) 101 (0)",
  ),
  tunnel(
    "a websocket that speaks at once",
    [upgrade, `${switching}\x81\x02hi`, frame, frame],
    "GET /chat (0) 101 (0)",
  ),
  tunnel(
    "CONNECT",
    [connectTo, answer("200 Fine", ""), "\x16\x03\x01", "\x16\x03\x02"],
    "CONNECT a.example:443 (0) 200 (0)",
  ),
  tunnel(
    "CONNECT, answered with a length",
    [connectTo, answer("200 Fine", "", "Content-Length: 5"), "hello", "hello"],
    "CONNECT a.example:443 (0) 200 (0)",
  ),
  {
    name: "CONNECT that is refused",
    talk: [connectTo, answer("403 No", "no", "Content-Length: 2"), get("/2"), ok],
    outcome: "read",
    exchanges: ["CONNECT a.example:443 (0) 403 (2)", "GET /2 (0) 200 (2)"],
  },
  {
    name: "an upgrade that is declined",
    talk: [upgrade, ok, get("/2"), ok],
    outcome: "read",
    exchanges: ["GET /chat (0) 200 (2)", "GET /2 (0) 200 (2)"],
  },
];
