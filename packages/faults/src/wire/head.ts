/** How the body of a message is framed: a number of bytes from 0, or one of the two markers below. */
export type Framing = number;
/** The body is chunked. */
export const chunked: Framing = -1;
/** The body lasts until the connection closes. */
export const untilClose: Framing = -2;

/** A request head that the scanner trusts. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Names as written and values without the white space around them, alternating, in order. */
  readonly fields: readonly string[];
  readonly framing: Framing;
  /** The consumer does not want to use the connection again. */
  readonly close: boolean;
  /** After this request the connection may speak another protocol (CONNECT, Upgrade). */
  readonly upgrade: boolean;
  /** The consumer waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
}

/** A response head that the scanner trusts. */
export interface ResponseHead {
  readonly status: number;
  readonly fields: readonly string[];
  /** As the head says it; whether there is a body at all depends on the request too (see `responseFraming`). */
  readonly framing: Framing;
  readonly close: boolean;
}

const requestLine =
  /^(?:\r\n)*(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT) ([!-~]+) HTTP\/1\.([01])\r\n/;
const statusLine = /^(?:\r\n)*HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/;
// One field line; white space around the value is no part of it. Folded lines are not trusted: Node refuses them.
const fieldLine = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)\r\n/y;
/** What the beginning of a request may look like; anything else is not held back for a moment. */
export const requestStart: RegExp =
  /^(?:\r\n)*(?:\r?$|[A-Z]{1,7}(?:$| [!-~]*(?:$| (?:HTTP\/1\.|H?T?T?P?\/?1?\.?$))))/;
/** What the beginning of a response may look like. */
export const responseStart: RegExp = /^(?:\r\n)*(?:\r?$|HTTP\/1\.|H(?:$|T(?:$|T(?:$|P(?:$|\/(?:$|1$))))))/;
const originTarget = /^(?:\/|\*$|https?:\/\/[0-9A-Za-z.-]+(?::\d+)?(?:\/|$))/;
const authorityTarget = /^[0-9A-Za-z.-]+:\d+$/;

interface Fields {
  readonly fields: readonly string[];
  readonly framing: Framing | null;
  readonly close: boolean;
  readonly keepAlive: boolean;
  readonly upgrade: boolean;
  readonly expectsContinue: boolean;
}

/** Reads a whole request head (empty line included, as Latin-1); `null` when its framing is not beyond doubt. */
export function readRequestHead(text: string): RequestHead | null {
  const line = requestLine.exec(text);
  if (line === null) return null;
  const method = line[1] as string;
  const target = line[2] as string;
  const connect = method === "CONNECT";
  if (!(connect ? authorityTarget : originTarget).test(target)) return null;
  const minor = line[3] as string;
  const read = readFields(text, line[0].length);
  if (read === null || (read.framing !== null && (connect || !allows(minor, read.framing)))) return null;
  return {
    method,
    target,
    fields: read.fields,
    framing: read.framing ?? 0,
    close: closes(minor, read),
    upgrade: connect || read.upgrade,
    expectsContinue: read.expectsContinue && minor === "1",
  };
}

/** Reads a whole response head (empty line included, as Latin-1); `null` when its framing is not beyond doubt. */
export function readResponseHead(text: string): ResponseHead | null {
  const line = statusLine.exec(text);
  if (line === null) return null;
  const read = readFields(text, line[0].length);
  if (read === null || !allows(line[1] as string, read.framing)) return null;
  const status = Number(line[2]);
  const close = closes(line[1] as string, read);
  if (status < 200 && close) return null;
  return { status, fields: read.fields, framing: read.framing ?? untilClose, close };
}

/** HTTP/1.0 knows no chunked bodies. */
function allows(minor: string, framing: Framing | null): boolean {
  return framing !== chunked || minor === "1";
}

function closes(minor: string, { close, keepAlive }: Fields): boolean {
  return close || (minor === "0" && !keepAlive);
}

/** Whether and how a response has a body, which the request has a say in: none after HEAD, with 1xx, 204 and 304. */
export function responseFraming(method: string, head: ResponseHead): Framing {
  const { status } = head;
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return 0;
  return head.framing;
}

/** Whether what follows this response is another protocol. */
export function opensTunnel(method: string, status: number): boolean {
  return status === 101 || (method === "CONNECT" && status >= 200 && status < 300);
}

/** The trailer section of a chunked body: whether it may be trusted to end where it says. */
export function trustsTrailers(text: string): boolean {
  const read = readFields(text, 0);
  return read !== null && read.framing === null && !read.upgrade && !read.close && !read.keepAlive;
}

function readFields(text: string, from: number): Fields | null {
  const fields: string[] = [];
  const found = new Framings();
  const end = text.length - 2;
  fieldLine.lastIndex = from;
  while (fieldLine.lastIndex < end) {
    const at = fieldLine.lastIndex;
    const line = fieldLine.exec(text);
    if (line === null) return null;
    const name = line[1] as string;
    const raw = line[2] as string;
    if (!found.take(name, raw)) return null;
    fields.push(name, raw.trimEnd());
    if (fieldLine.lastIndex <= at) return null;
  }
  return fieldLine.lastIndex === end ? found.result(fields) : null;
}

/** The lengths of the names below: most fields need no second look. */
const telling = new Set([6, 7, 10, 14, 16, 17]);

/** Collects what the fields say about framing; refuses what two readers could take in two ways. */
class Framings {
  #length: number | null = null;
  #chunked = false;
  #close = false;
  #keepAlive = false;
  #upgradeField = false;
  #upgradeToken = false;
  #expectsContinue = false;

  /** False when the field makes the framing doubtful. */
  take(name: string, raw: string): boolean {
    if (!telling.has(name.length)) return true;
    switch (name.toLowerCase()) {
      case "content-length":
        return this.#contentLength(raw);
      case "transfer-encoding":
        return this.#transferEncoding(raw);
      case "connection":
      case "proxy-connection":
        this.#connection(raw);
        return true;
      case "upgrade":
        this.#upgradeField = true;
        return true;
      case "expect":
        this.#expectsContinue = raw.trimEnd().toLowerCase() === "100-continue";
        return true;
      default:
        return true;
    }
  }

  result(fields: readonly string[]): Fields | null {
    if (this.#chunked && this.#length !== null) return null;
    return {
      fields,
      framing: this.#chunked ? chunked : this.#length,
      close: this.#close,
      keepAlive: this.#keepAlive,
      upgrade: this.#upgradeField && this.#upgradeToken,
      expectsContinue: this.#expectsContinue,
    };
  }

  #contentLength(raw: string): boolean {
    if (this.#length !== null || !/^\d{1,15} *$/.test(raw)) return false;
    this.#length = Number(raw);
    return true;
  }

  #transferEncoding(raw: string): boolean {
    if (this.#chunked || raw.toLowerCase() !== "chunked") return false;
    this.#chunked = true;
    return true;
  }

  #connection(raw: string): void {
    for (const token of raw.toLowerCase().split(",")) {
      const word = token.trim();
      if (word === "close") this.#close = true;
      else if (word === "keep-alive") this.#keepAlive = true;
      else if (word === "upgrade") this.#upgradeToken = true;
    }
  }
}
