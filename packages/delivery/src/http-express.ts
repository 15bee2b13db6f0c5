import type { IncomingMessage, ServerResponse } from "node:http";
import { type ParsedBefore, sendWebResponse, webRequest } from "./http-web.ts";

/** What a route gets from Express beside the request: its own request and response, with whatever middleware has put there. */
export interface ExpressOrigin<ExpressRequest = IncomingMessage, ExpressResponse = ServerResponse> {
  readonly request: ExpressRequest;
  readonly response: ExpressResponse;
}

/**
 * A handler of Express for a route: `app.post("/charges", expressHandler(d.idempotent(…)))`. Its bytes must still be there: register it before
 * `express.json()`, or behind `express.raw()` for its content type, or give the parser a `verify` that keeps them as `rawBody`. What the route
 * throws goes to Express' error handlers.
 */
export function expressHandler<
  ExpressRequest extends IncomingMessage = IncomingMessage,
  ExpressResponse extends ServerResponse = ServerResponse,
>(
  route: (request: Request, origin: ExpressOrigin<ExpressRequest, ExpressResponse>) => Promise<Response>,
): (request: ExpressRequest, response: ExpressResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    answer(route, { request, response }).catch(next);
  };
}

async function answer<ExpressRequest extends IncomingMessage, ExpressResponse extends ServerResponse>(
  route: (request: Request, origin: ExpressOrigin<ExpressRequest, ExpressResponse>) => Promise<Response>,
  origin: ExpressOrigin<ExpressRequest, ExpressResponse>,
): Promise<void> {
  const request = webRequest(origin.request as IncomingMessage & ParsedBefore);
  await sendWebResponse(await route(request, origin), origin.response);
}
