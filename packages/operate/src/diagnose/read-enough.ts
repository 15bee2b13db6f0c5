import type { Entry } from "./entry.ts";

/** What counts of how a file was read. */
export interface ReadCounts {
  readonly entries: number;
  readonly leftOut: number;
  readonly unknown: number;
  readonly brokenOff: string | null;
}

/** From this part of a file on, what could not be read may hide a failure. */
const unreadMax = 0.2;

/** Text that names no time, no level, no status and no call: whether it tells of a failure cannot be known. */
export function isUnknown({ format, atMs, level, call, told }: Entry): boolean {
  return format === "text" && atMs === null && level === null && call === null && told.status === null;
}

/** Whether what was read of a file is enough to say that nothing fails in it. An empty file hides nothing. */
export function isReadEnough({ entries, leftOut, unknown, brokenOff }: ReadCounts): boolean {
  if (brokenOff !== null) return false;
  const lines = entries + leftOut;
  return lines === 0 || (unknown + leftOut) / lines < unreadMax;
}
