import type { IncomingHttpHeaders } from "node:http";
import { openDoor, refusalStatus } from "./http-door.ts";
import type { Arrival } from "./inbound/arrivals.ts";
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
}

/** What is used of a reply of Fastify. */
export interface FastifyReplyLike {
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
    const arrivals = new WeakMap<object, Arrival>();
    instance.addHook("onRequest", (request, reply, next) => {
      const arrival = door.arrive(request.headers);
      if (arrival.refused) {
        reply.code(refusalStatus).send();
        return;
      }
      arrivals.set(request, arrival);
      door.inside(arrival, next);
    });
    // The body was read in between, and its end came from the socket, which is outside.
    instance.addHook("preValidation", (request, _reply, next) => {
      const arrival = arrivals.get(request);
      if (arrival === undefined) next();
      else door.inside(arrival, next);
    });
    done();
  },
  // The hooks are meant for all routes, not for those of the plugin alone.
  { [Symbol.for("skip-override")]: true },
);
