import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { call, charge, httpProvider, rawClient, recordedProxy } from "./support.ts";

/** A provider on raw sockets: answers whatever `answer` says once it received `until`. */
async function rawProvider(
  handle: (socket: Socket) => void,
): Promise<{ url: string; server: Server; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${port}`, server, close };
}

const answering = (bytes: string, then?: "fin" | "rst") => (socket: Socket) => {
  socket.once("data", () => {
    socket.write(bytes, () => {
      if (then === "fin") socket.end();
      if (then === "rst") setTimeout(() => socket.resetAndDestroy(), 20);
    });
  });
};

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe("the relay", () => {
  it("passes 10 MB of binary both ways, byte for byte, and digests it", async () => {
    const body = randomBytes(10 * 1024 * 1024);
    const provider = await httpProvider((request, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      request.pipe(response);
    });
    const proxy = await recordedProxy(provider.url);

    const length = { "content-length": String(body.length) };
    const sized = await call(`${proxy.url}/v1/charges`, { body, headers: length });
    const chunked = await call(`${proxy.url}/v1/charges`, {
      body,
      headers: { "transfer-encoding": "chunked" },
    });
    await proxy.close();
    await provider.close();

    const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
    assert.equal(digest(sized.body), digest(body));
    assert.equal(digest(chunked.body), digest(body));
    const [first, second] = proxy.exchanges();
    assert.equal(first?.request.bodyBytes, body.length);
    assert.equal(first?.response?.bodyBytes, body.length);
    assert.equal(first?.request.bodyDigest, second?.request.bodyDigest);
    assert.notEqual(first?.request.digest, second?.request.digest);
  });

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

  it("passes pipelined requests on at once and tells their answers apart", async () => {
    const provider = await httpProvider((request, response) => void response.end(`for ${request.url}`));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);

    client.socket.write(
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /c HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    await client.until("for /c");
    client.socket.destroy();
    await proxy.close();
    await provider.close();

    const told = proxy
      .exchanges()
      .map(({ request, response }) => [request.target, request.bodyBytes, response?.bodyBytes]);
    assert.deepEqual(told, [
      ["/a", 0, 6],
      ["/b", 3, 6],
      ["/c", 0, 6],
    ]);
  });

  it("gives a fault its turn among pipelined requests, in order", async () => {
    const provider = await httpProvider((request, response) => void response.end(`for ${request.url}`));
    const proxy = await recordedProxy(provider.url);
    await proxy.arm({
      call: "c",
      operation: null,
      program: {
        steps: [
          { fault: null, times: 1 },
          { fault: { kind: "status", status: 503, body: "no" }, times: 1 },
        ],
      },
    });
    const client = await rawClient(proxy.port);

    client.socket.write(
      "GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /c HTTP/1.1\r\n\r\n".replaceAll(
        "HTTP/1.1\r\n",
        "HTTP/1.1\r\nHost: x\r\n",
      ),
    );
    await client.until("for /c");
    client.socket.destroy();
    await proxy.close();
    await provider.close();

    const statuses = [
      ...client
        .received()
        .toString()
        .matchAll(/HTTP\/1\.1 (\d+)/g),
    ].map(([, status]) => status);
    assert.deepEqual(statuses, ["200", "503", "200"]);
    assert.deepEqual(
      proxy.exchanges().map(({ response }) => response?.status),
      [200, 503, 200],
    );
  });

  it("passes 100 Continue and waits with the body as the consumer does", async () => {
    const provider = await httpProvider((request, response) => void request.pipe(response));
    const proxy = await recordedProxy(provider.url);
    const head = "POST /v1/charges HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    const passing = await rawClient(proxy.port);
    passing.socket.write(head);
    await passing.until("100 Continue");
    passing.socket.write("body");
    await passing.until("body");

    await proxy.fault({ kind: "status", status: 503, body: "later" }, 1);
    const faulted = await rawClient(proxy.port);
    faulted.socket.write(head);
    await faulted.until("100 Continue");
    faulted.socket.write("body");
    await faulted.until("later");
    passing.socket.destroy();
    faulted.socket.destroy();
    await proxy.close();
    await provider.close();

    assert.deepEqual(
      proxy
        .exchanges()
        .map(({ response, request }) => [response?.status, request.bodyBytes])
        .sort(),
      [
        [200, 4],
        [503, 4],
      ],
    );
  });

  it("knows answers without a body: HEAD, 204, 304", async () => {
    const provider = await httpProvider((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      response.setHeader("content-length", "2");
      response.end(request.method === "GET" ? "ok" : undefined);
    });
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    for (const line of ["HEAD /200", "GET /204", "GET /304", "GET /201"]) {
      client.socket.write(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await client.until(`HTTP/1.1 ${line.slice(-3)}`);
    }
    await client.until("\r\n\r\nok");
    client.socket.destroy();
    await proxy.close();
    await provider.close();

    assert.deepEqual(
      proxy.exchanges().map(({ response, end }) => [response?.status, response?.bodyBytes, end]),
      [
        [200, 0, "complete"],
        [204, 0, "complete"],
        [304, 0, "complete"],
        [201, 2, "complete"],
      ],
    );
  });

  it("takes the provider's close for the end of a body without a length, also under HTTP/1.0", async () => {
    for (const version of ["HTTP/1.0", "HTTP/1.1"]) {
      const provider = await rawProvider(answering(`${version} 200 OK\r\n\r\nuntil the end`, "fin"));
      const proxy = await recordedProxy(provider.url);
      const client = await rawClient(proxy.port);
      client.socket.write(`GET / ${version}\r\nHost: x\r\n\r\n`);
      assert.equal(await client.ended, "fin");
      client.socket.end();
      await proxy.close();
      provider.close();

      assert.ok(client.received().toString().endsWith("until the end"));
      const [only] = proxy.exchanges();
      assert.deepEqual([only?.end, only?.response?.bodyBytes], ["complete", 13]);
      assert.notEqual(only?.response?.completeMs, null);
    }
  });

  it("lets a consumer close its sending side and still gives it the answer", async () => {
    const provider = await rawProvider((socket) => {
      socket.once("end", () => setTimeout(() => socket.end(ok), 20));
      socket.resume();
    });
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.end("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    assert.equal(await client.ended, "fin");
    await proxy.close();
    provider.close();

    assert.ok(client.received().toString().endsWith("ok"));
    const [only] = proxy.exchanges();
    assert.deepEqual([only?.end, only?.consumerClosed?.how], ["complete", "fin"]);
  });

  it("passes a provider's early close and reset on as what they are", async () => {
    for (const [how, sees] of [
      ["fin", "fin"],
      ["rst", "ECONNRESET"],
    ] as const) {
      const provider = await rawProvider(answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart", how));
      const proxy = await recordedProxy(provider.url);
      const client = await rawClient(proxy.port);
      client.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

      assert.equal(await client.ended, sees);
      client.socket.destroy();
      await proxy.close();
      provider.close();

      assert.ok(client.received().toString().endsWith("part"));
      const [only] = proxy.exchanges();
      assert.deepEqual(
        [only?.end, only?.response?.completeMs, only?.response?.bodyBytes],
        ["provider-closed", null, 4],
      );
    }
  });

  it("resets the consumer when the provider is down, and says so", async () => {
    const provider = await rawProvider(() => {});
    provider.close();
    const proxy = await recordedProxy(provider.url);

    const failure = await call(proxy.url).catch((error: NodeJS.ErrnoException) => error.code);
    await proxy.close();

    assert.equal(failure, "ECONNRESET");
    assert.deepEqual(
      proxy.problems().map(({ code }) => code),
      ["PROVIDER_UNREACHABLE"],
    );
    assert.deepEqual(
      proxy.exchanges().map(({ end, delivered }) => [end, delivered]),
      [["provider-closed", false]],
    );
  });

  it("becomes a tunnel after an upgrade", async () => {
    const provider = await httpProvider(() => {});
    provider.server.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello");
      socket.on("data", (piece: Buffer) => socket.write(`<${piece}>`));
      socket.on("end", () => socket.end());
    });
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.write("GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    await client.until("hello");
    client.socket.write("\0\x01GET / HTTP/1.1\r\n\r\n");
    await client.until(">");
    client.socket.end();
    await client.ended;
    await proxy.close();
    await provider.close();

    assert.ok(client.received().toString().endsWith("<\0\x01GET / HTTP/1.1\r\n\r\n>"));
    assert.deepEqual(
      proxy.exchanges().map(({ response, end }) => [response?.status, end]),
      [[101, "complete"]],
    );
    assert.deepEqual(
      proxy.connections().map(({ opaque, exchanges }) => [opaque, exchanges]),
      [[true, 1]],
    );
    assert.deepEqual(proxy.problems(), []);
  });

  it("goes on reading when the provider declines an upgrade", async () => {
    const provider = await httpProvider((request, response) => void response.end(`plain ${request.url}`));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.write(
      "GET /1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    await client.until("plain /2");
    client.socket.destroy();
    await proxy.close();
    await provider.close();

    assert.deepEqual(
      proxy.exchanges().map(({ request }) => request.target),
      ["/1", "/2"],
    );
    assert.deepEqual(
      proxy.connections().map(({ opaque }) => opaque),
      [false],
    );
  });

  it("relays what it cannot trust untouched, and says that a fault could not act on it", async () => {
    const doubtful =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (const bytes of [
      doubtful,
      "\x16\x03\x01 hello TLS",
      "HELO example.test\r\n",
      "GET / HTTP/1.1\nHost: x\n\n",
    ]) {
      const received: Buffer[] = [];
      const provider = await rawProvider((socket) => {
        socket.on("data", (piece: Buffer) => received.push(piece));
        socket.once("data", () => setTimeout(() => socket.write("whatever"), 10));
      });
      const proxy = await recordedProxy(provider.url);
      await proxy.fault({ kind: "reset" });
      const client = await rawClient(proxy.port);
      client.socket.write(Buffer.from(bytes, "latin1"));
      await client.until("whatever");
      client.socket.destroy();
      await proxy.close();
      provider.close();

      assert.equal(Buffer.concat(received).toString("latin1"), bytes);
      assert.deepEqual(
        proxy.connections().map(({ opaque }) => opaque),
        [true],
      );
      assert.deepEqual(
        proxy.problems().map(({ code }) => code),
        ["OPAQUE_CONNECTION"],
      );
      assert.deepEqual(proxy.exchanges(), []);
    }
  });

  it("relays a flood of headers unread and records it as a problem", async () => {
    const provider = await httpProvider((_request, response) => void response.end("ok"));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
    for (let index = 0; index < 2000; index++)
      client.socket.write(`X-Flood-${index}: ${"y".repeat(100)}\r\n`);
    client.socket.write("\r\n");
    await Promise.race([client.until("431"), client.ended]); // The provider's reset may overtake its answer.
    client.socket.destroy();
    await proxy.close();
    await provider.close();

    assert.deepEqual(
      proxy.problems().map(({ code }) => code),
      ["HEAD_TOO_LARGE"],
    );
    assert.deepEqual(
      proxy.connections().map(({ opaque }) => opaque),
      [true],
    );
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

  it("holds a fast provider back while the consumer does not read", async () => {
    let written = 0;
    const provider = await rawProvider((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
        const piece = Buffer.alloc(1_000_000);
        const pump = (): void => {
          while (written < 200_000_000) {
            written += piece.length;
            if (!socket.write(piece)) {
              socket.once("drain", pump);
              return;
            }
          }
        };
        pump();
      });
    });
    const proxy = await recordedProxy(provider.url);
    const socket = connect(proxy.port, "127.0.0.1");
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await systemClock.sleep(300);
    const held = written;
    await systemClock.sleep(200);

    assert.equal(written, held);
    assert.ok(held < 60_000_000, `${held} bytes were taken from the provider`);
    socket.destroy();
    await proxy.close();
    provider.close();
  });

  it("drops idle connections and leaves busy ones", async () => {
    const provider = await httpProvider((request, response) => {
      setTimeout(() => response.end("slow"), request.url === "/slow" ? 150 : 0);
    });
    const proxy = await recordedProxy(provider.url);
    const idle = await rawClient(proxy.port);
    idle.socket.on("end", () => idle.socket.end());
    idle.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await idle.until("slow");
    const busy = call(`${proxy.url}/slow`);
    while (proxy.inFlight() === 0) await systemClock.sleep(1);

    await proxy.dropIdle();

    assert.equal(await idle.ended, "fin");
    assert.equal(proxy.openConnections(), 1);
    assert.equal((await busy).status, 200);
    await proxy.close();
    await provider.close();
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

  it("opens a new provider connection after answers of its own, when the provider closed the idle one", async () => {
    let connections = 0;
    const provider = await rawProvider((socket) => {
      connections += 1;
      socket.on("data", () => {
        socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n#${connections}`);
        socket.end();
      });
    });
    const proxy = await recordedProxy(provider.url);
    await proxy.fault({ kind: "lost-reply", how: "status", status: 503 }, 1);
    const client = await rawClient(proxy.port);
    const request = "POST /v1/charges HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    client.socket.write(request);
    await client.until("503");
    await systemClock.sleep(30);
    client.socket.write(request);

    await client.until("#2");
    assert.equal(await client.ended, "fin");
    client.socket.destroy();
    await proxy.close();
    provider.close();
    assert.deepEqual(proxy.problems(), []);
    assert.deepEqual(
      proxy.connections().map(({ exchanges, opaque }) => [exchanges, opaque]),
      [[2, false]],
    );
    assert.equal(proxy.effects().length, 2);
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
