import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { answering, call, httpProvider, ok, rawClient, rawProvider, recordedProxy } from "./support.ts";

describe("the relay, when a side ends", () => {
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

  it("lets a provider close or talk to an idle connection while a fault answers", async () => {
    for (const last of ["", "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"]) {
      const provider = await rawProvider((socket) => {
        socket.once("data", () => {
          socket.write(ok);
          setTimeout(() => socket.end(last), 30);
        });
      });
      const proxy = await recordedProxy(provider.url);
      const client = await rawClient(proxy.port);
      client.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await client.until("ok");
      await proxy.fault({ kind: "hang", thenCloseAfterMs: 120 }, 1);
      client.socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo");
      await systemClock.sleep(60);
      client.socket.write("dy");

      assert.equal(await client.ended, "fin");
      client.socket.end();
      await proxy.close();
      provider.close();
      const [, hung] = proxy.exchanges();
      assert.deepEqual([hung?.end, hung?.provider, hung?.response], ["fault-closed", null, null]);
      assert.ok((hung?.faultCompleteMs ?? 0) - (hung?.requestCompleteMs ?? 0) >= 115);
      assert.deepEqual(proxy.problems(), []);
    }
  });

  it("tells nothing of a fault that broke off when the consumer resets under it", async () => {
    const provider = await rawProvider(() => {});
    const proxy = await recordedProxy(provider.url);
    await proxy.fault({ kind: "drip", everyMs: 1 }, 1);
    const client = await rawClient(proxy.port);
    client.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await client.until("\r\n\r\n");
    client.socket.resetAndDestroy();
    while (proxy.openConnections() > 0) await systemClock.sleep(1);
    await proxy.close();
    provider.close();

    const [dripped] = proxy.exchanges();
    assert.deepEqual([dripped?.end, dripped?.consumerClosed?.how], ["consumer-closed", "rst"]);
    assert.notEqual(dripped?.firedMs, null);
    assert.deepEqual(proxy.problems(), []);
  });

  it("counts no effect for a request that the provider accepted but did not get whole", async () => {
    const provider = await rawProvider(answering("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", "rst"));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    client.socket.write("POST /v1/charges HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart of it");

    assert.equal(await client.ended, "ECONNRESET");
    client.socket.destroy();
    await proxy.close();
    provider.close();
    assert.deepEqual(
      proxy.exchanges().map(({ delivered, provider: answer }) => [delivered, answer?.status]),
      [[false, 201]],
    );
    assert.deepEqual(proxy.effects(), []);
  });

  it("resets a consumer that sends a request after the connection was closed", async () => {
    const provider = await httpProvider((_request, response) => void response.end("ok"));
    const proxy = await recordedProxy(provider.url);
    const client = await rawClient(proxy.port);
    let broke = "";
    client.socket.on("error", (failure: NodeJS.ErrnoException) => {
      broke = failure.code ?? "";
    });
    client.socket.write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
    await client.until("ok");
    const dropped = proxy.dropIdle();
    assert.equal(await client.ended, "fin");
    // A socket that read its FIN notices a reset only when it writes again.
    for (let turn = 0; turn < 60 && broke === ""; turn++) {
      client.socket.write("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
      await systemClock.sleep(10);
    }

    assert.match(broke, /ECONNRESET|EPIPE/);
    await dropped;
    await proxy.close();
    await provider.close();
    assert.deepEqual(
      proxy.exchanges().map(({ request }) => request.target),
      ["/1"],
    );
  });
});
