import { writeSync } from "node:fs";
import { CodedError } from "@holdfast/core";
import type { Io } from "./command.ts";

/** A terminal's Ctrl-C reaches this process and every launcher above it, which pass it on: one keypress, several signals. */
const sameKeypressMs = 500;

/** The process as a command sees it. The first Ctrl-C aborts the signal, a second one ends the process at once. */
export function systemIo(): Io {
  const controller = new AbortController();
  let askedMs: number | null = null;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      const nowMs = performance.now();
      if (askedMs !== null && nowMs - askedMs > sameKeypressMs) process.exit(130);
      askedMs ??= nowMs;
      controller.abort(new Error(`stopped by ${name}`));
    });
  // The launcher holds a channel: when it is gone, killed as it may be, nobody waits for this run any more.
  process.once("disconnect", () => controller.abort(new Error("the launcher is gone")));
  process.channel?.unref();
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => writeWhole(1, text),
    err: (text) => writeWhole(2, text),
    outIsTty: process.stdout.isTTY === true,
    errIsTty: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? process.stdout.columns ?? (Number(process.env["COLUMNS"]) || 80),
    signal: controller.signal,
  };
}

/** Writes all of it before returning, so that an exit right after loses nothing; a closed pipe ends the output quietly. */
function writeWhole(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException;
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      else if (code === "EPIPE") return;
      else
        throw new CodedError("OUTPUT_NOT_WRITTEN", `the output could not be written (${code ?? "unknown"})`, {
          remedy: "Make room where the output goes, or send it elsewhere.",
          cause: failure,
        });
    }
  }
}
