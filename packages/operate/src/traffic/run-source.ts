import { readEntry } from "../diagnose/read-entry.ts";
import { type FileNotes, linesOf } from "../diagnose/run-lines.ts";
import type { LineReader } from "./line-format.ts";
import { logSeen } from "./log-seen.ts";
import { readAccess } from "./read-access.ts";
import type { Seen } from "./seen.ts";

/** What was read of a file. */
export interface TrafficFile extends FileNotes {
  readonly name: string;
  lines: number;
  /** Lines that tell of a request, and lines of an application's log. */
  requests: number;
  logs: number;
  /** Lines without a time, which are tied to no other. */
  untimed: number;
  /** The first line that nothing could be made of; `null` where there is none. */
  unreadable: { readonly line: number; count: number } | null;
}

/** Where a file stands, and how people call it. */
export interface TrafficPlace {
  readonly path: string;
  readonly name: string;
}

const textCharsMax = 600;

/** One file as a row of what its lines tell: the next one lies ready in `head`. */
export class TrafficSource {
  head: Seen | null = null;
  /** The time by which files are merged: that of the latest line that has one. */
  atMs: number = Number.NEGATIVE_INFINITY;
  readonly report: TrafficFile;
  readonly #file: number;
  readonly #custom: LineReader | null;
  readonly #service: string;
  readonly #year: number;
  readonly #batches: AsyncGenerator<string[]>;
  #batch: string[] = [];
  #at = 0;

  constructor(
    { path, name }: TrafficPlace,
    origin: { readonly file: number; readonly service: string; readonly year: number },
    custom: LineReader | null,
    signal: AbortSignal,
  ) {
    const notes = { long: 0, binary: 0, brokenOff: null, bytes: 0 };
    this.report = { name, ...notes, lines: 0, requests: 0, logs: 0, untimed: 0, unreadable: null };
    this.#file = origin.file;
    this.#service = origin.service;
    this.#year = origin.year;
    this.#custom = custom;
    this.#batches = linesOf(path, this.report, signal);
  }

  /** Goes to the next line that tells something; false at the end of the file. */
  async next(): Promise<boolean> {
    this.head = null;
    while (true) {
      while (this.#at < this.#batch.length) if (this.#take(this.#batch[this.#at++] ?? "")) return true;
      const { value, done } = await this.#batches.next();
      if (done === true) return false;
      this.#batch = value;
      this.#at = 0;
    }
  }

  close(): Promise<unknown> {
    return this.#batches.return(undefined);
  }

  #take(line: string): boolean {
    const { report } = this;
    report.lines++;
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text === "") return false;
    const seen = text.includes("\u0000") ? null : this.#read(text);
    if (seen === null) {
      report.unreadable ??= { line: report.lines, count: 0 };
      report.unreadable.count++;
      return false;
    }
    const atMs = seen.kind === "log" ? seen.atMs : (seen.endMs ?? seen.startMs);
    if (atMs === null) report.untimed++;
    else this.atMs = Math.max(this.atMs, atMs);
    if (seen.kind === "log") report.logs++;
    else report.requests++;
    this.head = seen;
    return true;
  }

  #read(text: string): Seen {
    const { lines } = this.report;
    const spot = { file: this.#file, line: lines, text };
    const kept = ` ${text.slice(0, textCharsMax)}`.slice(1);
    const request = readAccess(spot, this.#custom);
    if (request !== null) return { ...request, text: kept };
    const origin = { file: this.#file, service: this.#service, year: this.#year };
    return { ...logSeen(readEntry(origin, lines, text), spot), text: kept };
  }
}
