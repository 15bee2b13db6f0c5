/** What is used of Hono's context. */
export interface HonoContextLike {
  readonly req: {
    readonly raw: Request;
    arrayBuffer(): Promise<ArrayBuffer>;
  };
}

/**
 * A handler of Hono for a route: `app.post("/charges", honoHandler(d.idempotent(…)))`. A body that a validator has read before is taken from
 * Hono's own memory of it. What the route throws goes to `app.onError`.
 */
export function honoHandler<HonoContext extends HonoContextLike = HonoContextLike>(
  route: (request: Request, origin: HonoContext) => Promise<Response>,
): (context: HonoContext) => Promise<Response> {
  return async (context) => {
    const { raw } = context.req;
    if (!raw.bodyUsed) return route(raw, context);
    const { method, headers, url } = raw;
    return route(new Request(url, { method, headers, body: await context.req.arrayBuffer() }), context);
  };
}
