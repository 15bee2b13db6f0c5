import { isWorthALine, type ProgressOptions, progressLine, progressLines } from "./progress.ts";
import type { ProgressEvent } from "./progress-event.ts";

/** Where progress goes. `live` rewrites lines in place and is for a TTY; otherwise plain lines are added now and then. */
export interface ProgressTarget extends ProgressOptions {
  write(text: string): void;
  readonly live: boolean;
}

/** Shows the progress of a run as it comes; `clear` takes the live lines away before something else is printed. */
export interface ProgressWriter {
  show(event: ProgressEvent): void;
  clear(): void;
}

/** Live lines are rewritten at most this often. */
const redrawEveryMs = 100;

/** A writer for the given target. */
export function createProgressWriter(target: ProgressTarget): ProgressWriter {
  return target.live ? liveWriter(target) : plainWriter(target);
}

function plainWriter(target: ProgressTarget): ProgressWriter {
  let printed: ProgressEvent | null = null;
  return {
    show(event) {
      if (!isWorthALine(printed, event)) return;
      printed = event;
      target.write(`${progressLine(event)}\n`);
    },
    clear() {},
  };
}

function liveWriter(target: ProgressTarget): ProgressWriter {
  let drawn = 0;
  let last: ProgressEvent | null = null;
  const erase = (): string => (drawn === 0 ? "" : `\u001B[${drawn}A\u001B[0J`);
  return {
    show(event) {
      if (last !== null && last.phase === event.phase && event.elapsedMs - last.elapsedMs < redrawEveryMs)
        return;
      const lines = progressLines(event, target);
      target.write(`${erase()}${lines.join("\n")}\n`);
      drawn = lines.length;
      last = event;
    },
    clear() {
      target.write(erase());
      drawn = 0;
      last = null;
    },
  };
}
