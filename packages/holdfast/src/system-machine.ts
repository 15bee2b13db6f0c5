import { existsSync, mkdtempSync, readFileSync, rmdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { availableParallelism, freemem } from "node:os";
import { join } from "node:path";
import type { MachineFacts } from "./diagnosis.ts";

/** Measures this machine: takes about a second. */
export async function machineFacts(folder: string): Promise<MachineFacts> {
  return {
    nodeVersion: process.versions.node,
    platform: process.platform,
    cores: availableParallelism(),
    freeMemoryBytes: freemem(),
    descriptorsMax: descriptorsMax(),
    canListen: await canListen(),
    canWrite: canWrite(folder),
    canReadProcesses: existsSync("/proc/self/environ"),
    latenessMs: await lateness(40),
  };
}

function descriptorsMax(): number | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.NaN) || null;
  } catch {
    return null;
  }
}

function canWrite(folder: string): string | null {
  try {
    rmdirSync(mkdtempSync(join(folder, ".holdfast-doctor-")));
    return null;
  } catch (failure) {
    return (failure as Error).message;
  }
}

function canListen(): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const server = createServer((socket) => socket.end());
  server.on("error", (failure) => resolve(failure.message));
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as { port: number };
    const socket = connect(port, "127.0.0.1");
    socket.on("error", (failure) => resolve(failure.message));
    socket.on("close", () => server.close(() => resolve(null)));
    socket.resume();
  });
  return promise;
}

async function lateness(samples: number): Promise<number[]> {
  const measured: number[] = [];
  for (let i = 0; i < samples; i++) {
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    measured.push(performance.now() - before - 20);
  }
  return measured;
}
