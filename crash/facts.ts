import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

/** Appends lines to a file, each on disk before the call returns. */
export interface Journal<Line> {
  write(line: Line): void;
  close(): void;
}

/** Opens a journal to append to. */
export function journal<Line>(path: string): Journal<Line> {
  const file = openSync(path, "a");
  return {
    write(line) {
      writeSync(file, `${JSON.stringify(line)}\n`);
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** The lines of a journal. The last one may be cut: its process died writing it, before it counted. */
export function readJournal<Line>(path: string): readonly Line[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Line);
}
