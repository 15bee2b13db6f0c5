import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chunks, get, ok, post } from "./framing/framing-case.ts";
import { answering, rawClient, rawProvider, recordedProxy } from "./support.ts";

const turn = async (): Promise<void> => {
  for (let count = 0; count < 3; count++) await new Promise((resolve) => setImmediate(resolve));
};
const upgrade = get("/chat", "Connection: Upgrade", "Upgrade: echo");

describe("framing, where the bytes are cut and where they end", () => {
  it("reads the same requests wherever they are cut in two", async () => {
    const requests = Buffer.from(
      post("abc", "Content-Length: 3") + chunks("3;x=y\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n") + get("/last"),
    );
    let received = "";
    const provider = await rawProvider((socket) => {
      socket.on("data", (piece: Buffer) => {
        received += piece.toString("latin1");
        if (received.endsWith("GET /last HTTP/1.1\r\nHost: x\r\n\r\n")) socket.write(ok + ok + ok);
      });
    });
    const proxy = await recordedProxy(provider.url);
    for (let at = 1; at < requests.length; at++) {
      received = "";
      const client = await rawClient(proxy.port);
      client.socket.write(requests.subarray(0, at));
      await turn();
      client.socket.write(requests.subarray(at));
      await client.until(ok + ok + ok);
      client.socket.destroy();
      assert.equal(received, requests.toString("latin1"), `cut at ${at}`);
    }
    await proxy.close();
    provider.close();

    const cuts = requests.length - 1;
    const told = proxy.exchanges().map(({ request, response }) => [request.bodyBytes, response?.bodyBytes]);
    assert.deepEqual(
      told,
      Array.from({ length: cuts }, () => [
        [3, 2],
        [3, 2],
        [0, 2],
      ]).flat(),
    );
    assert.deepEqual(proxy.problems(), []);
  });

  it("lets a tunnel go on in one direction when the other has ended", async () => {
    const provider = await rawProvider((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
      socket.on("end", () => setTimeout(() => socket.end("the last word"), 20));
    });
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.write(upgrade);
    await client.until("101");
    client.socket.end("frame");

    assert.equal(await client.ended, "fin");
    await proxy.close();
    provider.close();
    assert.ok(client.received().toString().endsWith("the last word"));
    assert.deepEqual(proxy.problems(), []);
  });

  it("gives a tunnel what the consumer sent and ended before it was opened", async () => {
    let received = "";
    const provider = await rawProvider((socket) => {
      socket.once("data", () => setTimeout(() => socket.write("HTTP/1.1 101 Fine\r\n\r\n"), 30));
      socket.on("data", (piece: Buffer) => {
        received += piece.toString("latin1");
      });
      socket.on("end", () => socket.end("bye"));
    });
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.end(`${upgrade}early frame`);

    assert.equal(await client.ended, "fin");
    await proxy.close();
    provider.close();
    assert.equal(received, `${upgrade}early frame`);
    assert.ok(client.received().toString().endsWith("bye"));
  });

  it("passes on what it kept back for an upgrade when the answer cannot be read", async () => {
    let received = "";
    const provider = await rawProvider((socket) => {
      socket.once("data", () => setTimeout(() => socket.write("HTTP/1.1 101 Fine\nno: line ends\n\n"), 30));
      socket.on("data", (piece: Buffer) => {
        received += piece.toString("latin1");
        if (received.endsWith("early frame")) socket.end("heard");
      });
    });
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.write(`${upgrade}early frame`);

    await client.until("heard");
    client.socket.destroy();
    await proxy.close();
    provider.close();
    assert.deepEqual(
      proxy.problems().map(({ code }) => code),
      ["OPAQUE_CONNECTION"],
    );
  });

  it("passes on the part of a head behind which the consumer ends", async () => {
    const provider = await rawProvider(answering("HTTP/1.1 400 Bad Request\r\n\r\n", "fin"));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.end("GET / HTTP/1.1\r\nHos");

    assert.equal(await client.ended, "fin");
    await proxy.close();
    provider.close();
    assert.match(client.received().toString(), /400 Bad Request/);
  });

  it("claims nothing about an exchange whose answer it could not read", async () => {
    const provider = await rawProvider(answering("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.write(get());
    await client.until("ok");
    client.socket.resetAndDestroy();
    while (proxy.openConnections() > 0) await turn();
    await proxy.close();
    provider.close();

    assert.deepEqual(
      proxy.exchanges().map(({ end, response, consumerClosed }) => [end, response, consumerClosed]),
      [["open", null, null]],
    );
  });
});
