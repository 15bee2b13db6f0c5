import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";

/** What can be sent as a body. What is iterated, streams above all, can be read only once. */
export type NodeBody = string | Uint8Array | URLSearchParams | Readable | AsyncIterable<string | Uint8Array>;

/** Whether a body can be read only once. */
export function isOneShot(body: NodeBody | undefined): boolean {
  return typeof body === "object" && !(body instanceof Uint8Array) && !(body instanceof URLSearchParams);
}

/** Whether a body has been read and cannot be read again. Of what is no stream nobody knows. */
export function isSpent(body: NodeBody | undefined): boolean {
  if (!isOneShot(body)) return false;
  return !(body instanceof Readable) || body.destroyed || Readable.isDisturbed(body);
}

/** Sends a body and ends the request. A stream is not touched before there is a connection: without one it can be sent again. */
export function sendBody(request: ClientRequest, body: NodeBody | undefined): void {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    request.end(body);
    return;
  }
  if (body instanceof URLSearchParams) {
    if (!request.hasHeader("content-type"))
      request.setHeader("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
    request.end(body.toString());
    return;
  }
  connected(request, () => {
    const stream = body instanceof Readable ? body : Readable.from(body);
    // Each end of the pipeline has its listeners already; what goes wrong reaches the request.
    pipeline(stream, request, () => {});
  });
}

function connected(request: ClientRequest, work: () => void): void {
  request.once("socket", (socket: Socket & { readonly encrypted?: boolean }) => {
    if (!socket.connecting) work();
    else socket.once(socket.encrypted === true ? "secureConnect" : "connect", work);
  });
}
