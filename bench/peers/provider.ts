import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a provider answers a request. */
export type Act = (response: ServerResponse) => void;

/** An HTTP server on the loopback interface. */
export interface Provider {
  readonly url: string;
  /** When each request came, on the monotonic clock. */
  readonly cameMs: readonly number[];
  close(): Promise<void>;
}

/** Starts a server that answers each request as the next act says, and all further ones like the last. */
export async function provider(...acts: readonly [Act, ...Act[]]): Promise<Provider> {
  const cameMs: number[] = [];
  const server = createServer((_request, response) => {
    const act = acts[Math.min(cameMs.length, acts.length - 1)] ?? acts[0];
    cameMs.push(performance.now());
    act(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cameMs,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
