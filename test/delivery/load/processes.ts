import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { readJournal } from "../../../crash/facts.ts";
import type { WorkerLine, WorkerOrders } from "./worker.child.ts";

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  lines(): readonly WorkerLine[];
  /** Lets it go on where it stopped itself. */
  thaw(): void;
  /** Has it end by itself, and says with which status it did. */
  end(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts one. */
export function startWorker(orders: WorkerOrders): WorkerProcess {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@holdfast/source",
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "worker.child.ts"),
      JSON.stringify(orders),
    ],
    { stdio: ["pipe", "inherit", "inherit"] },
  );
  process.once("exit", () => child.kill("SIGKILL"));
  const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    child,
    lines: () => readJournal<WorkerLine>(orders.journal),
    thaw: () => void child.kill("SIGCONT"),
    end() {
      child.stdin?.end();
      return gone;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
