import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { CallLogRecord, LeakRecord } from "../model.ts";
import { type CallWindow, excerptOf, openWindow, seen } from "./call-window.ts";
import { canariesIn, type SearchedCanary, withoutCanaries } from "./canaries.ts";
import { lineSplitter } from "./lines.ts";

/** Where the lines of an instance go to. */
export interface LogSink {
  readonly instance: string;
  readonly experiment: string;
  readonly canaries: readonly SearchedCanary[];
  readonly now: () => number;
  readonly redact: (text: string) => string;
  readonly keep: (line: string) => void;
  readonly record: (record: CallLogRecord | LeakRecord) => void;
  /** What a line names that is about the reading of metrics, and so about no call; `null` when none are read. */
  readonly aside: string | null;
}

/** The logs of one instance: searched for canaries, redacted, kept, and told by call. */
export interface LogCapture {
  follow(stream: LeakRecord["stream"], source: Readable): void;
  take(stream: LeakRecord["stream"], lines: readonly string[], shared: boolean): void;
  /** From here on lines belong to this call, until the next one opens. */
  open(call: string, ids: readonly string[]): void;
  /** Ends all windows and records what they held. */
  close(): void;
  lastWords(): string[];
}

/** Enough for an error with its stack and its causes. */
const lastWordsKept = 40;
const leaksPerKind = 20;
/** How many calls back a late line is still told to its own call. */
const windowsOpen = 12;

/** Catches the lines of an instance. */
export function captureLogs(sink: LogSink): LogCapture {
  const last: string[] = [];
  const leaks = new Map<string, number>();
  const windows: CallWindow[] = [];

  function clean(line: string, stream: LeakRecord["stream"]): string {
    const found = canariesIn(line, sink.canaries);
    const redacted = sink.redact(withoutCanaries(line, found));
    for (const { kind } of found) {
      const count = (leaks.get(kind) ?? 0) + 1;
      leaks.set(kind, count);
      if (count > leaksPerKind) continue;
      const { instance, experiment } = sink;
      const call = windowOf(line)?.call ?? null;
      const text = redacted.slice(0, 500);
      sink.record({
        type: "leak",
        instance,
        experiment,
        call,
        canary: kind,
        stream,
        atMs: sink.now(),
        line: text,
      });
    }
    return redacted;
  }

  function take(stream: LeakRecord["stream"], lines: readonly string[], shared: boolean): void {
    for (const line of lines) {
      const redacted = clean(line, stream);
      const window = windowOf(line);
      if (window !== undefined) seen(window, line, redacted, shared);
      if (shared) continue;
      last.push(redacted.slice(0, 500));
      if (last.length > lastWordsKept) last.shift();
      sink.keep(`${sink.now().toFixed(1)} ${sink.instance} ${stream} ${redacted}`);
    }
  }

  /** Lines may come late: one that carries a call's id belongs to that call, any other to the newest. */
  function windowOf(line: string): CallWindow | undefined {
    const own = windows.findLast(({ ids }) => ids.some((id) => line.includes(id)));
    if (own !== undefined || (sink.aside !== null && line.includes(sink.aside))) return own;
    return windows.at(-1);
  }

  function tell(window: CallWindow): void {
    const { call, lines, linesWithId } = window;
    const excerpt = excerptOf(window);
    sink.record({ type: "call-log", call, instance: sink.instance, lines, linesWithId, excerpt });
  }

  return {
    follow: (stream, source) => {
      const decoder = new StringDecoder("utf8");
      const splitter = lineSplitter();
      source.on("data", (bytes: Buffer) => take(stream, splitter.push(decoder.write(bytes)), false));
      source.on("end", () => take(stream, splitter.rest(), false));
      source.on("error", () => {});
    },
    take,
    open: (call, ids) => {
      windows.push(openWindow(call, ids));
      if (windows.length > windowsOpen) for (const oldest of windows.splice(0, 1)) tell(oldest);
    },
    close: () => {
      for (const window of windows.splice(0)) tell(window);
    },
    lastWords: () => [...last],
  };
}
