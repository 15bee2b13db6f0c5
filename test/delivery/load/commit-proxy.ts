import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Where a connection breaks: before its COMMIT is passed on, in the middle of it, or when the server has answered it. */
export type CommitFault = "before" | "half" | "answered";

/** A proxy that takes connections away at COMMIT. */
export interface CommitProxy {
  readonly port: number;
  /** What happens to the next COMMIT; null lets it pass. */
  arm(fault: CommitFault | null): void;
  close(): Promise<void>;
}

/** Starts one before a server of this machine. */
export async function startCommitProxy(serverPort: number): Promise<CommitProxy> {
  let armed: CommitFault | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port: serverPort, host: "127.0.0.1", noDelay: true });
    const both = [client, upstream];
    const reset = (): void => {
      for (const socket of both) socket.resetAndDestroy();
    };
    let awaitsAnswer = false;
    const breakAt: Readonly<Record<CommitFault, (chunk: Buffer) => void>> = {
      before: reset,
      half: (chunk) => upstream.write(chunk.subarray(0, chunk.indexOf("COMMIT") + 3), reset),
      answered: (chunk) => {
        awaitsAnswer = true;
        upstream.write(chunk);
      },
    };
    client.on("data", (chunk) => {
      if (armed === null || !isCommit(chunk)) return void upstream.write(chunk);
      breakAt[armed](chunk);
      armed = null;
    });
    upstream.on("data", (chunk) => {
      if (awaitsAnswer) reset();
      else client.write(chunk);
    });
    for (const [one, other] of [both, both.toReversed()] as [Socket, Socket][]) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    arm(fault) {
      armed = fault;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `BEGIN ISOLATION LEVEL READ COMMITTED` is none. */
function isCommit(chunk: Buffer): boolean {
  return /COMMIT(?!TED)/.test(String(chunk));
}
