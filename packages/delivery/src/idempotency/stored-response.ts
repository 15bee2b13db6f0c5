import { DeliveryError } from "../errors.ts";
import { problem } from "./problems.ts";
import type { StoredResponse } from "./record.ts";

/** Headers that are kept with an answer unless a route names more. */
export const keptHeaders: readonly string[] = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
  "etag",
  "last-modified",
  "link",
  "location",
  "vary",
];

/** Headers that no route may keep: of one connection, of one moment, or of one client's session. */
const neverKept: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers that a route keeps; throws CONFIGURATION for one that must not be. */
export function keptHeadersOf(more: readonly string[]): ReadonlySet<string> {
  const names = more.map((name) => name.toLowerCase());
  const wrong = names.find((name) => neverKept.has(name));
  if (wrong !== undefined)
    throw new DeliveryError("CONFIGURATION", `keepHeaders names ${wrong}, which is never kept.`);
  return new Set([...keptHeaders, ...names]);
}

/** An answer in its two shapes: to send now, and to keep. */
export interface Captured {
  readonly response: Response;
  readonly stored: StoredResponse;
}

/**
 * Reads an answer's body up to the limit, since it cannot both be kept and sent before it is whole. What is larger, and any event stream, is
 * sent as it comes and kept as not replayable. Rejects with what the body itself fails with.
 */
export async function capture(
  response: Response,
  kept: ReadonlySet<string>,
  bytesMax: number,
): Promise<Captured> {
  const { status } = response;
  const headers = [...response.headers].filter(([name]) => kept.has(name));
  if (response.body === null) return { response, stored: { status, headers, body: null, replayable: true } };
  const isEvents = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  if (isEvents) return { response, stored: { status, headers, body: null, replayable: false } };
  const { body, whole } = await readUpTo(response.body, bytesMax);
  return {
    response: new Response(body, { status, statusText: response.statusText, headers: response.headers }),
    stored: { status, headers, body: whole, replayable: whole !== null },
  };
}

interface ReadBody {
  /** What to send: the bytes, or those read so far and the rest as it comes. */
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** The bytes; null where there are more than the limit. */
  readonly whole: Uint8Array | null;
}

async function readUpTo(body: ReadableStream<Uint8Array>, bytesMax: number): Promise<ReadBody> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    size += next.value.byteLength;
    if (size > bytesMax) return { body: resumed(chunks, reader), whole: null };
  }
  const whole = joined(chunks, size);
  return { body: whole, whole };
}

function resumed(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const read = chunks[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      const before = read.next();
      if (!before.done) return controller.enqueue(before.value);
      const next = await reader.read();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** Chunks as one array of bytes. */
export function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Says on an answer that it was given before. */
export const replayedHeader = "idempotency-replayed";

/** Statuses that have no body, not even an empty one. */
const bodiless: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** A kept answer, given again; a problem where only the fact of it was kept. */
export function replayed(stored: StoredResponse): Response {
  const headers = new Headers(stored.headers.map(([name, value]): [string, string] => [name, value]));
  if (!stored.replayable)
    return problem("response-not-replayable", {
      detail: `The request was done and answered with ${stored.status}. The answer was a stream, or too large to be kept: look at what was made.`,
      location: headers.get("location") ?? undefined,
    });
  headers.set(replayedHeader, "true");
  const body = bodiless.has(stored.status) || stored.body === null ? null : new Uint8Array(stored.body);
  return new Response(body, { status: stored.status, headers });
}
