import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type Clock, CodedError } from "@holdfast/core";
import type { ConnectsSeen, FromBlackHole, ToBlackHole } from "./connect-watch.ts";

/** A port at which attempts to connect get no answer. */
export interface BlackHole {
  /** Takes the port; who connects from here on hangs. */
  begin(): Promise<void>;
  /** Frees the port; answers what tried to connect meanwhile, on the clock of the run. */
  end(): Promise<ConnectsSeen>;
}

/** An address of this machine that no consumer connects from, so that our own attempt can be told from theirs. */
const selfAddress = "127.0.0.2";
/** The queue of a listener with a backlog of 1 takes two; a kernel that counts otherwise takes some more. */
const fillersMax = 8;
/** Connecting on this machine takes a fraction of a millisecond: what has not come about after this hangs. */
const hangsMs = 30;
const threadMs = 5_000;

/**
 * Prepares a black hole without any rights: a thread listens with the smallest backlog and blocks, and the queue is filled by
 * connections of our own, after which the kernel drops every SYN. One more of ours hangs all the while; if it ever connects, `leaked`.
 */
export async function prepareBlackHole(
  port: number,
  options: { readonly clock: Clock; readonly leaked: () => void },
): Promise<BlackHole> {
  const { clock, leaked } = options;
  const thread = startThread(port);
  await thread.hear("ready");
  const own: Socket[] = [];
  let over = false;

  async function fill(): Promise<void> {
    for (let filled = 0; filled < fillersMax; filled++) {
      const socket = dial(port);
      own.push(socket);
      await Promise.race([once(socket, "connect"), clock.sleep(hangsMs)]);
      // A stalled process sees timers first: what the network brought meanwhile is looked at before it is judged.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (!socket.connecting) continue;
      for (const event of ["connect", "error"]) socket.once(event, () => over || leaked());
      return;
    }
    throw notHeld(`${fillersMax} connections were taken in`);
  }

  return {
    begin: async () => {
      await thread.hear("listening");
      await fill();
    },
    end: async () => {
      over = true;
      for (const socket of own) socket.destroy();
      return thread.finish(clock);
    },
  };
}

function dial(port: number): Socket {
  // Elsewhere than on Linux 127.0.0.1 is the only loopback address, and nothing is counted anyway.
  const from = process.platform === "linux" ? { localAddress: selfAddress } : {};
  const socket = connect({ port, host: "127.0.0.1", ...from });
  socket.on("error", () => {});
  return socket;
}

/** The thread, which keeps the process alive only while something is awaited of it. */
function startThread(port: number): {
  hear(type: FromBlackHole["type"]): Promise<FromBlackHole>;
  finish(clock: Clock): Promise<ConnectsSeen>;
} {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ToBlackHole = { port, ended: flag.buffer as SharedArrayBuffer, selfAddress };
  const file = fileURLToPath(import.meta.resolve("@holdfast/faults/black-hole-host"));
  const worker = new Worker(file, { workerData, execArgv: ["--disable-warning=ExperimentalWarning"] });
  worker.on("error", () => {});
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  async function hear(type: FromBlackHole["type"]): Promise<FromBlackHole> {
    worker.ref();
    try {
      return await new Promise<FromBlackHole>((resolve, reject) => {
        worker.on("message", (message: FromBlackHole) => {
          if (message.type === type) resolve(message);
          if (message.type === "failed") reject(notHeld(message.because));
        });
        void exited.then(() => reject(notHeld("its thread ended")));
        if (type === "listening") worker.postMessage(null);
      });
    } finally {
      worker.unref();
    }
  }

  async function finish(clock: Clock): Promise<ConnectsSeen> {
    const told = hear("ended").catch(() => null);
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
    const late = new AbortController();
    const inTime = await Promise.race([told, clock.sleep(threadMs, late.signal).catch(() => {})]);
    late.abort();
    // A thread that never began to listen waits for a message, and does not look at the flag.
    if (inTime?.type !== "ended") await worker.terminate();
    worker.ref();
    await exited;
    return inTime?.type === "ended" ? onClockOf(clock, inTime) : { counted: false, connects: [] };
  }

  return { hear, finish };
}

/** The thread told the time of the process; the run has a clock of its own. */
function onClockOf(clock: Clock, { counted, connects }: ConnectsSeen): ConnectsSeen {
  const apartMs = clock.monotonic() - Number(process.hrtime.bigint()) / 1e6;
  const moved = connects.map(({ beganMs, endedMs }) => ({
    beganMs: beganMs + apartMs,
    endedMs: endedMs === null ? null : endedMs + apartMs,
  }));
  return { counted, connects: moved };
}

function notHeld(because: string): CodedError {
  return new CodedError("BLACK_HOLE_NOT_HELD", `The proxy's port could not be made silent: ${because}.`, {
    remedy: "See that nothing else listens on this port; other kernels than Linux may not drop connections.",
    details: { because },
  });
}
