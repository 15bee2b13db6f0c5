import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Readable } from "node:stream";
import { CodedError, invariant } from "@holdfast/core";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Messages between Holdfast and a host process of its own. */
export interface Channel {
  send(message: object): void;
  listen(take: (message: unknown) => void): void;
}

/** A process of ours that leads a session and a process group of its own. */
export interface Child {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Set once it has ended. */
  readonly exit: () => Exit | null;
  readonly exited: Promise<Exit>;
  /** Resolves when it has ended and all it wrote was read. */
  readonly closed: Promise<void>;
  /** Messages to and from a host of ours; `null` without `messages`. */
  readonly channel: Channel | null;
}

/** Starts a command without a shell; a command that does not exist is `START_NOT_FOUND`. */
export async function launch(
  command: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    /** Opens a channel for messages; default false. */
    readonly messages?: boolean;
  },
): Promise<Child> {
  const [file, ...rest] = command;
  invariant(file !== undefined, "a command has at least one word");
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: options.messages ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
  });
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => reject(notFound(command, options.cwd, cause)));
  });
  const { stdout, stderr, pid } = child;
  invariant(stdout !== null && stderr !== null && pid !== undefined, "a spawned child has pipes and a pid");
  const channel = options.messages ? channelOf(child) : null;
  return { pid, stdout, stderr, exit: () => exit, exited, closed, channel };
}

/** A message to a host that has just ended is lost, and nobody waits for it. */
function channelOf(child: ChildProcess): Channel {
  return {
    send: (message) => {
      if (child.connected) child.send(message, () => {});
    },
    listen: (take) => child.on("message", take),
  };
}

function notFound(command: readonly string[], cwd: string, cause: Error): CodedError {
  return new CodedError(
    "START_NOT_FOUND",
    `The command \`${command.join(" ")}\` could not be started: ${cause.message}`,
    {
      remedy: `Check the spelling of \`${command[0]}\` and that it is on the PATH or in ${cwd}; no shell is used.`,
      details: { command, cwd },
      cause,
    },
  );
}

/** Sends a signal to the whole group of a child; false when nothing of it is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
