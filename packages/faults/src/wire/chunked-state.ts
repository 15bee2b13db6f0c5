import { trustsTrailers } from "./head.ts";

/**
 * Where a reader stands inside a chunked body. `line` holds what came of an unfinished chunk-size line or trailer section;
 * `left` counts the data bytes still to come, or the bytes of the line end after them.
 */
export interface ChunkedState {
  phase: "size" | "data" | "data-end" | "trailers" | "done" | "unsure";
  line: string;
  left: number;
  /** Bytes of chunk extensions so far: bounded, as Node's own parser bounds them. */
  extensionBytes: number;
}

const sizeLine =
  /^([0-9A-Fa-f]{1,12})((?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"[!#-[\]-~\t ]*"))?)*)\r\n$/;
const lineBytesMax = 1024;
const trailerBytesMax = 8 * 1024;
const extensionBytesMax = 8 * 1024;

/** The state before the first chunk. */
export function chunkedStart(): ChunkedState {
  return { phase: "size", line: "", left: 0, extensionBytes: 0 };
}

/**
 * Reads on from `from`; answers where it stopped: at the end of `bytes`, after the last byte of the body (`done`), or where
 * it met what it does not trust (`unsure`). Calls `payload` with each run of data bytes.
 */
export function readChunked(
  state: ChunkedState,
  bytes: Buffer,
  from: number,
  payload: (data: Buffer) => void,
): number {
  let at = from;
  while (at < bytes.length && state.phase !== "done" && state.phase !== "unsure") {
    if (state.phase === "data") at = readData(state, bytes, at, payload);
    else if (state.phase === "data-end") at = readDataEnd(state, bytes, at);
    else at = readLine(state, bytes, at);
  }
  return at;
}

function readData(state: ChunkedState, bytes: Buffer, at: number, payload: (data: Buffer) => void): number {
  const end = Math.min(at + state.left, bytes.length);
  payload(bytes.subarray(at, end));
  state.left -= end - at;
  if (state.left === 0) {
    state.phase = "data-end";
    state.left = 2;
  }
  return end;
}

function readDataEnd(state: ChunkedState, bytes: Buffer, at: number): number {
  if (bytes[at] !== (state.left === 2 ? 0x0d : 0x0a)) {
    state.phase = "unsure";
    return at;
  }
  state.left -= 1;
  if (state.left === 0) state.phase = "size";
  return at + 1;
}

function readLine(state: ChunkedState, bytes: Buffer, at: number): number {
  const lineFeed = bytes.indexOf(0x0a, at);
  const end = lineFeed === -1 ? bytes.length : lineFeed + 1;
  const bytesMax = state.phase === "size" ? lineBytesMax : trailerBytesMax;
  if (state.line.length + end - at > bytesMax) {
    state.phase = "unsure";
    return at;
  }
  state.line += bytes.toString("latin1", at, end);
  if (lineFeed !== -1) endLine(state);
  return end;
}

function endLine(state: ChunkedState): void {
  if (state.phase === "trailers") {
    state.phase = endTrailerLine(state.line);
    return;
  }
  const match = sizeLine.exec(state.line);
  state.line = "";
  state.extensionBytes += match?.[2]?.length ?? 0;
  if (match === null || state.extensionBytes > extensionBytesMax) {
    state.phase = "unsure";
    return;
  }
  state.left = Number.parseInt(match[1] as string, 16);
  state.phase = state.left === 0 ? "trailers" : "data";
}

function endTrailerLine(section: string): ChunkedState["phase"] {
  if (section === "\r\n") return "done";
  if (section.endsWith("\r\n\r\n")) return trustsTrailers(section) ? "done" : "unsure";
  return section.endsWith("\r\n") ? "trailers" : "unsure";
}
