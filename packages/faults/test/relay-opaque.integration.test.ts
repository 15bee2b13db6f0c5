import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { httpProvider, rawClient, rawProvider, recordedProxy } from "./support.ts";

describe("the relay, beyond what it reads", () => {
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
    await proxy.fault({ kind: "reset" });
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
});
