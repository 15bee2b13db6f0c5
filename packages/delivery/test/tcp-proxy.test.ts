import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { startTcpProxy, type TcpProxy } from "../src/conformance/tcp-proxy.ts";

describe("the proxy of the conformance suite", () => {
  const echo = createServer((socket) =>
    socket.on("error", () => {}).on("data", (chunk) => heard(socket, chunk)),
  );
  let said = "";
  let proxy: TcpProxy;
  const heard = (socket: Socket, chunk: Buffer): void => {
    said += String(chunk);
    socket.write(String(chunk).toUpperCase());
  };
  before(async () => {
    await once(echo.listen(0, "127.0.0.1"), "listening");
    proxy = await startTcpProxy({ host: "127.0.0.1", port: (echo.address() as AddressInfo).port });
  });
  after(async () => {
    await proxy?.close();
    echo.close();
  });

  async function client(): Promise<{ socket: Socket; got: () => string }> {
    let got = "";
    const socket = connect({ port: proxy.port, host: "127.0.0.1", noDelay: true });
    socket
      .on("error", () => {})
      .on("data", (chunk) => {
        got += String(chunk);
      });
    await once(socket, "connect");
    said = "";
    return { socket, got: () => got };
  }

  it("passes everything on the lag later and in order, also when the lag ends meanwhile", async () => {
    const { socket, got } = await client();
    proxy.lag(30);
    const startedMs = performance.now();
    for (const text of ["a", "b", "c"]) {
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await proxy.restore();
    socket.write("d");
    while (got().length < 4) await once(socket, "data");
    assert.equal(got(), "ABCD");
    assert.ok(performance.now() - startedMs >= 29);
    socket.destroy();
  });

  it("is silent one way alone", async () => {
    for (const way of ["down", "up"] as const) {
      const { socket, got } = await client();
      proxy.blackHole(way);
      socket.write("x");
      await new Promise((resolve) => setTimeout(resolve, 40));
      assert.deepEqual([said, got()], way === "down" ? ["x", ""] : ["", ""]);
      const closed = new Promise((resolve) => socket.once("close", resolve));
      await proxy.restore();
      await closed;
    }
  });
});
