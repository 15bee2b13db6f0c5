import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import express from "express";
import fastify from "fastify";
import { type Context, Hono } from "hono";
import { memoryIdempotency } from "../../src/conformance/idempotency-memory.ts";
import { routeOn } from "../../src/conformance/idempotency-subject.ts";
import { isDeliveryError } from "../../src/errors.ts";
import { expressHandler } from "../../src/http-express.ts";
import { fastifyHandler } from "../../src/http-fastify.ts";
import { honoHandler } from "../../src/http-hono.ts";

const headers = { "idempotency-key": "k", "content-type": "application/json" };
const sent = { method: "POST", headers, body: '{"amount":1}' };

/** A route that says what it got from the framework. */
function route<Origin>(told: (origin: Origin) => unknown) {
  const made = routeOn(memoryIdempotency(systemClock), { mode: "lease" }, async (request, { origin }) =>
    Response.json({ body: await request.json(), told: told(origin as Origin) }),
  );
  return made as never as (request: Request, origin: Origin) => Promise<Response>;
}

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

describe("a route of Express behind a body parser", () => {
  const handler = expressHandler<express.Request, express.Response>(
    route<{ readonly request: express.Request }>(({ request }) => request.params["id"]),
  );

  it("takes the bytes of express.raw(), or those that the parser has kept", async () => {
    for (const parser of [
      express.raw({ type: "application/json" }),
      express.json({
        verify: (request, _response, bytes) => {
          (request as IncomingMessage & { rawBody?: Buffer }).rawBody = bytes;
        },
      }),
    ]) {
      const { url, close } = await listen(express().use(parser).post("/charges/:id", handler));
      const answer = await fetch(`${url}/charges/7`, sent);
      assert.deepEqual(await answer.json(), { body: { amount: 1 }, told: "7" });
      await close();
    }
  });

  it("refuses to work without the bytes, before anything is claimed", async () => {
    const errors: unknown[] = [];
    const app = express().use(express.json()).post("/charges/:id", handler);
    app.use((error: unknown, _request: unknown, response: express.Response, _next: unknown) => {
      errors.push(error);
      response.status(500).end();
    });
    const { url, close } = await listen(app);
    assert.equal((await fetch(`${url}/charges/7`, sent)).status, 500);
    assert.ok(isDeliveryError(errors[0]) && errors[0].code === "CONFIGURATION");
    await close();
  });
});

describe("a route of Fastify outside of rawBodies", () => {
  it("refuses to work without the bytes", async () => {
    const app = fastify();
    const errors: unknown[] = [];
    app.setErrorHandler((error, _request, reply) => {
      errors.push(error);
      return reply.code(500).send();
    });
    app.post("/charges/:id", fastifyHandler(route(() => null)));
    const answer = await app.inject({ ...sent, method: "POST", url: "/charges/7" });
    assert.equal(answer.statusCode, 500);
    assert.ok(isDeliveryError(errors[0]) && errors[0].code === "CONFIGURATION");
    await app.close();
  });
});

describe("a route of Hono behind a validator", () => {
  it("takes the bytes that Hono remembers", async () => {
    const app = new Hono<{ Variables: { amount: number } }>();
    app.use(async (context, next) => {
      context.set("amount", ((await context.req.json()) as { amount: number }).amount);
      await next();
    });
    app.post(
      "/charges/:id",
      honoHandler(route<Context<{ Variables: { amount: number } }>>((context) => context.get("amount"))),
    );
    for (const replayed of [null, "true"]) {
      const answer = await app.request("/charges/7", sent);
      assert.deepEqual(await answer.json(), { body: { amount: 1 }, told: 1 });
      assert.equal(answer.headers.get("idempotency-replayed"), replayed);
    }
  });
});
