import { createReadStream } from "node:fs";
import { addAbortSignal, pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** What is told of a file that could not be read as it should. */
export interface FileNotes {
  /** Lines cut at the limit. */
  long: number;
  /** Lines that hold bytes of no text. */
  binary: number;
  /** Why reading ended early. */
  brokenOff: string | null;
  bytes: number;
}

const lineBytesMax = 64 * 1024;
const chunkBytes = 128 * 1024;

/** Reads a file as batches of lines; gzip is recognised by its first bytes, and a line has a greatest length. */
export async function* linesOf(
  path: string,
  notes: FileNotes,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const raw = opened(path, signal);
  let rest: Buffer = Buffer.alloc(0);
  let skipping = false;
  try {
    for await (const chunk of await unzipped(raw)) {
      notes.bytes = raw.bytesRead;
      const split = splitChunk(rest, chunk, skipping, notes);
      ({ rest, skipping } = split);
      if (split.lines.length > 0) yield split.lines;
    }
  } catch (failure) {
    signal.throwIfAborted();
    notes.brokenOff = (failure as NodeJS.ErrnoException).code ?? "unknown";
  } finally {
    raw.destroy();
  }
  if (rest.length > 0) yield [textOf(rest, notes)];
}

interface Split {
  readonly lines: string[];
  readonly rest: Buffer;
  /** Whether the next bytes still belong to a line that was cut. */
  readonly skipping: boolean;
}

function splitChunk(before: Buffer, chunk: Buffer, skipping: boolean, notes: FileNotes): Split {
  const start = skipping ? chunk.indexOf(10) + 1 : 0;
  if (skipping && start === 0) return { lines: [], rest: before, skipping };
  const bytes = before.length === 0 ? chunk.subarray(start) : Buffer.concat([before, chunk.subarray(start)]);
  // What was kept of a line that was too long is a line of its own.
  const joint = skipping && before.length > 0 ? [textOf(before, notes)] : [];
  const fresh = skipping ? chunk.subarray(start) : bytes;
  const end = fresh.lastIndexOf(10);
  const whole = end < 0 ? [] : textOf(fresh.subarray(0, end), notes).split("\n");
  const left = fresh.subarray(end + 1);
  if (left.length <= lineBytesMax)
    return { lines: [...joint, ...cut(whole, notes)], rest: Buffer.from(left), skipping: false };
  notes.long++;
  return {
    lines: [...joint, ...cut(whole, notes)],
    rest: Buffer.from(left.subarray(0, lineBytesMax)),
    skipping: true,
  };
}

function cut(lines: string[], notes: FileNotes): string[] {
  for (const [at, line] of lines.entries())
    if (line.length > lineBytesMax) {
      lines[at] = line.slice(0, lineBytesMax);
      notes.long++;
    }
  return lines;
}

function textOf(bytes: Buffer, notes: FileNotes): string {
  if (bytes.includes(0)) notes.binary++;
  return bytes.toString("utf8");
}

/** What stands for a process's own input, whether a file, a pipe or a socket is behind it. */
export const stdinPath = "/dev/stdin";

function opened(path: string, signal: AbortSignal): Readable & { readonly bytesRead: number } {
  if (path !== stdinPath) return createReadStream(path, { highWaterMark: chunkBytes, signal });
  return addAbortSignal(signal, process.stdin);
}

/** The bytes of a stream, unpacked where its first two say that it is gzip: a pipe can be read but once. */
async function unzipped(raw: Readable): Promise<AsyncIterable<Buffer>> {
  const chunks = (raw as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
    if (head.length >= 2) break;
  }
  const whole = startingWith(head, chunks);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole;
  const unzip = createGunzip({ chunkSize: chunkBytes });
  // Its failure is met by who reads it.
  pipeline(Readable.from(whole, { objectMode: false }), unzip, () => {});
  return unzip as AsyncIterable<Buffer>;
}

async function* startingWith(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}
