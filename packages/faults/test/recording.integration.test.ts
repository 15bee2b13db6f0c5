import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import {
  answering,
  call,
  charge,
  httpProvider,
  ok,
  rawClient,
  rawProvider,
  recordedProxy,
} from "./support.ts";

describe("the recording", () => {
  it("keeps one provider connection for one consumer connection, and as long", async () => {
    let connections = 0;
    const provider = await httpProvider((_request, response) => void response.end("ok"));
    provider.server.on("connection", () => {
      connections += 1;
    });
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);

    for (let index = 0; index < 5; index++) {
      client.socket.write(`GET /${index} HTTP/1.1\r\nHost: x\r\n\r\n`);
      while (client.received().toString().split("ok").length < index + 2) await systemClock.sleep(1);
    }
    client.socket.end();
    await client.ended;
    await proxy.close();
    await provider.close();

    assert.equal(connections, 1);
    assert.deepEqual(
      proxy.exchanges().map(({ ordinal, end }) => [ordinal, end]),
      [0, 1, 2, 3, 4].map((n) => [n, "complete"]),
    );
    assert.deepEqual(
      proxy.connections().map(({ exchanges, opaque }) => [exchanges, opaque]),
      [[5, false]],
    );
  });

  it("tells of an exchange as soon as it is complete, while its connection stands", async () => {
    const provider = await httpProvider((_request, response) => void response.end("ok"));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    const get = async (text: string): Promise<void> => {
      client.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await client.until(text);
    };

    await get("ok");
    const passed = proxy.exchanges().map(({ end }) => end);
    await proxy.fault({ kind: "status", status: 503 }, 1);
    await get("injected");
    for (let looked = 0; looked < 2_000 && proxy.exchanges().length < 2; looked++) await systemClock.sleep(1);
    const faulted = proxy.exchanges().map(({ end, response }) => [end, response?.status]);
    const open = proxy.openConnections();
    client.socket.end();
    await client.ended;
    await proxy.close();
    await provider.close();

    assert.equal(open, 1);
    assert.deepEqual(passed, ["complete"]);
    assert.deepEqual(faulted.slice(1), [["complete", 503]]);
    assert.equal(proxy.exchanges().length, 2);
  });

  it("waits with the record of an early answer until the request is whole", async () => {
    const provider = await rawProvider(answering(ok));
    const proxy = await recordedProxy(provider.url);
    proxy.expect("call-late");
    const client = await rawClient(proxy.port);
    client.socket.write("POST /v1/charges HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    await client.until("ok");
    const early = proxy.exchanges().length;
    client.socket.write("call-late");
    for (let looked = 0; looked < 2_000 && proxy.exchanges().length === 0; looked++)
      await systemClock.sleep(1);
    const [only] = proxy.exchanges();
    const open = proxy.openConnections();
    client.socket.destroy();
    await proxy.close();
    provider.close();

    assert.equal(early, 0);
    assert.deepEqual([only?.end, only?.request.mentions, open], ["complete", ["call-late"], 1]);
    assert.notEqual(only?.requestCompleteMs, null);
  });

  it("reaches a provider over TLS with its own authority, and refuses one it does not know", async () => {
    const file = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
    const server = createHttpsServer(
      { key: file("provider-key.pem"), cert: file("provider.pem") },
      (request, response) => void request.pipe(response),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
    const trusting = await recordedProxy(url, { provider: { url, ca: file("ca.pem") } });
    const strict = await recordedProxy(url);

    const body = randomBytes(300_000);
    const answer = await call(`${trusting.url}/v1/charges`, { body });
    await trusting.fault({ kind: "lost-reply" }, 1);
    const lost = await call(`${trusting.url}/v1/charges`, { body }).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    const refused = await call(strict.url).catch((error: NodeJS.ErrnoException) => error.code);
    await trusting.close();
    await strict.close();
    server.close();
    server.closeAllConnections();

    assert.ok(answer.body.equals(body));
    assert.equal(lost, "ECONNRESET");
    assert.deepEqual(
      trusting.exchanges().map(({ provider }) => provider?.status),
      [200, 200],
    );
    assert.equal(refused, "ECONNRESET");
    assert.deepEqual(
      strict.problems().map(({ code }) => code),
      ["PROVIDER_UNREACHABLE"],
    );
  });

  it("finds expected calls in path, header and body, under way and afterwards", async () => {
    const provider = await httpProvider(
      (_request, response) => void setTimeout(() => response.end("ok"), 50),
    );
    const proxy = await recordedProxy(provider.url);
    proxy.expect("call-α/1");
    proxy.expect("call-2");
    const first = call(`${proxy.url}/orders/${encodeURIComponent("call-α/1")}`);
    while (proxy.inFlight() === 0) await systemClock.sleep(1);
    const live = proxy.exchangesOf("call-α/1");
    await first;
    await call(`${proxy.url}/v1/charges`, { body: '{"orderId":"call-2"}' });
    await call(proxy.url, { headers: { "x-call": "call-2" } });
    await proxy.close();
    await provider.close();

    assert.deepEqual(
      live.map(({ end }) => end),
      ["open"],
    );
    assert.deepEqual(
      proxy.exchangesOf("call-α/1").map(({ end }) => end),
      ["complete"],
    );
    assert.deepEqual(
      proxy.exchangesOf("call-2").map(({ request }) => request.method),
      ["POST", "GET"],
    );
    assert.deepEqual(
      proxy.exchanges().map(({ request }) => request.mentions),
      [["call-α/1"], ["call-2"], ["call-2"]],
    );
  });

  it("keeps secrets out of every record, and tells equal ones apart from others", async () => {
    const provider = await httpProvider(
      (_request, response) => void response.setHeader("set-cookie", "sid=verysecretcookie").end("ok"),
    );
    const proxy = await recordedProxy(provider.url, { operations: [charge] });
    const headers = {
      authorization: "Bearer tok_abcdef123456",
      cookie: "sid=verysecretcookie",
      "x-own": "s3cr3t-value",
    };
    await call(`${proxy.url}/v1/charges?api_key=qwertyuiop&page=2`, {
      headers,
      body: '{"orderId":"o-1","card":"4242424242424242"}',
    });
    await call(`${proxy.url}/v1/charges?api_key=qwertyuiop&page=3`, { headers, body: "{}" });
    await proxy.close();
    await provider.close();

    const text = JSON.stringify(proxy.records);
    for (const secret of [
      "tok_abcdef",
      "verysecretcookie",
      "s3cr3t-value",
      "qwertyuiop",
      "4242424242424242",
    ]) {
      assert.ok(!text.includes(secret), `${secret} is in the records`);
    }
    const [one, two] = proxy.exchanges().map(({ request }) => Object.fromEntries(request.headers));
    assert.equal(one?.["authorization"], two?.["authorization"]);
    assert.match(proxy.exchanges()[0]?.request.target ?? "", /page=2/);
  });

  it("sends a provider that is elsewhere its own name as Host, and records it", async () => {
    const provider = await httpProvider(
      (request, response) => void response.end(`host ${request.headers.host}`),
    );
    const elsewhere = provider.url.replace("127.0.0.1", "0.0.0.0");
    const proxy = await recordedProxy(elsewhere);
    const local = await recordedProxy(provider.url);

    const rewritten = await call(proxy.url);
    const kept = await call(local.url);
    await proxy.close();
    await local.close();
    await provider.close();

    assert.equal(rewritten.body.toString(), `host 0.0.0.0:${provider.port}`);
    assert.equal(proxy.exchanges()[0]?.request.hostSent, `0.0.0.0:${provider.port}`);
    assert.equal(kept.body.toString(), `host 127.0.0.1:${local.port}`);
    assert.equal(local.exchanges()[0]?.request.hostSent, undefined);
  });

  it("stores bodies, redacted, only when asked to", async () => {
    const provider = await httpProvider(
      (request, response) => void request.resume().on("end", () => response.end()),
    );
    const asked = await recordedProxy(provider.url, { recordBodies: true });
    const plain = await recordedProxy(provider.url);
    for (const proxy of [asked, plain]) {
      await call(`${proxy.url}/v1/charges`, { body: '{"note":"hello","password":"s3cr3t-value"}' });
      await proxy.close();
    }
    await provider.close();

    assert.match(asked.exchanges()[0]?.request.body ?? "", /hello/);
    assert.doesNotMatch(asked.exchanges()[0]?.request.body ?? "", /s3cr3t/);
    assert.equal(plain.exchanges()[0]?.request.body, undefined);
  });
});
