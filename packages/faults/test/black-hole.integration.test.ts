import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { Agent } from "node:http";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { systemClock } from "@holdfast/core";
import { call, httpProvider, type RecordedProxy, recordedProxy } from "./support.ts";

const linux = process.platform === "linux";
const skip = linux ? false : "service: only Linux shows who tries to connect";

/** A connection that is being made, and what became of it. */
function dialled(port: number): { socket: Socket; connected: () => boolean; failed: () => string | null } {
  let connected = false;
  let failed: string | null = null;
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => {
    connected = true;
  });
  socket.on("error", (failure: NodeJS.ErrnoException) => {
    failed = failure.code ?? "error";
  });
  return { socket, connected: () => connected, failed: () => failed };
}

describe("black-hole", { skip }, () => {
  let provider: Awaited<ReturnType<typeof httpProvider>>;
  let proxy: RecordedProxy;
  const pass = () => proxy.arm({ call: null, operation: null, program: { steps: [] } });

  before(async () => {
    provider = await httpProvider((_, response) => response.end("ok"));
  });
  after(() => provider.close());

  it("lets no connection come about and refuses none, drops those that were kept, and listens again", async () => {
    proxy = await recordedProxy(provider.url);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await call(proxy.url, { agent });

    await proxy.fault({ kind: "black-hole" });
    const kept = proxy.openConnections();
    const tries = [dialled(proxy.port), dialled(proxy.port), dialled(proxy.port)];
    const late = call(proxy.url, { agent });
    await systemClock.sleep(400);
    const during = tries.map((one) => [one.connected(), one.failed()]);
    for (const { socket } of tries) socket.destroy();
    await systemClock.sleep(150);
    await pass();

    assert.equal(kept, 0);
    assert.deepEqual(during, [
      [false, null],
      [false, null],
      [false, null],
    ]);
    assert.equal((await call(proxy.url)).status, 200);
    assert.equal((await late).status, 200);
    const [hole] = proxy.records.filter((record) => record.type === "black-hole");
    assert.ok(hole?.reopenedMs != null && hole.counted);
    assert.equal(hole.connects.length, 4);
    for (const { beganMs, endedMs } of hole.connects.filter((one) => one.endedMs !== null)) {
      const tookMs = (endedMs ?? 0) - beganMs;
      assert.ok(beganMs >= hole.closedMs - 60 && tookMs > 250 && tookMs < 700, `${tookMs} ms`);
    }
    assert.equal(hole.connects.filter((one) => one.endedMs === null).length, 1, "the agent still tries");
    assert.deepEqual(proxy.problems(), []);
    agent.destroy();
    await proxy.close();
  });

  it("ends after its time, and again and again", async () => {
    proxy = await recordedProxy(provider.url);
    for (let round = 0; round < 3; round++) {
      await proxy.fault({ kind: "black-hole", forMs: 80 }, 1);
      await systemClock.sleep(400);
      assert.equal((await call(proxy.url)).status, 200);
    }
    assert.deepEqual(proxy.problems(), []);
    assert.equal(proxy.records.filter((record) => record.type === "black-hole").length, 3);
    await proxy.close();
  });

  it("frees the port when the proxy closes, and holds no process up", async () => {
    proxy = await recordedProxy(provider.url);
    await proxy.fault({ kind: "black-hole" });
    await proxy.close();
    await assert.rejects(call(proxy.url), { code: "ECONNREFUSED" });
    const script = `
      import { recordedProxy } from ${JSON.stringify(new URL("./support.ts", import.meta.url).href)};
      const proxy = await recordedProxy("http://127.0.0.1:1");
      await proxy.fault({ kind: "black-hole" });
      process.stdout.write("dug");
      process.exit(0);`;
    const flags = ["--conditions=@holdfast/source", "--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 20_000 });
    assert.equal(stdout, "dug");
  });
});
