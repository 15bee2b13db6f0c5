import { type ChunkedState, chunkedStart, readChunked } from "./chunked-state.ts";
import { chunked, type Framing, untilClose } from "./head.ts";

/** What a step of the scanner came upon. */
export type ScanEvent = "more" | "head" | "end" | "unsure";

const headEnd = Buffer.from("\r\n\r\n");
/** Heads beyond this are not scanned: the connection becomes opaque, and the provider says what it thinks of them. */
export const headBytesMax: number = 64 * 1024;
const noBytes = Buffer.alloc(0);

/**
 * Finds the boundaries of HTTP/1.1 messages in one direction of a connection. Heads are kept until they are whole, bodies are
 * passed over. It claims a boundary only where every reader sees the same one; otherwise it says `unsure` and is done.
 *
 * Usage: call `scan` until the chunk is used up (`next` is where to go on). After `head`, read `headText`, decide, and call
 * `begin` with the framing of the body.
 */
export class MessageScanner<Head> {
  /** Where the last `scan` stopped. */
  next = 0;
  /** The head just completed. */
  head: Head | null = null;
  /** The bytes of that head when they came in more than one chunk, else `null`: they end at `next` of this chunk. */
  carried: Buffer | null = null;
  readonly #read: (text: string) => Head | null;
  readonly #plausible: RegExp;
  readonly #payload: (data: Buffer) => void;
  #phase: "head" | "body" | "chunked" | "until-close" | "unsure" = "head";
  #afterBody: "head" | "unsure" = "head";
  #left = 0;
  #chunks: ChunkedState = chunkedStart();
  #held: Buffer = noBytes;
  #heldBytes = 0;

  constructor(read: (text: string) => Head | null, plausible: RegExp, payload: (data: Buffer) => void) {
    this.#read = read;
    this.#plausible = plausible;
    this.#payload = payload;
  }

  /** True between messages: not one byte of the next head has come. */
  get between(): boolean {
    return (this.#phase === "head" || this.#phase === "unsure") && this.#heldBytes === 0;
  }

  /** True while a head has begun and is not whole. */
  get inHead(): boolean {
    return this.#phase === "head" && this.#heldBytes > 0;
  }

  /** True inside a body that lasts until the connection closes. */
  get untilClose(): boolean {
    return this.#phase === "until-close";
  }

  /** Bytes of an unfinished head that nobody has seen yet; they are the caller's from now on. */
  takeHeld(): Buffer {
    const held = this.#held.subarray(0, this.#heldBytes);
    this.#held = noBytes;
    this.#heldBytes = 0;
    return held;
  }

  /**
   * Says how the body after the head is framed, and whether the message is the last of its connection, so that nothing is
   * trusted to follow it. True when there is no body: the message has ended.
   */
  begin(framing: Framing, last: boolean): boolean {
    this.#left = framing;
    this.#afterBody = last ? "unsure" : "head";
    if (framing === 0) {
      this.#phase = this.#afterBody;
      return true;
    }
    this.#phase = framing === chunked ? "chunked" : framing === untilClose ? "until-close" : "body";
    if (framing === chunked) this.#chunks = chunkedStart();
    return false;
  }

  /**
   * Reads on from `from` up to the next event. After `unsure`, what `takeHeld` gives and the rest
   * from `next` were not claimed by any message.
   */
  scan(chunk: Buffer, from: number): ScanEvent {
    switch (this.#phase) {
      case "head":
        return this.#scanHead(chunk, from);
      case "body":
        return this.#scanBody(chunk, from);
      case "chunked":
        return this.#scanChunked(chunk, from);
      case "until-close":
        this.next = chunk.length;
        this.#payload(chunk.subarray(from));
        return "more";
      default:
        this.next = from;
        return "unsure";
    }
  }

  #scanHead(chunk: Buffer, from: number): ScanEvent {
    if (this.#heldBytes > 0) return this.#scanCarried(chunk, from);
    const at = chunk.indexOf(headEnd, from);
    if (at === -1) {
      this.#hold(chunk, from);
      return this.#trustsHeld(0) ? "more" : this.#distrust(this.next);
    }
    if (at + 4 - from > headBytesMax) return this.#distrust(from);
    this.carried = null;
    this.next = at + 4;
    return this.#readHead(chunk.toString("latin1", from, at + 4), from);
  }

  #scanCarried(chunk: Buffer, from: number): ScanEvent {
    const heldBefore = this.#heldBytes;
    this.#hold(chunk, from);
    const at = this.#held.subarray(0, this.#heldBytes).indexOf(headEnd, Math.max(0, heldBefore - 3));
    if (at === -1 || at + 4 > headBytesMax) {
      return at === -1 && this.#trustsHeld(heldBefore) ? "more" : this.#distrust(this.next);
    }
    this.next = from + at + 4 - heldBefore;
    this.#heldBytes = at + 4;
    const event = this.#readHead(this.#held.toString("latin1", 0, this.#heldBytes), this.next);
    if (event === "head") this.carried = this.takeHeld();
    return event;
  }

  /** Keeps the rest of a chunk, which may be more than the head. */
  #hold(chunk: Buffer, from: number): void {
    const bytes = this.#heldBytes + chunk.length - from;
    if (this.#held.length < bytes) {
      const larger = Buffer.allocUnsafe(Math.max(512, bytes * 2));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#heldBytes, from);
    this.#heldBytes = bytes;
    this.next = chunk.length;
  }

  /** Whether what is held may become a head: one that cannot would be waited for in vain. */
  #trustsHeld(newFrom: number): boolean {
    const held = this.#held.subarray(0, this.#heldBytes);
    for (let at = held.indexOf(0x0a, newFrom); at !== -1; at = held.indexOf(0x0a, at + 1)) {
      if (held[at - 1] !== 0x0d) return false;
    }
    return held.length <= headBytesMax && this.#plausible.test(held.toString("latin1", 0, 64));
  }

  #distrust(next: number): ScanEvent {
    this.#phase = "unsure";
    this.next = next;
    return "unsure";
  }

  #readHead(text: string, unreadFrom: number): ScanEvent {
    this.head = this.#read(text);
    return this.head !== null ? "head" : this.#distrust(unreadFrom);
  }

  #scanBody(chunk: Buffer, from: number): ScanEvent {
    const end = Math.min(from + this.#left, chunk.length);
    if (end > from) this.#payload(chunk.subarray(from, end));
    this.#left -= end - from;
    this.next = end;
    if (this.#left > 0) return "more";
    this.#phase = this.#afterBody;
    return "end";
  }

  #scanChunked(chunk: Buffer, from: number): ScanEvent {
    this.next = readChunked(this.#chunks, chunk, from, this.#payload);
    if (this.#chunks.phase === "unsure") return this.#distrust(from);
    if (this.#chunks.phase !== "done") return "more";
    this.#phase = this.#afterBody;
    return "end";
  }
}
