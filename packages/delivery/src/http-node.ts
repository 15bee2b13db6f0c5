import type { IncomingMessage, ServerResponse } from "node:http";
import { sendWebResponse, webRequest } from "./http-web.ts";

/** What a route gets from `node:http` beside the request. */
export interface NodeOrigin {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** A route as `idempotent` makes it. */
export type NodeRoute = (request: Request, origin: NodeOrigin) => Promise<Response>;

/** Settings of the listener. */
export interface NodeListenerOptions {
  /** Is told what the route throws, after the client was answered 500. Default: a warning of the process. */
  readonly onError?: (error: unknown, origin: NodeOrigin) => void;
}

/** A listener of `node:http` for a route: `createServer(nodeListener(d.idempotent(…)))`. A client that goes away ends nothing. */
export function nodeListener(
  route: NodeRoute,
  { onError = warn }: NodeListenerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const origin = { request, response };
    answer(route, origin).catch((error: unknown) => {
      // The client broke its request off: nothing was claimed, and nobody is there to be told.
      if (request.destroyed && !request.complete) return;
      if (!response.headersSent && !response.destroyed) {
        response.statusCode = 500;
        response.end();
      } else response.destroy();
      onError(error, origin);
    });
  };
}

async function answer(route: NodeRoute, origin: NodeOrigin): Promise<void> {
  await sendWebResponse(await route(webRequest(origin.request), origin), origin.response);
}

function warn(error: unknown): void {
  process.emitWarning(`An idempotent route threw: ${String(error)}`, { code: "HOLDFAST_ROUTE" });
}
