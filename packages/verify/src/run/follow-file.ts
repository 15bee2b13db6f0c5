import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { lineSplitter } from "./lines.ts";

const pollMs = 100;
const chunkBytes = 256 * 1024;

/** Follows a log file from its present end, also when it appears later or is cut; `stop` reads what is left. */
export function followFile(
  path: string,
  take: (lines: readonly string[]) => void,
): { read(): void; stop(): void } {
  const decoder = new StringDecoder("utf8");
  const splitter = lineSplitter();
  const buffer = Buffer.alloc(chunkBytes);
  let position = sizeOf(path);

  function read(): void {
    let file: number;
    try {
      file = openSync(path, "r");
    } catch {
      return;
    }
    try {
      if (fstatSync(file).size < position) position = 0;
      for (;;) {
        const bytes = readSync(file, buffer, 0, chunkBytes, position);
        if (bytes === 0) break;
        position += bytes;
        take(splitter.push(decoder.write(buffer.subarray(0, bytes))));
      }
    } finally {
      closeSync(file);
    }
  }

  const timer = setInterval(read, pollMs);
  timer.unref();
  return {
    read,
    stop: () => {
      clearInterval(timer);
      read();
      take(splitter.rest());
    },
  };
}

function sizeOf(path: string): number {
  try {
    const file = openSync(path, "r");
    const { size } = fstatSync(file);
    closeSync(file);
    return size;
  } catch {
    return 0;
  }
}
