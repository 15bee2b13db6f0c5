/** What one side of a connection says, in turn: the consumer first, then the provider, and so on. */
export type Talk = readonly string[];

/**
 * What becomes of a conversation: all of it is `read`; nothing is (`unread`); a `tunnel` follows its exchanges; the bytes
 * of the consumer are trusted up to a point only (`unread-later`, or `behind-close` where that was to be the last request), or
 * not within a body (`broken-body`); the provider's answer is no answer to trust (`doubtful-answer`), or comes with bytes behind
 * it that nobody asked for (`unsolicited`).
 */
export type Outcome =
  | "read"
  | "unread"
  | "tunnel"
  | "unread-later"
  | "behind-close"
  | "broken-body"
  | "doubtful-answer"
  | "unsolicited";

/** One row: the bytes of a conversation, and what must be made of them. */
export interface FramingCase {
  readonly name: string;
  readonly talk: Talk;
  readonly outcome: Outcome;
  /** `METHOD target (bytes of the request's body) status (bytes of the answer's)`, as recorded; `-` for no whole answer. */
  readonly exchanges: readonly string[];
  /** The answer that was asked for, where more comes. */
  readonly asked?: string;
  /** All requests are sent at once, and the provider answers each when its head has come. */
  readonly pipelined?: true;
  /** The provider closes after its last word. */
  readonly closes?: true;
}

/** A whole small answer. */
export const ok: string = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
/** A GET with these fields. */
export const get = (target = "/", ...fields: string[]): string =>
  `GET ${target} HTTP/1.1\r\n${["Host: x", ...fields].join("\r\n")}\r\n\r\n`;
/** A POST with these fields, and its body. */
export const post = (body: string, ...fields: string[]): string =>
  `POST / HTTP/1.1\r\n${["Host: x", ...fields].join("\r\n")}\r\n\r\n${body}`;
/** A POST whose body is said to be chunked. */
export const chunks = (body: string, ...fields: string[]): string =>
  post(body, "Transfer-Encoding: chunked", ...fields);
/** An answer, from the status on. */
export const answer = (line: string, body: string, ...fields: string[]): string =>
  `HTTP/1.1 ${line}\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n${body}`;
/** Several in one string. */
export const times = (count: number, made: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => made(index)).join("");
/** A request that is read, and its small answer. */
export const read = (name: string, sent: string, ...exchanges: string[]): FramingCase => ({
  name,
  talk: [sent, times(exchanges.length, () => ok)],
  outcome: "read",
  exchanges,
});
