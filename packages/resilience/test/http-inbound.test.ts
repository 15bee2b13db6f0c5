import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { json } from "node:stream/consumers";
import { after, it } from "node:test";
import { serve as serveHono } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { inbound as expressInbound } from "../src/http-express.ts";
import { inbound as fastifyInbound } from "../src/http-fastify.ts";
import { inbound as honoInbound } from "../src/http-hono.ts";
import { currentTrace, inbound, serverTimeouts } from "../src/http-inbound.ts";
import { httpInboundLaws, type LawService } from "./support/http-inbound-laws.ts";

async function listening(server: ReturnType<typeof createServer>): Promise<LawService> {
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/`, close };
}

httpInboundLaws("node:http", (handler, options) => {
  const listener: RequestListener = async (request, response) => {
    try {
      const answer = JSON.stringify(await handler(await json(request)));
      response.end(answer);
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  };
  return listening(createServer(options === null ? listener : inbound(options)(listener)));
});

httpInboundLaws("express", (handler, options) => {
  const app = express();
  if (options !== null) app.use(expressInbound(options));
  app.use(express.json());
  app.post("/", async (request, response) => void response.json(await handler(request.body)));
  app.use(((error, _request, response, _next) => {
    response.status(500).send(String(error));
  }) as express.ErrorRequestHandler);
  return listening(createServer(app));
});

httpInboundLaws("fastify", async (handler, options) => {
  const app = fastify();
  if (options !== null) await app.register(fastifyInbound, options);
  app.post("/", async ({ body }, reply) => {
    reply.type("application/json");
    return JSON.stringify(await handler(body));
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return { url, close: () => app.close() };
});

httpInboundLaws("hono", (handler, options) => {
  const app = new Hono();
  if (options !== null) app.use(honoInbound(options));
  app.post("/", async (context) => context.json((await handler(await context.req.json())) as object));
  app.onError((error, context) => context.text(String(error), 500));
  return listening(
    serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as ReturnType<typeof createServer>,
  );
});

it("surrounds listeners of events, which come from the socket", async () => {
  const traces: (string | undefined)[] = [];
  const note = (): void => void traces.push(currentTrace()?.traceId);
  const listener: RequestListener = (request, response) => {
    request.on("data", note).on("end", () => response.end("ok"));
    response.on("finish", note);
  };
  const app = express();
  app.use(expressInbound());
  app.use(listener);
  const framework = fastify();
  await framework.register(fastifyInbound);
  framework.addContentTypeParser("*", (_request, payload, done) => {
    payload.on("data", note).on("end", () => done(null));
  });
  framework.post("/", (_request, reply) => {
    reply.raw.on("finish", note);
    reply.send("ok");
  });
  await framework.ready();
  for (const server of [createServer(inbound()(listener)), createServer(app), framework.server]) {
    const { url, close } = await listening(server);
    after(close);
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, "content-type": "own/type" };
    await (await fetch(url, { method: "POST", headers, body: "part" })).text();
    assert.deepEqual(traces.splice(0), [traceId, traceId]);
  }
});

it("gives a listener of node:http its server as `this`, and its answer back", () => {
  const listener = inbound()(function (this: unknown) {
    return this;
  });
  const server = {};
  const request = Object.assign(new EventEmitter(), { headers: {} }) as never;
  const response = new EventEmitter() as never;
  assert.equal(listener.call(server, request, response), server);
  const failing = inbound()(() => {
    throw new Error("at once");
  });
  assert.throws(() => failing(request, response), { message: "at once" });
});

it("ends a request whose headers do not come, and keeps the connection of one that was served", async () => {
  const server = createServer((_request, response) => response.end("ok"));
  const set = serverTimeouts(server, { headers: 300, request: 300, proxyIdle: "30s" });
  assert.equal(set.keepAliveTimeout, 35_000);
  const { url, close } = await listening(server);
  after(close);
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: a\r\nX-Slow");
  const [head] = await once(socket, "data");
  assert.match(String(head), /^HTTP\/1.1 408 /);
  socket.destroy();
});
