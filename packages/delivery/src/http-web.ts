import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { DeliveryError } from "./errors.ts";

/** Headers of one connection that a request of the web cannot have. */
const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "host",
  "http2-settings",
]);

/** What a parser of bodies in front has left behind. */
export interface ParsedBefore {
  readonly body?: unknown;
  /** The bytes, where the parser was told to keep them. */
  readonly rawBody?: unknown;
  readonly originalUrl?: string;
}

/**
 * A request of `node:http` as one of the web. The body is streamed, or taken from a parser that kept its bytes (`express.raw()`, or a
 * `verify` that sets `rawBody`). Throws CONFIGURATION for one whose bytes are gone.
 */
export function webRequest(request: IncomingMessage & ParsedBefore): Request {
  const { method = "GET" } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headersDistinct))
    if (!connectionHeaders.has(name) && !name.startsWith(":"))
      for (const one of value ?? []) headers.append(name, one);
  const url = new URL(request.originalUrl ?? request.url ?? "/", `http://${hostOf(request)}`);
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  const bytes = bytesOf(request);
  if (bytes !== null) return new Request(url, { method, headers, body: bytes });
  // Only a stream needs `duplex`, which the types do not know.
  const init = { method, headers, body: Readable.toWeb(request), duplex: "half" };
  return new Request(url, init as RequestInit);
}

function hostOf({ headers }: IncomingMessage): string {
  const host = headers.host ?? "";
  return /^[\w.:[\]-]+$/.test(host) ? host : "localhost";
}

function bytesOf(request: IncomingMessage & ParsedBefore): Uint8Array<ArrayBuffer> | null {
  const kept = request.rawBody ?? request.body;
  if (kept instanceof Uint8Array) return new Uint8Array(kept);
  if (!request.readableEnded && !request.readableDidRead) return null;
  throw new DeliveryError(
    "CONFIGURATION",
    "The request's body was parsed before: its bytes are part of what tells two requests apart. Put idempotent routes in front of body parsers, or let the parser keep the bytes as rawBody.",
  );
}

/**
 * Answers over `node:http` with a response of the web. A client that has gone is no failure; resolves when all is written, or nobody listens
 * any more.
 */
export async function sendWebResponse(response: Response, target: ServerResponse): Promise<void> {
  if (target.destroyed) {
    await response.body?.cancel();
    return;
  }
  target.statusCode = response.status;
  if (response.statusText !== "") target.statusMessage = response.statusText;
  for (const [name, value] of response.headers) if (name !== "set-cookie") target.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) target.setHeader("set-cookie", cookies);
  if (response.body === null || target.req.method === "HEAD") {
    await response.body?.cancel();
    target.end();
    return;
  }
  await written(response.body, target);
}

/** Writes a body as fast as the client takes it; a body that breaks off breaks the connection off, so that nobody takes it for whole. */
async function written(body: ReadableStream<Uint8Array>, target: ServerResponse): Promise<void> {
  const reader = body.getReader();
  const gone = (): void => void reader.cancel().catch(() => {});
  target.once("close", gone);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      if (!target.write(next.value) && !target.destroyed) await drained(target);
    target.end();
  } catch {
    target.destroy();
  } finally {
    target.off("close", gone);
  }
}

function drained(target: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      target.off("drain", go).off("close", go);
      resolve();
    };
    target.once("drain", go).once("close", go);
  });
}
