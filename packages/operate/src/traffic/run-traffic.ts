import { readFile, stat } from "node:fs/promises";
import { CodedError } from "@holdfast/core";
import { spansOf } from "../diagnose/otlp.ts";
import { serviceOfFile } from "../diagnose/read-entry.ts";
import { stdinPath } from "../diagnose/run-lines.ts";
import { lineReader } from "./line-format.ts";
import { type TrafficFile, type TrafficPlace, TrafficSource } from "./run-source.ts";
import type { RequestSeen, Seen } from "./seen.ts";
import { requestOfSpan } from "./span-requests.ts";

/** What traffic is read from, and who hears what it tells. */
export interface TrafficOptions {
  /** Access logs and logs of applications. */
  readonly files: readonly TrafficPlace[];
  /** Traces in OTLP JSON: one document, or one on each line. */
  readonly traces?: TrafficPlace;
  /** The `log_format` of nginx or the text format of Envoy by which access logs were written; only the defaults when left out. */
  readonly format?: string;
  readonly signal: AbortSignal;
  /** Hears of requests and lines in the order of their times, as far as the files keep it. */
  take(seen: Seen): void;
}

/** What was read; the file of traces stands last and has the highest number. */
export interface TrafficRead {
  readonly files: readonly TrafficFile[];
  readonly spans: number;
}

const filesMax = 500;
/** Traces are held whole: what is larger is refused, and not read halfway. */
const tracesBytesMax = 200 * 1024 * 1024;

/** Reads logs and traces side by side in the order of their times; memory does not grow with the length of logs. */
export async function readTraffic(options: TrafficOptions): Promise<TrafficRead> {
  const { files, signal } = options;
  if (files.length > filesMax)
    throw usage(`${files.length} logs at once are more than ${filesMax}`, "Join small ones, or name fewer.");
  const custom = options.format === undefined ? null : lineReader(options.format);
  const sources: TrafficSource[] = [];
  for (const [file, place] of files.entries()) {
    const { mtime } = await statOf(place);
    const origin = { file, service: serviceOfFile(place.name), year: mtime.getUTCFullYear() };
    sources.push(new TrafficSource(place, origin, custom, signal));
  }
  const spans = options.traces === undefined ? [] : await readSpans(options.traces, files.length);
  try {
    await merge(sources, spans, options);
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
  const reports = sources.map(({ report }) => report);
  if (custom !== null) checkFormat(reports);
  return { files: reports, spans: spans.length };
}

/** A format that fits no line of any file is a mistake in the format, not traffic without requests. */
function checkFormat(reports: readonly TrafficFile[]): void {
  const [first] = reports;
  if (first === undefined || reports.some(({ requests }) => requests > 0)) return;
  throw usage(
    `no line of ${first.name} was written by the format that was named (line 1 is the first that does not fit)`,
    "Give the format as it stands in the configuration of the proxy, quotes and brackets included.",
  );
}

async function readSpans(place: TrafficPlace, file: number): Promise<readonly RequestSeen[]> {
  const { size } = await statOf(place);
  if (size > tracesBytesMax)
    throw usage(`${place.name} is larger than 200 MB`, "Export the traces of fewer hours.");
  const text = await readFile(place.path, "utf8");
  const whole = spansOf(text, 1);
  const spans =
    whole ?? text.split("\n").flatMap((line, at) => (line === "" ? [] : (spansOf(line, at + 1) ?? [])));
  if (spans.length === 0)
    throw usage(
      `${place.name} holds no traces`,
      "Export them as OTLP JSON: the file exporter of the OpenTelemetry Collector writes it.",
    );
  const requests = spans.flatMap((span) => requestOfSpan(span, file) ?? []);
  return requests.sort((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0));
}

async function statOf({ path, name }: TrafficPlace): Promise<{ size: number; mtime: Date }> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new CodedError("USAGE", `${name} cannot be read (${cause.code ?? "unknown"})`, {
      remedy: "Name logs that are there, or folders that hold some.",
      cause,
    });
  });
  if (found.isFile() || found.isFIFO() || path === stdinPath) return found;
  throw usage(`${name} is no file`, "Name logs, or folders that hold some.");
}

async function merge(
  sources: readonly TrafficSource[],
  spans: readonly RequestSeen[],
  { take, signal }: TrafficOptions,
): Promise<void> {
  const open: TrafficSource[] = [];
  for (const source of sources) if (await source.next()) open.push(source);
  // The earliest last, so that it is cheap to take.
  const waiting = spans.toReversed();
  const takeBefore = (atMs: number): void => {
    for (let span = waiting.at(-1); span !== undefined && (span.endMs ?? 0) < atMs; span = waiting.at(-1)) {
      take(span);
      waiting.pop();
    }
  };
  for (let first = earliest(open); first !== undefined; first = earliest(open)) {
    signal.throwIfAborted();
    takeBefore(first.atMs);
    if (first.head !== null) take(first.head);
    if (!(await first.next())) open.splice(open.indexOf(first), 1);
  }
  takeBefore(Number.POSITIVE_INFINITY);
}

function earliest(open: readonly TrafficSource[]): TrafficSource | undefined {
  let first = open[0];
  for (const source of open) if (first !== undefined && source.atMs < first.atMs) first = source;
  return first;
}

function usage(says: string, remedy: string): CodedError {
  return new CodedError("USAGE", says, { remedy });
}
