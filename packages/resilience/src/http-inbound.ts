import type { IncomingMessage, ServerResponse } from "node:http";
import { openDoor, refusalStatus } from "./http-door.ts";
import type { InboundOptions } from "./inbound/inbound-options.ts";

export { type ServerTimeoutOptions, type ServerTimeouts, serverTimeouts } from "./http-server-timeouts.ts";
export type { ExpiredRequest, InboundOptions, RefusalMode } from "./inbound/inbound-options.ts";
export {
  currentBaggage,
  currentDeadline,
  currentIdempotencyKey,
  currentTrace,
  runWithBaggage,
} from "./system-ambient.ts";

/** A listener for the `request` event of a server, sync or async. */
export type RequestListener<T = unknown> = (request: IncomingMessage, response: ServerResponse) => T;

/**
 * Wraps listeners of `node:http`: what is called inside, listeners of the request's and the response's events included, inherits the
 * deadline of the request, its trace, its baggage and its idempotency key. What the listener answers or throws passes through, and no header is
 * written. Throws `OPTION_INVALID`.
 */
export function inbound(
  options: InboundOptions = {},
): <T>(listener: RequestListener<T>) => RequestListener<T | undefined> {
  const door = openDoor(options);
  return (listener) =>
    function (this: unknown, request, response) {
      const arrival = door.arrive(request.headers);
      if (!arrival.refused)
        return door.inside(arrival, () => listener.call(this, request, response), request, response);
      response.statusCode = refusalStatus;
      response.end();
      return undefined;
    };
}
