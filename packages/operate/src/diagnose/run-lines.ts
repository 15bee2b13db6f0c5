import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
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
  const gzip = await isGzip(path);
  const raw = createReadStream(path, { highWaterMark: chunkBytes, signal });
  const stream = gzip ? raw.pipe(createGunzip({ chunkSize: chunkBytes })) : raw;
  if (gzip) raw.on("error", (failure) => stream.destroy(failure));
  let rest: Buffer = Buffer.alloc(0);
  let skipping = false;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
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

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
