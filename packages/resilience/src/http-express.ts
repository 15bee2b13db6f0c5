import type { IncomingMessage, ServerResponse } from "node:http";
import { openDoor, refusalStatus } from "./http-door.ts";
import type { InboundOptions } from "./inbound/inbound-options.ts";

/** A middleware for Express, or for whatever calls its middleware in the same way. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void;

/**
 * Middleware for Express, to be used before all others: what is called inside a request inherits its deadline, its trace and its
 * idempotency key. Errors pass to Express as they are, and no header is written. Throws `OPTION_INVALID`.
 */
export function inbound(options: InboundOptions = {}): ExpressMiddleware {
  const door = openDoor(options);
  return (request, response, next) => {
    const arrival = door.arrive(request.headers);
    if (!arrival.refused) {
      door.inside(arrival, next, request, response);
      return;
    }
    response.statusCode = refusalStatus;
    response.end();
  };
}
