import { writeSync } from "node:fs";
import type { Io } from "./command.ts";

/** The process as a command sees it. The first Ctrl-C aborts the signal, the second ends the process at once. */
export function systemIo(): Io {
  const controller = new AbortController();
  let asked = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      asked += 1;
      controller.abort(new Error(`stopped by ${name}`));
      if (asked > 1) process.exit(130);
    });
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => writeWhole(1, text),
    err: (text) => writeWhole(2, text),
    outIsTty: process.stdout.isTTY === true,
    errIsTty: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? process.stdout.columns ?? 80,
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
      else throw failure;
    }
  }
}
