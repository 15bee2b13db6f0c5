import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect as connectTcp, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { nats } from "../../src/brokers/nats.ts";
import type { Envelope } from "../../src/envelope.ts";

const skip =
  spawnSync("nats-server", ["--version"]).error === undefined
    ? false
    : "service: nats-server cannot be started on this machine";

function envelope(): Envelope {
  return {
    id: randomUUID(),
    source: "/shop",
    type: "order.placed",
    timeMs: 1_000,
    key: null,
    seq: null,
    contentType: "application/json",
    headers: {},
    body: Buffer.alloc(200),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("nats with a server of its own", { skip }, () => {
  let folder = "";
  let port = 0;
  let server: ChildProcess;

  const start = async (): Promise<void> => {
    const options = ["-js", "-a", "127.0.0.1", "-p", `${port}`, "-sd", folder, "--user", "u", "--pass", "p"];
    server = spawn("nats-server", options, { stdio: "ignore" });
    for (let tries = 0; tries < 200; tries++) {
      const answers = await new Promise<boolean>((resolve) => {
        const socket = connectTcp(port, "127.0.0.1");
        socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
        socket.once("connect", () => socket.destroy());
      });
      if (answers) return;
      await pause(25);
    }
    throw new Error("nats-server does not answer");
  };
  const kill = async (): Promise<void> => {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await gone;
  };
  const open = (auth: string) =>
    nats({
      servers: `nats://${auth}127.0.0.1:${port}`,
      stream: "ORDERS",
      declare: true,
      backoff: { baseMs: 20, capMs: 100 },
    });
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-nats-"));
    port = await freePort();
    await start();
  });
  after(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("says that credentials are wrong or missing, wherever it is asked", async () => {
    for (const auth of ["", "u:wrong@"]) {
      const broker = open(auth);
      const end = await broker.publish({ destination: broker.destination("a"), envelope: envelope() });
      assert.ok(!end.ok && end.kind === "down");
      assert.equal((end.error as { code?: string }).code, "BROKER_CREDENTIALS");
      await assert.rejects(broker.inspect([]), { code: "BROKER_CREDENTIALS" });
      await assert.rejects(
        broker.subscribe({ consumer: "c", types: ["a"], prefetch: 1 }, () => {}),
        { code: "BROKER_CREDENTIALS" },
      );
      await broker.close();
    }
  });

  it("keeps what it confirmed when the server is killed again and again, and consumes on", async () => {
    const broker = open("u:p@");
    const destination = broker.destination("order.placed");
    const arrived = new Set<string>();
    const subscription = await broker.subscribe(
      { consumer: "c", types: ["order.placed"], prefetch: 100 },
      (delivery) => {
        arrived.add(delivery.envelope.id);
        delivery.ack();
      },
    );
    const confirmed = new Set<string>();
    const ends = { ok: 0, unknown: 0, down: 0 };
    let over = false;
    const lane = async (): Promise<void> => {
      while (!over) {
        const one = envelope();
        const end = await broker.publish({ destination, envelope: one });
        if (end.ok) {
          confirmed.add(one.id);
          ends.ok++;
          continue;
        }
        ends[end.kind as "down"]++;
        await pause(10);
      }
    };
    const lanes = Array.from({ length: 50 }, lane);
    for (let round = 0; round < 3; round++) {
      await pause(300);
      await kill();
      await pause(100);
      await start();
    }
    await pause(500);
    over = true;
    await Promise.all(lanes);
    for (let tries = 0; tries < 200 && [...confirmed].some((id) => !arrived.has(id)); tries++)
      await pause(50);
    assert.deepEqual(
      [...confirmed].filter((id) => !arrived.has(id)),
      [],
    );
    for (const [kind, times] of Object.entries(ends))
      assert.ok(times > 0, `${kind}: ${JSON.stringify(ends)}`);
    await subscription.close();
    await broker.close();
  });
});
