import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Random, seededRandom } from "@holdfast/core";
import { startTcpProxy, type TcpProxy } from "../../../packages/delivery/src/conformance/tcp-proxy.ts";
import { freshDatabase } from "../load/databases.ts";
import { ownPath } from "../load/folder.ts";
import { startLoad } from "../load/load.ts";
import { startWorker, type WorkerProcess } from "../load/processes.ts";
import { leaseDefaultMs } from "../load/workers.ts";
import { natsMissing, startNats } from "../servers/nats.ts";
import { postgresMissing, startPostgres } from "../servers/postgres.ts";
import type { OwnServer } from "../servers/server.ts";

/** How long it goes on: a minute, or as long as it is told. A night's run says 28800. */
const seconds = Number(process.env["HOLDFAST_SOAK_SECONDS"] ?? 60);
const seed = Number(process.env["HOLDFAST_SOAK_SEED"] ?? Math.floor(Date.now() / 1_000));
/** A message that three processes died with counts as their killer, so that only so many of them are killed. */
const killsMax = 2;

interface Scene {
  readonly servers: { readonly database: OwnServer; readonly broker: OwnServer };
  readonly lines: { readonly database: TcpProxy; readonly broker: TcpProxy };
  readonly workers: WorkerProcess[];
  readonly startAnother: () => WorkerProcess;
  readonly random: Random;
}

type Fault = (scene: Scene, which: "database" | "broker") => Promise<void>;

/** Takes a line away in one way, for a time, and mends it. */
const onLine =
  (break_: (line: TcpProxy) => void | Promise<void>): Fault =>
  async ({ lines, random }, which) => {
    await break_(lines[which]);
    await sleep(random.between(200, 2_500));
    await lines[which].restore();
  };
const ending =
  (how: "stop" | "crash" | "kill"): Fault =>
  async ({ servers, random }, which) => {
    await servers[which][how]();
    await sleep(random.between(0, 500));
    await servers[which].start();
  };

const faults: Readonly<Record<string, Fault>> = {
  cut: onLine((line) => line.cut()),
  "black hole": onLine((line) => line.blackHole()),
  "deaf server": onLine((line) => line.blackHole("up")),
  "lost answers": onLine((line) => line.blackHole("down")),
  refuse: onLine((line) => line.refuse()),
  lag: onLine((line) => line.lag(80)),
  stop: ending("stop"),
  crash: ending("crash"),
  kill: ending("kill"),
  async "stopped worker"({ workers }) {
    const [worker] = workers;
    worker?.child.kill("SIGSTOP");
    await sleep(2 * leaseDefaultMs);
    worker?.thaw();
  },
  async "killed worker"({ workers, startAnother }) {
    await workers.shift()?.kill();
    workers.push(startAnother());
  },
};

describe("a load under one fault after the other, by chance", {
  skip: postgresMissing || natsMissing,
}, () => {
  const files = ownPath();
  let servers: Scene["servers"];
  before(async () => {
    servers = { database: await startPostgres(), broker: await startNats() };
  });
  after(async () => {
    await servers?.database.close();
    await servers?.broker.close();
    files.remove();
  });

  it("loses nothing, makes nothing up, does nothing twice and keeps each key's order (O5, R7)", async (test) => {
    test.diagnostic(`${seconds} s with the seed ${seed}`);
    const random = seededRandom(seed);
    const judgeAt = await freshDatabase("postgres", servers.database.port);
    const lineTo = ({ port }: OwnServer) => startTcpProxy({ host: "127.0.0.1", port });
    const lines = { database: await lineTo(servers.database), broker: await lineTo(servers.broker) };
    const broker = { kind: "nats", port: lines.broker.port, name: "soak" } as const;
    const database = { ...judgeAt, port: lines.database.port };
    const load = await startLoad({ database, judgeAt, broker, paceMs: 25 });
    let started = 0;
    const startAnother = (): WorkerProcess =>
      startWorker({ database, broker, journal: files.path(`worker-${++started}.ndjson`), stops: [] });
    const workers = [startAnother(), startAnother()];
    const done = new Map<string, number>();
    try {
      for (const endMs = performance.now() + seconds * 1_000; performance.now() < endMs; ) {
        const left = Object.keys(faults).filter(
          (name) => name !== "killed worker" || (done.get(name) ?? 0) < killsMax,
        );
        const name = random.pick(left);
        const which = random.pick(["database", "broker"] as const);
        done.set(name, (done.get(name) ?? 0) + 1);
        await faults[name]?.({ servers, lines, workers, startAnother, random }, which);
        await load.committed(20);
      }
      test.diagnostic(`${JSON.stringify(Object.fromEntries(done))}, ${load.facts.length} transactions`);
      await load.finish();
      assert.ok(load.failures.size > 0 || load.events.some(({ type }) => type === "relay.route-waits"));
      assert.deepEqual(await Promise.all(workers.map((worker) => worker.end())), [0, 0]);
    } finally {
      for (const worker of workers) await worker.kill();
      await load.close();
      for (const line of Object.values(lines)) await line.close();
    }
  });
});
