/**
 * The reaper: a process of its own that outlives Holdfast. It holds the reading end of a pipe; when the pipe ends, also
 * because Holdfast was killed, it ends whatever carries the run's marker and then itself.
 */
import process from "node:process";
import { killAllWith } from "./process-table.ts";

const run = process.argv[2] ?? "";
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.stdin.resume();
process.stdin.on("error", sweep);
process.stdin.on("end", sweep);

let quietLooks = 0;

/** A process between fork and exec carries no marker yet: only several empty looks in a row mean that nothing is left. */
function sweep(): void {
  quietLooks = killAllWith({ run, instance: null }) === 0 ? quietLooks + 1 : 0;
  if (quietLooks >= 4) process.exit(0);
  setTimeout(sweep, 60);
}
