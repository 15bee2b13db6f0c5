import { DeliveryError } from "../errors.ts";
import { joined } from "./stored-response.ts";

/** The whole body of a request; null where it has more bytes than allowed. What the sender breaks off rejects as it does. */
export async function readRequestBody(
  request: Request,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (request.bodyUsed)
    throw new DeliveryError(
      "CONFIGURATION",
      "The request's body was read before: its bytes are part of what tells two requests apart. Put body parsers behind idempotency.",
    );
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > bytesMax) return null;
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    size += next.value.byteLength;
    if (size > bytesMax) {
      // Left as it is: to cancel it would break the connection off before the refusal is read.
      reader.releaseLock();
      return null;
    }
  }
  return joined(chunks, size);
}

/**
 * The request with its bytes, as the handler gets it. It has the run's signal and not the client's: once a key is claimed, the work goes
 * on whether or not the client still listens.
 */
export function heldRequest(request: Request, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Request {
  const { method, headers } = request;
  return new Request(request.url, {
    method,
    headers,
    signal,
    body: method === "GET" || method === "HEAD" || request.body === null ? null : body,
  });
}
