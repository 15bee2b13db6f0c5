import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { after } from "node:test";

/** A request that a provider has got, its body included. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Which connection it came over, from 1. */
  readonly connection: number;
  readonly atMs: number;
  /** Resolves when its connection is closed. */
  readonly closed: Promise<void>;
}

/** What a provider does with a request. */
export type Act = (response: ServerResponse, request: IncomingMessage) => void;

/** A provider on a real socket. */
export interface Provider {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Connections that are open now. */
  connections(): number;
}

/** Starts a provider: the n-th request meets the n-th act, those beyond meet the last. It ends with the tests of the file. */
export async function provider(...acts: readonly Act[]): Promise<Provider> {
  const seen: Seen[] = [];
  const sockets = new Map<Socket, { readonly number: number; readonly closed: Promise<void> }>();
  let opened = 0;
  const server = createServer(async (request, response) => {
    const connection = sockets.get(request.socket);
    let body = "";
    try {
      for await (const chunk of request) body += chunk;
    } catch {
      return; // The consumer broke off.
    }
    const { method = "", url = "", headers } = request;
    const { number = 0, closed = Promise.resolve() } = connection ?? {};
    seen.push({ method, path: url, headers, body, connection: number, atMs: performance.now(), closed });
    (acts[seen.length - 1] ?? acts.at(-1) ?? answer(200))(response, request);
  });
  server.on("connection", (socket) => {
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    opened++;
    sockets.set(socket, { number: opened, closed });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, seen, connections: () => sockets.size };
}

/** Answers whole. */
export function answer(status: number, body = "ok", headers: Readonly<Record<string, string>> = {}): Act {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** Resets the connection. */
export const reset: Act = (_response, request) => void request.socket.resetAndDestroy();

/** Never answers. */
export const hang: Act = () => {};

/** Answers with a head and the begin of a body, and then no more. */
export function stall(status: number, begun = "begun"): Act {
  return (response) => {
    response.writeHead(status, { "content-length": "1000" });
    response.write(begun);
  };
}

/** Answers in two parts, so that a head is not read together with the end of its body. */
export function inParts(status: number, headers: Readonly<Record<string, string>> = {}): Act {
  return (response) => {
    response.writeHead(status, headers);
    response.write("x".repeat(10_000));
    setTimeout(() => response.end("x".repeat(10_000)), 20);
  };
}

/** Waits until something holds; a test that waits in vain is ended by its own limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
