import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import type { Clock } from "@holdfast/core";
import { carries, instanceVariable, type Marker } from "./marker.ts";

/** The ids of the processes that carry the marker now, read from the process table; never our own. */
export function processesWith(marker: Marker): number[] {
  const found = process.platform === "linux" ? fromProc(marker) : fromPs(marker);
  return found.filter((pid) => pid !== process.pid);
}

/** Every process of a run with the instance that it belongs to, read from the process table. */
export function instancesOf(run: string): { readonly pid: number; readonly instance: string | null }[] {
  const prefix = `${instanceVariable}=`;
  return processesWith({ run, instance: null }).map((pid) => {
    const variable = environmentOf(pid).find((text) => text.startsWith(prefix));
    return { pid, instance: variable?.slice(prefix.length) ?? null };
  });
}

function fromProc(marker: Marker): number[] {
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    if (carries(environmentOf(pid), marker)) found.push(pid);
  }
  return found;
}

/** Processes of other users and those that have just ended cannot be read: they have nothing for us. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function fromPs(marker: Marker): number[] {
  const table = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], {
    encoding: "latin1",
    maxBuffer: 64 << 20,
  });
  return table
    .split("\n")
    .map((line) => line.trim().split(" "))
    .filter((words) => carries(words, marker))
    .map((words) => Number(words[0]));
}

/** Ends every process with the marker at once, and looks again until none is left; answers how many it met. */
export function killAllWith(marker: Marker, kill: (pid: number) => void = killNow): number {
  let met = 0;
  // A process that forks while it is being looked for is found by the next look; ten looks end the race.
  for (let look = 0; look < 10; look++) {
    const found = processesWith(marker);
    if (found.length === 0) break;
    met += look === 0 ? found.length : 0;
    for (const pid of found) kill(pid);
  }
  return met;
}

/** How long the dying may take on a busy machine before nobody waits for them any more. */
const dyingMs = 2_000;

/** Ends every process with the marker and waits until they are gone, those included that were only just starting. */
export async function endAllWith(marker: Marker, clock: Clock): Promise<void> {
  const untilMs = clock.monotonic() + dyingMs;
  while (killAllWith(marker) > 0 && clock.monotonic() < untilMs) await clock.sleep(10);
}

/** Ends a process at once, if it is still there. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}
