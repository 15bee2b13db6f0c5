import { spawn, spawnSync } from "node:child_process";
import { connect, type Socket } from "node:net";

const requestBytes = Buffer.from(
  [
    "GET /v1/charges/ch_1 HTTP/1.1",
    "Host: 127.0.0.1",
    "Accept: application/json",
    "User-Agent: bench/1",
    "Authorization: Bearer abcdefghijklmnop",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "\r\n",
  ].join("\r\n"),
);

/** Whether the load generator `wrk` is there. */
export function hasWrk(): boolean {
  return spawnSync("wrk", ["-v"]).error === undefined;
}

/** Requests per second over 64 kept-alive connections, by `wrk`, or by a loop of our own where it is missing. */
export async function throughput(port: number, seconds: number, wrk: boolean): Promise<number> {
  return wrk ? wrkThroughput(port, seconds) : loopThroughput(port, seconds);
}

function wrkThroughput(port: number, seconds: number): Promise<number> {
  const headers = requestBytes
    .toString()
    .split("\r\n")
    .slice(2, -2)
    .flatMap((line) => ["-H", line]);
  const url = `http://127.0.0.1:${port}/v1/charges/ch_1`;
  const child = spawn("wrk", ["-t1", "-c64", `-d${seconds}s`, ...headers, url]);
  let told = "";
  child.stdout.on("data", (piece: Buffer) => {
    told += piece.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const found = /Requests\/sec:\s+([\d.]+)/.exec(told);
      if (found === null || /Socket errors|Non-2xx/.test(told)) reject(new Error(`wrk: ${told}`));
      else resolve(Number(found[1]));
    });
  });
}

async function loopThroughput(port: number, seconds: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: 64 }, () => open(port)));
  let answered = 0;
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1000;
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() < untilMs) {
        await exchange(socket, [requestBytes]);
        answered += 1;
      }
      socket.destroy();
    }),
  );
  return (answered * 1000) / (performance.now() - startedMs);
}

/** How long each of `count` requests took, one after another on one connection, in milliseconds. */
export async function latencies(port: number, count: number): Promise<readonly number[]> {
  return timed(port, count, [requestBytes]);
}

/** The same for a request in two writes whose answer comes in two writes, which is what small-packet delays show on. */
export async function splitLatencies(port: number, count: number): Promise<readonly number[]> {
  const head =
    "POST /split HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n";
  return timed(port, count, [Buffer.from(head), Buffer.from('{"amount":42}')]);
}

/** Connections that have made one request each and then do nothing. */
export async function idleConnections(
  port: number,
  count: number,
): Promise<{ readonly open: number; close(): void }> {
  const sockets: Socket[] = [];
  const lost = new Set<Socket>();
  for (let opened = 0; opened < count; opened += 100) {
    const more = await Promise.all(Array.from({ length: Math.min(100, count - opened) }, () => open(port)));
    for (const socket of more) socket.once("close", () => lost.add(socket)).on("error", () => {});
    await Promise.all(more.map((socket) => exchange(socket, [requestBytes])));
    sockets.push(...more);
  }
  return {
    open: sockets.length - lost.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Fetches so many bytes in answers of ten megabytes, four connections side by side; how long it took, in ms. */
export async function bodies(port: number, bytes: number): Promise<number> {
  const startedMs = performance.now();
  const answers = Math.ceil(bytes / 10e6);
  let asked = 0;
  const work = async (): Promise<void> => {
    while (asked++ < answers) {
      const answer = await fetch(`http://127.0.0.1:${port}/large`);
      for await (const _piece of answer.body ?? []) {
        // Read to its end and not kept.
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return performance.now() - startedMs;
}

async function timed(port: number, count: number, writes: readonly Buffer[]): Promise<readonly number[]> {
  const socket = await open(port);
  const took: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await exchange(socket, writes);
    took.push(performance.now() - startedMs);
  }
  socket.destroy();
  return took;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Writes a request and waits for the last byte of the provider's one answer. */
function exchange(socket: Socket, writes: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let tail = "";
    const look = (chunk: Buffer): void => {
      tail = (tail + chunk.toString("latin1")).slice(-40);
      if (!tail.endsWith('"succeeded"}')) return;
      socket.off("data", look);
      socket.off("error", reject);
      resolve();
    };
    socket.on("data", look);
    socket.once("error", reject);
    for (const bytes of writes) socket.write(bytes);
  });
}
