import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy for tests: it stands before a server and takes the connection away in the ways that networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection. New ones are let through. */
  cut(): void;
  /** Resets the connection whose client has sent so many more bytes; they arrive, and nothing after them. */
  cutAfter(bytes: number): void;
  /** Passes nothing on any more, of new connections neither, and closes none. One way alone: of what clients say, or of what they are told. */
  blackHole(way?: "up" | "down"): void;
  /** Passes everything on so many milliseconds later, in both directions and in order. */
  lag(byMs: number): void;
  /** Refuses new connections and resets those that are there. */
  refuse(): Promise<void>;
  /** Lets everything through again, and at once. Connections from before stay as dead as they were. */
  restore(): Promise<void>;
  connections(): number;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** Does one thing after the other, each of them the lag later that holds when it comes. */
function createLane(lagMs: () => number): (act: () => void) => void {
  const waiting: (() => void)[] = [];
  return (act) => {
    if (lagMs() === 0 && waiting.length === 0) return act();
    waiting.push(act);
    setTimeout(() => waiting.shift()?.(), lagMs());
  };
}

/** Starts one on a free port of 127.0.0.1. The target is read for each connection, so that it may be another one after a failover. */
export async function startTcpProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let dark: "up" | "down" | "both" | null = null;
  let lagMs = 0;
  let bytesLeft = Number.POSITIVE_INFINITY;
  let server: Server | null = null;
  let port = 0;

  const reset = (pair: Pair): void => {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
  };

  /** How much of what a client sent goes through; where that is the end of it, the connection goes with it. */
  const passUp = (pair: Pair, chunk: Buffer): void => {
    if (chunk.length < bytesLeft) {
      bytesLeft -= chunk.length;
      pair.server.write(chunk);
      return;
    }
    // The last bytes shall arrive: a reset would throw them away.
    pair.server.end(chunk.subarray(0, bytesLeft), () => reset(pair));
    bytesLeft = Number.POSITIVE_INFINITY;
    pair.client.resetAndDestroy();
  };

  const accept = (client: Socket): void => {
    const pair: Pair = { client, server: connect({ ...target, noDelay: true }) };
    pairs.add(pair);
    client.setNoDelay(true);
    const passes = (way: "up" | "down"): boolean => pairs.has(pair) && dark !== way && dark !== "both";
    const [up, down] = [createLane(() => lagMs), createLane(() => lagMs)];
    client.on("data", (chunk) =>
      up(() => {
        if (passes("up")) passUp(pair, chunk);
      }),
    );
    pair.server.on("data", (chunk) =>
      down(() => {
        if (passes("down")) client.write(chunk);
      }),
    );
    for (const [from, to, lane] of [
      [client, pair.server, up],
      [pair.server, client, down],
    ] as const) {
      from.on("error", () => {});
      from.on("close", () =>
        lane(() => {
          if (dark !== null) return;
          pairs.delete(pair);
          to.end();
        }),
      );
    }
  };

  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const listening = createServer(accept).once("error", reject);
      server = listening;
      listening.listen(port, "127.0.0.1", () => {
        port = (listening.address() as AddressInfo).port;
        resolve();
      });
    });

  const refuse = async (): Promise<void> => {
    for (const pair of pairs) reset(pair);
    await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    server = null;
  };

  await listen();
  return {
    get port() {
      return port;
    },
    cut() {
      for (const pair of pairs) reset(pair);
    },
    cutAfter(bytes) {
      bytesLeft = bytes;
    },
    blackHole(way) {
      dark = way ?? "both";
    },
    lag(byMs) {
      lagMs = byMs;
    },
    refuse,
    async restore() {
      if (dark !== null) for (const pair of pairs) reset(pair);
      dark = null;
      lagMs = 0;
      bytesLeft = Number.POSITIVE_INFINITY;
      if (server === null) await listen();
    },
    connections: () => pairs.size,
    async close() {
      dark = null;
      await refuse();
    },
  };
}
