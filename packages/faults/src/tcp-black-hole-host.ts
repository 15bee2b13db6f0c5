/**
 * The thread behind a black hole: it listens with the smallest backlog and then never turns its event loop again, so that nobody
 * accepts. While it blocks it looks at the kernel's table of sockets, for nothing else shows an attempt to connect.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { type ConnectsSeen, connectWatch, type FromBlackHole, type ToBlackHole } from "./connect-watch.ts";

const { port, ended, selfAddress } = workerData as ToBlackHole;
const flag = new Int32Array(ended);
const lookEveryMs = 50;
const tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

const tell = (message: FromBlackHole): void => parentPort?.postMessage(message);
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

parentPort?.once("message", () => {
  const server = createServer();
  server.once("error", (failure) => {
    tell({ type: "failed", because: failure.message });
    process.exit(1);
  });
  server.listen({ port, host: "127.0.0.1", backlog: 1, exclusive: true }, () => {
    tell({ type: "listening" });
    const seen = watchUntilEnded();
    server.close();
    tell({ type: "ended", ...seen });
    // Otherwise the loop would turn once more and accept who waits in the queue.
    process.exit(0);
  });
});
tell({ type: "ready" });

function watchUntilEnded(): ConnectsSeen {
  const watch = connectWatch({ port, selfAddress });
  do {
    const texts = tables.map(readTable);
    watch.look(texts.every((text) => text === null) ? null : texts.join("\n"), nowMs());
  } while (Atomics.wait(flag, 0, 0, lookEveryMs) === "timed-out");
  return watch.seen();
}

function readTable(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
