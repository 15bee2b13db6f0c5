import { createServer } from "node:net";
import process from "node:process";

// Below the range from which kernels take the ports of outgoing connections: a port found free stays free until used.
const first = 11_000;
const last = 31_999;
let next = first + ((process.pid * 379) % (last - first));

/** A port that nobody listens on, never the same twice in a row. */
export async function freePort(): Promise<number> {
  for (;;) {
    next = next >= last ? first : next + 1;
    const port = next;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
