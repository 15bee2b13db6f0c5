import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** A server of a test's own: a process that it starts, stops and kills, in a folder of its own, on a port that was free. */
export interface OwnServer {
  readonly port: number;
  readonly folder: string;
  /** Starts it, again after it was ended, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it in the way that its own administrators do. */
  stop(): Promise<void>;
  /** Ends it at once, as its own manual does in an emergency; the same as `kill` where there is no such way. */
  crash(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Ends it and takes its folder away. */
  close(): Promise<void>;
}

/** How to run a server. */
export interface Recipe {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Runs as this user where the test is root. */
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stopSignal: NodeJS.Signals;
  readonly crashSignal: NodeJS.Signals;
  /** Whether it answers, beyond taking a connection. */
  readonly answers?: () => Promise<boolean>;
  readonly startMs?: number;
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));

const isRoot = process.getuid?.() === 0;

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A temporary folder that belongs to the server's user. */
export function ownFolder(name: string, user?: string): string {
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
  if (isRoot && user !== undefined) chownSync(folder, idOf(user, "-u"), idOf(user, "-g"));
  return folder;
}

function idOf(user: string, which: "-u" | "-g"): number {
  return Number(spawnSync("id", [which, user], { encoding: "utf8" }).stdout);
}

/** The command as the server's user: databases refuse to run as root. */
function asUser([command, ...rest]: readonly [string, ...string[]], user?: string): [string, string[]] {
  if (!isRoot || user === undefined) return [command, rest];
  return ["setpriv", [`--reuid=${user}`, `--regid=${user}`, "--clear-groups", command, ...rest]];
}

/** Runs something to its end, as the server's user. */
export function runToEnd(command: readonly [string, ...string[]], user?: string): void {
  const [program, rest] = asUser(command, user);
  const { status, stderr, error } = spawnSync(program, rest, { encoding: "utf8", cwd: "/" });
  if (status !== 0) throw new Error(`${command[0]} ended with ${status}: ${error ?? stderr}`);
}

/** Where a program is: the first of the candidates that exists, or what the path knows; null where it is nowhere. */
export function programAt(name: string, ...candidates: readonly string[]): string | null {
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const { status, stdout } = spawnSync("which", [name], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

/** The reason to skip with, where a program is not there. */
export function missing(name: string, path: string | null): string | false {
  return path === null ? `service: ${name} is not installed on this machine` : false;
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (found: boolean) => () => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
}

/** Runs a server by its recipe, started. */
export async function startServer(recipe: Recipe, port: number, folder: string): Promise<OwnServer> {
  const server = ownServer(recipe, port, folder);
  await server.start();
  return server;
}

/** Runs a server by its recipe. It is not started yet. */
export function ownServer(recipe: Recipe, port: number, folder: string): OwnServer {
  let child: ChildProcess | null = null;
  let gone: Promise<unknown> = Promise.resolve();
  let said = "";

  const launch = (): void => {
    const [program, rest] = asUser(recipe.command, recipe.user);
    const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C", HOME: folder, ...recipe.env };
    const started = spawn(program, rest, {
      env,
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    child = started;
    said = "";
    const hear = (chunk: Buffer): void => {
      said = (said + String(chunk)).slice(-4_000);
    };
    started.stdout.on("data", hear);
    started.stderr.on("data", hear);
    gone = new Promise((resolve) => started.once("exit", resolve));
  };
  // Also when the runner gives this file up: nothing stays behind.
  process.once("exit", () => signalGroup("SIGKILL"));
  const isRunning = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  const isUp = async (): Promise<boolean> =>
    (await takesConnections(port)) && (await (recipe.answers?.() ?? true));
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
    } catch {
      // It was gone already.
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (signal === "SIGKILL") signalGroup(signal);
    else child?.kill(signal);
    await gone;
    child = null;
  };
  return {
    port,
    folder,
    async start() {
      // What was killed may leave processes behind that hold its files for a moment.
      for (const untilMs = performance.now() + (recipe.startMs ?? 30_000); ; await sleep(20)) {
        if (!isRunning()) launch();
        if (await isUp()) return;
        if (performance.now() > untilMs) throw new Error(`${recipe.name} does not answer: ${said}`);
      }
    },
    stop: () => end(recipe.stopSignal),
    crash: () => end(recipe.crashSignal),
    kill: () => end("SIGKILL"),
    async close() {
      if (child !== null) await end("SIGKILL");
      for (let tries = 0; tries < 50; tries++) {
        try {
          rmSync(folder, { recursive: true, force: true });
          return;
        } catch {
          await sleep(50);
        }
      }
    },
  };
}
