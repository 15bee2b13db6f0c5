import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { expressHandler } from "../../src/http-express.ts";
import { fastifyHandler, rawBodies } from "../../src/http-fastify.ts";
import { honoHandler } from "../../src/http-hono.ts";
import { nodeListener } from "../../src/http-node.ts";

/** A route of any framework. */
export type AnyRoute = (request: Request, origin: never) => Promise<Response>;

/** A framework that serves one route on POST and GET of `/charges/:id`. */
export interface Framework {
  readonly name: string;
  /** Resolves to the address and what ends it. `onError` is told what came out of the route. */
  serve(
    route: AnyRoute,
    onError: (error: unknown) => void,
  ): Promise<{ readonly url: string; close(): Promise<void> }>;
}

function urlOf(server: { address(): AddressInfo | string | null }): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function listening(server: Server): Promise<{ readonly url: string; close(): Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: urlOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Every framework that there is an adapter for. */
export const frameworks: readonly Framework[] = [
  {
    name: "node:http",
    serve: (route, onError) => listening(createServer(nodeListener(route as never, { onError }))),
  },
  {
    name: "express",
    serve(route, onError) {
      const app = express();
      app.all("/charges/:id", expressHandler(route as never));
      app.use(express.json());
      app.use((error: unknown, _request: unknown, response: express.Response, _next: unknown) => {
        onError(error);
        response.status(500).end();
      });
      return listening(createServer(app));
    },
  },
  {
    name: "fastify",
    async serve(route, onError) {
      const app = fastify({ bodyLimit: 20_000_000, forceCloseConnections: true });
      app.setErrorHandler((error, _request, reply) => {
        onError(error);
        return reply.code(500).send();
      });
      await app.register(async (scope) => {
        rawBodies(scope);
        scope.all("/charges/:id", fastifyHandler(route as never));
      });
      await app.listen({ port: 0, host: "127.0.0.1" });
      return { url: urlOf(app.server), close: () => app.close() };
    },
  },
  {
    name: "hono",
    async serve(route, onError) {
      const app = new Hono();
      app.onError((error, context) => {
        onError(error);
        return context.body(null, 500);
      });
      app.all("/charges/:id", honoHandler(route as never));
      const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
      await new Promise<void>((resolve) => server.once("listening", resolve));
      return {
        url: urlOf(server),
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      };
    },
  },
];
