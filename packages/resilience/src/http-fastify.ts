import type { EventEmitter } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { openDoor, refusalStatus } from "./http-door.ts";
import type { InboundOptions } from "./inbound/inbound-options.ts";

/** What is used of a Fastify instance. */
export interface FastifyLike {
  addHook(
    name: string,
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike, done: () => void) => void,
  ): unknown;
}

/** What is used of a request of Fastify. */
export interface FastifyRequestLike {
  readonly headers: IncomingHttpHeaders;
  readonly raw: EventEmitter;
}

/** What is used of a reply of Fastify. */
export interface FastifyReplyLike {
  readonly raw: EventEmitter;
  code(status: number): { send(): unknown };
}

/** A plugin for Fastify. */
export type FastifyPlugin = (instance: FastifyLike, options: InboundOptions, done: () => void) => void;

/**
 * Plugin for Fastify, to be registered before all others: what is called inside a request inherits its deadline, its trace and its
 * idempotency key. Errors pass to Fastify as they are, and no header is written. Registering it throws `OPTION_INVALID`.
 */
export const inbound: FastifyPlugin = Object.assign(
  (instance: FastifyLike, options: InboundOptions, done: () => void): void => {
    const door = openDoor(options);
    instance.addHook("onRequest", (request, reply, next) => {
      const arrival = door.arrive(request.headers);
      // Fastify itself comes back here from the parsers of bodies, which are called from elsewhere.
      if (arrival.refused) reply.code(refusalStatus).send();
      else door.inside(arrival, next, request.raw, reply.raw);
    });
    done();
  },
  // The hooks are meant for all routes, not for those of the plugin alone.
  { [Symbol.for("skip-override")]: true },
);
