import { openDoor, refusalStatus } from "./http-door.ts";
import type { InboundOptions } from "./inbound/inbound-options.ts";

/** A middleware for Hono. */
export type HonoMiddleware = (
  context: { readonly req: { readonly raw: { readonly headers: Headers } } },
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/**
 * Middleware for Hono, to be used before all others: what is called inside a request inherits its deadline, its trace and its
 * idempotency key. Errors pass to Hono as they are, and no header is written. Throws `OPTION_INVALID`.
 */
export function inbound(options: InboundOptions = {}): HonoMiddleware {
  const door = openDoor(options);
  return async (context, next) => {
    const arrival = door.arrive(context.req.raw.headers);
    if (arrival.refused) return new Response(null, { status: refusalStatus });
    await door.inside(arrival, next);
    return undefined;
  };
}
