import type { Entry } from "./entry.ts";
import { isUnknown } from "./read-enough.ts";
import { type LineOrigin, readEntry } from "./read-entry.ts";
import { unwrap } from "./readers/wrapper.ts";
import { type FileNotes, linesOf } from "./run-lines.ts";

/** What was read of a file. */
export interface ReadFileReport extends FileNotes {
  readonly name: string;
  lines: number;
  entries: number;
  /** Entries by format. */
  readonly formats: Record<Entry["format"], number>;
  /** Lines that were left out because they are no text, and entries of no format that is known. */
  leftOut: number;
  unknown: number;
  /** Entries without a time, with a time that names no zone, and with one earlier than the entry before. */
  untimed: number;
  unzoned: number;
  outOfOrder: number;
  /** Whether its last line was the beginning of a JSON object only: written when the log was copied, or when the disk was full. */
  cutOff: boolean;
}

const continuation = /^(?:\s+\S|at |Caused by|\.\.\. |\}|\]|Traceback)/;
const continuedCharsMax = 2_000;

/** One file as a row of entries: the next one lies ready in `head`. */
export class EntrySource {
  head: Entry | null = null;
  /** The time by which files are merged: that of the latest entry that has one. */
  atMs: number = Number.NEGATIVE_INFINITY;
  readonly report: ReadFileReport;
  readonly #origin: LineOrigin;
  readonly #batches: AsyncGenerator<string[]>;
  #batch: string[] = [];
  #at = 0;
  #pending: Entry | null = null;
  #more = "";
  #ended = false;

  constructor(path: string, name: string, origin: LineOrigin, signal: AbortSignal) {
    this.report = {
      name,
      long: 0,
      binary: 0,
      brokenOff: null,
      bytes: 0,
      lines: 0,
      entries: 0,
      formats: { json: 0, logfmt: 0, text: 0, access: 0, span: 0 },
      leftOut: 0,
      unknown: 0,
      untimed: 0,
      unzoned: 0,
      outOfOrder: 0,
      cutOff: false,
    };
    this.#origin = origin;
    this.#batches = linesOf(path, this.report, signal);
  }

  /** Goes to the next entry within what was read; false when more must be read first. */
  advance(): boolean {
    while (this.#at < this.#batch.length) {
      const text = this.#batch[this.#at++] ?? "";
      this.report.lines++;
      const done = this.#line(text.endsWith("\r") ? text.slice(0, -1) : text);
      if (done !== null) return this.#put(done);
    }
    return false;
  }

  /** Reads more; false at the end of the file. */
  async refill(): Promise<boolean> {
    if (this.#ended) return false;
    const { value, done } = await this.#batches.next();
    this.#batch = done === true ? [] : value;
    this.#at = 0;
    if (done !== true) return true;
    this.#ended = true;
    const last = this.#take();
    this.head = null;
    this.report.cutOff = last !== null && isCutOff(last, this.report);
    if (last !== null && !this.report.cutOff) this.#put(last);
    return false;
  }

  close(): Promise<unknown> {
    return this.#batches.return(undefined);
  }

  /** The entry before, once it is sure that no line continues it. */
  #line(text: string): Entry | null {
    if (text === "") return null;
    if (text.includes("\u0000")) {
      this.report.leftOut++;
      return null;
    }
    const { body } = this.#pending === null ? { body: "" } : unwrap(text, this.#origin.year);
    if (continuation.test(body)) {
      if (this.#more.length < continuedCharsMax) this.#more += `\n${body.slice(0, 300)}`;
      return null;
    }
    const before = this.#take();
    this.#pending = readEntry(this.#origin, this.report.lines, text);
    return before;
  }

  #take(): Entry | null {
    const before = this.#pending;
    this.#pending = null;
    if (before === null || this.#more === "") return before;
    const message = `${before.told.message ?? ""}${this.#more}`;
    this.#more = "";
    return { ...before, told: { ...before.told, message } };
  }

  #put(entry: Entry): boolean {
    const { report } = this;
    this.head = entry;
    report.entries++;
    report.formats[entry.format]++;
    if (isUnknown(entry)) report.unknown++;
    if (entry.atMs === null) report.untimed++;
    else {
      if (!entry.zoned) report.unzoned++;
      if (entry.atMs < this.atMs) report.outOfOrder++;
      else this.atMs = entry.atMs;
    }
    return true;
  }
}

/** A JSON object in a log of such that was never closed says nothing that can be relied on. */
function isCutOff({ format, text }: Entry, { formats }: ReadFileReport): boolean {
  return format === "text" && formats.json > 0 && /(?:^|\s)\{"/.test(text) && !text.trimEnd().endsWith("}");
}
