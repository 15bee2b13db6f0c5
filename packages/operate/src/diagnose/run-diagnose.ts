import { readFile, stat } from "node:fs/promises";
import { CodedError } from "@holdfast/core";
import { lineReader } from "../traffic/line-format.ts";
import { type Diagnosis, diagnosing } from "./diagnosis.ts";
import type { Entry } from "./entry.ts";
import { entryOfSpan, type Span, spansOf } from "./otlp.ts";
import { isReadEnough } from "./read-enough.ts";
import { serviceOfFile } from "./read-entry.ts";
import { stdinPath } from "./run-lines.ts";
import { EntrySource, type ReadFileReport } from "./run-source.ts";
import { traceBreaks } from "./trace-breaks.ts";

/** What is diagnosed, and who hears how far it is. */
export interface DiagnoseOptions {
  /** `service` is whose log it is, where the file is not called after it. */
  readonly files: readonly { readonly path: string; readonly name: string; readonly service?: string }[];
  /** A file of traces in OTLP JSON: one document, or one on each line. */
  readonly traces?: { readonly path: string; readonly name: string };
  /** The `log_format` of nginx or the text format of Envoy by which access logs were written; only the defaults when left out. */
  readonly format?: string;
  readonly signal: AbortSignal;
  /** Hears, some times a second, how many bytes of how many are read. */
  readonly progress?: (bytes: number, bytesTotal: number) => void;
}

/** A diagnosis with what was read for it. */
export interface DiagnosedFiles {
  readonly diagnosis: Diagnosis;
  readonly files: readonly ReadFileReport[];
}

const filesMax = 500;
const progressEveryMs = 200;

/** Reads logs side by side, in the order of their times, and says what they tell. */
export async function diagnoseFiles(options: DiagnoseOptions): Promise<DiagnosedFiles> {
  const { files, signal, progress = () => {} } = options;
  if (files.length > filesMax)
    throw new CodedError("USAGE", `${files.length} logs at once are more than ${filesMax}`, {
      remedy: "Join small ones, or name fewer.",
    });
  const access = options.format === undefined ? null : lineReader(options.format);
  const sources: EntrySource[] = [];
  let bytesTotal = 0;
  for (const [file, { path, name, service = serviceOfFile(name) }] of files.entries()) {
    const { size, mtime } = await statOf(path, name);
    bytesTotal += size;
    const origin = { file, service, year: mtime.getUTCFullYear(), access };
    sources.push(new EntrySource(path, name, origin, signal));
  }
  const spans = options.traces === undefined ? [] : await readSpans(options.traces);
  const tracesFile = files.length;
  const entries = spans
    .map((span) => entryOfSpan(span, tracesFile))
    .sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  const diagnosis = diagnosing();
  const told = throttled(() =>
    progress(
      sources.reduce((sum, { report }) => sum + report.bytes, 0),
      bytesTotal,
    ),
  );
  try {
    await merge(sources, entries, diagnosis.take, () => {
      signal.throwIfAborted();
      told();
    });
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
  progress(bytesTotal, bytesTotal);
  const reports = sources.map(({ report }) => report);
  if (access !== null) checkFormat(reports);
  return { diagnosis: honest(diagnosis.end(traceBreaks(spans, tracesFile)), reports), files: reports };
}

/** A format that fits no line of any file is a mistake in the format, and not a log in which nothing fails. */
function checkFormat(reports: readonly ReadFileReport[]): void {
  if (reports.some(({ formats }) => formats.access > 0) || reports.every(({ entries }) => entries === 0))
    return;
  throw new CodedError("USAGE", "no line of the logs was written by the format that was named", {
    remedy: "Give the format as it stands in the configuration of the proxy, quotes and brackets included.",
  });
}

/** What was not read may have failed: `clean` is said of what was read, and of enough of it. */
function honest(diagnosis: Diagnosis, files: readonly ReadFileReport[]): Diagnosis {
  const enough = diagnosis.entries > 0 && files.every(isReadEnough);
  return enough || diagnosis.verdict !== "clean" ? diagnosis : { ...diagnosis, verdict: "undecided" };
}

/** Traces are held whole, for a span is judged by its parent: what is larger is refused, and not read halfway. */
const tracesBytesMax = 200 * 1024 * 1024;

async function readSpans({
  path,
  name,
}: {
  readonly path: string;
  readonly name: string;
}): Promise<readonly Span[]> {
  const { size } = await statOf(path, name);
  const usage = (says: string, remedy: string): CodedError =>
    new CodedError("USAGE", `${name} ${says}`, { remedy });
  if (size > tracesBytesMax)
    throw usage("is larger than 200 MB", "Export the traces of the hours around the incident only.");
  const text = await readFile(path, "utf8");
  const whole = spansOf(text, 1);
  if (whole !== null) return whole;
  const lines = text.split("\n").map((line, at) => (line === "" ? [] : spansOf(line, at + 1)));
  const spans = lines.filter((one) => one !== null).flat();
  if (spans.length > 0) return spans;
  throw usage(
    "holds no traces",
    "Export them as OTLP JSON: the file exporter of the OpenTelemetry Collector writes it.",
  );
}

async function statOf(path: string, name: string): Promise<{ size: number; mtime: Date }> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new CodedError("USAGE", `${name} cannot be read (${cause.code ?? "unknown"})`, {
      remedy: "Name logs that are there, or folders that hold some.",
      cause,
    });
  });
  if (found.isFile() || found.isFIFO() || path === stdinPath) return found;
  throw new CodedError("USAGE", `${name} is no file`, { remedy: "Name logs, or folders that hold some." });
}

/** Hands over what comes first of all that lies ready; `between` runs whenever more must be read. */
async function merge(
  sources: readonly EntrySource[],
  others: readonly Entry[],
  take: (entry: Entry) => void,
  between: () => void,
): Promise<void> {
  const open: EntrySource[] = [];
  for (const source of sources) if (await next(source)) open.push(source);
  // The earliest last, so that it is cheap to take.
  const waiting = others.toReversed();
  while (open.length > 0) {
    const first = earliest(open);
    while ((waiting.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) < first.atMs) takeAll(waiting.splice(-1), take);
    if (handOver(first, take)) continue;
    between();
    if (!(await next(first))) open.splice(open.indexOf(first), 1);
  }
  takeAll(waiting.toReversed(), take);
}

function takeAll(entries: readonly Entry[], take: (entry: Entry) => void): void {
  for (const entry of entries) take(entry);
}

/** Hands over the entry that lies ready; whether another one lies ready behind it. */
function handOver(source: EntrySource, take: (entry: Entry) => void): boolean {
  const { head } = source;
  source.head = null;
  if (head !== null) take(head);
  return source.advance();
}

/** Whether there is a next entry, reading as much as it needs. */
async function next(source: EntrySource): Promise<boolean> {
  while (await source.refill()) if (source.advance()) return true;
  // The last entry of a file is only known at its end.
  return source.head !== null;
}

function earliest(open: readonly EntrySource[]): EntrySource {
  let first = open[0] as EntrySource;
  for (const source of open) if (source.atMs < first.atMs) first = source;
  return first;
}

function throttled(work: () => void): () => void {
  let atMs = performance.now();
  return () => {
    if (performance.now() - atMs < progressEveryMs) return;
    atMs = performance.now();
    work();
  };
}
