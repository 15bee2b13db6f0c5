import type { IncomingMessage } from "node:http";
import { DeliveryError } from "./errors.ts";
import { webRequest } from "./http-web.ts";

/** What is used of a Fastify instance. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    options: { readonly parseAs: "buffer" },
    parser: (request: unknown, body: Buffer, done: (error: null, body: Buffer) => void) => void,
  ): unknown;
}

/** What is used of a request of Fastify. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly body: unknown;
}

/** What is used of a reply of Fastify. */
export interface FastifyReplyLike {
  send(payload: unknown): unknown;
}

/** What a route gets from Fastify beside the request. */
export interface FastifyOrigin<FastifyRequest = FastifyRequestLike, FastifyReply = FastifyReplyLike> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Lets the bodies of one scope of Fastify come as bytes: call it in the plugin in which idempotent routes are registered. Routes outside of that
 * plugin keep their parsers.
 */
export function rawBodies(instance: FastifyLike): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

/**
 * A handler of Fastify for a route, in a scope that has called `rawBodies`. Fastify's own `bodyLimit` comes first. What the route throws goes to
 * Fastify's error handler.
 */
export function fastifyHandler<
  FastifyRequest extends FastifyRequestLike = FastifyRequestLike,
  FastifyReply extends FastifyReplyLike = FastifyReplyLike,
>(
  route: (request: Request, origin: FastifyOrigin<FastifyRequest, FastifyReply>) => Promise<Response>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<Response> {
  return async (request, reply) => {
    const { body, raw } = request;
    if (body !== undefined && body !== null && !(body instanceof Uint8Array))
      throw new DeliveryError(
        "CONFIGURATION",
        "Fastify has parsed the body: its bytes are part of what tells two requests apart. Call rawBodies(instance) in the plugin of the route.",
      );
    const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
    return route(webRequest(Object.assign(raw, { rawBody: bytes })), { request, reply });
  };
}
