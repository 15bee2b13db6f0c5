import { spawn } from "node:child_process";
import process from "node:process";
import { hostFile } from "./host-file.ts";

/** Watches over a run from outside; `release` lets it end. */
export interface Reaper {
  readonly pid: number;
  release(): void;
}

/** Starts the process that ends a run's processes should Holdfast die without having done so. */
export function startReaper(run: string): Reaper {
  const child = spawn(process.execPath, ["--no-warnings", hostFile("reaper-host"), run], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  return { pid: child.pid ?? 0, release: () => child.stdin.end() };
}
