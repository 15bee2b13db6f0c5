import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Random } from "@holdfast/core";
import {
  type RequestHead,
  type ResponseHead,
  readRequestHead,
  readResponseHead,
  requestStart,
  responseFraming,
  responseStart,
} from "../src/wire/head.ts";
import { MessageScanner } from "../src/wire/scanner.ts";

/** Which parser a message is for; `HEAD` responses have no body whatever they say. */
export type Direction = "request" | "response" | "head-response";

/** What the scanner claims about some bytes. */
export interface Claim {
  /** Where each message ends, and its payload. */
  readonly messages: readonly { readonly end: number; readonly payload: string }[];
  /** What came of the bytes after the last message. */
  readonly rest: "nothing" | "part-of-head" | "part-of-body" | "unsure" | "tunnel";
}

/** What the differential came to. */
export interface Difference {
  readonly what: string;
  readonly input: Buffer;
}

/** Scans bytes in the given pieces. */
export function scanAll(direction: Direction, pieces: readonly Buffer[]): Claim {
  const reader = new ClaimReader(direction);
  for (const piece of pieces) {
    if (!reader.read(piece)) break;
  }
  return reader.claim();
}

/** Drives a scanner as a connection does, and keeps what it claims. */
class ClaimReader {
  readonly #direction: Direction;
  readonly #scanner: MessageScanner<RequestHead | ResponseHead>;
  readonly #messages: { end: number; payload: string }[] = [];
  #rest: "unsure" | "tunnel" | null = null;
  #payload = "";
  #offset = 0;
  #inBody = false;

  constructor(direction: Direction) {
    const requests = direction === "request";
    this.#direction = direction;
    this.#scanner = new MessageScanner<RequestHead | ResponseHead>(
      requests ? readRequestHead : readResponseHead,
      requests ? requestStart : responseStart,
      (data) => {
        this.#payload += data.toString("latin1");
      },
    );
  }

  /** Answers whether there is sense in going on. */
  read(piece: Buffer): boolean {
    for (let at = 0; at < piece.length && this.#rest === null; at = this.#scanner.next) {
      const event = this.#scanner.scan(piece, at);
      if (event === "unsure") this.#rest = "unsure";
      else if (event === "end") this.#end();
      else if (event === "head") this.#head(this.#scanner.head);
    }
    this.#offset += piece.length;
    return this.#rest === null;
  }

  claim(): Claim {
    const open = this.#scanner.between ? "nothing" : "part-of-head";
    return { messages: this.#messages, rest: this.#rest ?? (this.#inBody ? "part-of-body" : open) };
  }

  #head(head: RequestHead | ResponseHead | null): void {
    assert.ok(head !== null);
    this.#inBody = true;
    const answer = "status" in head;
    if (answer ? head.status === 101 : head.upgrade) {
      this.#rest = "tunnel";
      return;
    }
    const method = this.#direction === "head-response" ? "HEAD" : "GET";
    if (this.#scanner.begin(answer ? responseFraming(method, head) : head.framing, head.close)) this.#end();
  }

  #end(): void {
    this.#messages.push({ end: this.#offset + this.#scanner.next, payload: this.#payload });
    this.#payload = "";
    this.#inBody = false;
  }
}

interface NodeParser {
  [callback: number]: (...values: never[]) => unknown;
  initialize(type: number, resource: object, headBytesMax: number, lenient: number): void;
  execute(bytes: Buffer): number | Error;
  close(): void;
}

interface ParserBinding {
  readonly HTTPParser: {
    new (): NodeParser;
    readonly REQUEST: number;
    readonly RESPONSE: number;
    readonly kOnHeaders: number;
    readonly kOnHeadersComplete: number;
    readonly kOnBody: number;
    readonly kOnMessageComplete: number;
  };
}

// Node's own parser has no public door; this is how its http module gets at it (a deprecation warning is the price).
const { HTTPParser } = createRequire(import.meta.url)("_http_common") as ParserBinding;

/** Feeds Node's own parser with the bytes up to each boundary that was claimed; `null` when it sees the same. */
export function disagreement(direction: Direction, input: Buffer, claim: Claim): string | null {
  const node = new NodeReader(direction, input);
  try {
    return messagesDiffer(node, claim) ?? restDiffers(node, direction, input, claim);
  } finally {
    node.close();
  }
}

function messagesDiffer(node: NodeReader, claim: Claim): string | null {
  for (const [index, { end, payload }] of claim.messages.entries()) {
    const early = node.feed(end - 1);
    if (early !== null) return early;
    if (node.payloads.length !== index) return `ends message ${index} before byte ${end}`;
    const last = node.feed(end);
    if (last !== null) return last;
    if (node.payloads.length !== index + 1) return `does not end message ${index} at byte ${end}`;
    if (node.payloads[index] !== payload) return `reads another payload in message ${index}`;
  }
  return null;
}

function restDiffers(node: NodeReader, direction: Direction, input: Buffer, claim: Claim): string | null {
  if (claim.rest !== "part-of-body") return null;
  if (node.feed(input.length) !== null) return laterClaim(direction, input, claim);
  const more = node.payloads.length > claim.messages.length;
  return more ? "ends a message that the scanner keeps open" : null;
}

/** Node's own parser on some bytes. */
class NodeReader {
  readonly payloads: string[] = [];
  readonly #input: Buffer;
  readonly #parser: NodeParser = new HTTPParser();
  #payload = "";
  #fed = 0;

  constructor(direction: Direction, input: Buffer) {
    this.#input = input;
    const type = direction === "request" ? HTTPParser.REQUEST : HTTPParser.RESPONSE;
    this.#parser.initialize(type, {}, 1 << 20, 0);
    this.#parser[HTTPParser.kOnHeaders] = () => {};
    this.#parser[HTTPParser.kOnHeadersComplete] = () => (direction === "head-response" ? 1 : 0);
    this.#parser[HTTPParser.kOnBody] = (bytes: Buffer) => {
      this.#payload += bytes.toString("latin1");
    };
    this.#parser[HTTPParser.kOnMessageComplete] = () => {
      this.payloads.push(this.#payload);
      this.#payload = "";
    };
  }

  /** Feeds the bytes up to `to`; says what Node has against them. */
  feed(to: number): string | null {
    if (to <= this.#fed) return null;
    const read = this.#parser.execute(this.#input.subarray(this.#fed, to));
    const told = `rejects bytes ${this.#fed} to ${to}`;
    this.#fed = to;
    return typeof read === "number" ? null : `${told}: ${(read as { code?: string }).code}`;
  }

  close(): void {
    // Freed by hand: what is left to the collector goes only when the event loop turns, and a fuzz run does not let it.
    this.#parser.close();
  }
}

/** Node refuses a line that the scanner has not seen the end of: then the scanner must not go on to claim a message. */
function laterClaim(direction: Direction, input: Buffer, claim: Claim): string | null {
  const { messages } = scanAll(direction, [Buffer.concat([input, Buffer.from("\r\n\r\n0\r\n\r\n")])]);
  return messages.length > claim.messages.length
    ? "rejects a body that the scanner would go on to claim"
    : null;
}

/** Cuts bytes into pieces at random. */
export function split(input: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  const style = random.next();
  for (let at = 0; at < input.length; ) {
    const size =
      style < 0.3 ? input.length : style < 0.5 ? 1 : random.integer(1, Math.max(1, input.length >> 1));
    pieces.push(input.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
