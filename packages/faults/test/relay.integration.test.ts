import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { call, httpProvider, rawClient, rawProvider, recordedProxy } from "./support.ts";

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

  it("holds a fast consumer back while the provider does not read", async () => {
    const provider = await rawProvider((socket) => void socket.pause());
    const proxy = await recordedProxy(provider.url);
    const socket = connect(proxy.port, "127.0.0.1");
    const piece = Buffer.alloc(1_000_000);
    let taken = 0;
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n");
    const pump = (): void => {
      while (taken < 200_000_000) {
        taken += piece.length;
        if (!socket.write(piece)) {
          socket.once("drain", pump);
          return;
        }
      }
    };
    pump();
    await systemClock.sleep(500);

    assert.ok(taken < 60_000_000, `${taken} bytes were taken from the consumer`);
    socket.destroy();
    await proxy.close();
    provider.close();
  });
});
