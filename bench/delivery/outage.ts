import { connect, createServer, type Socket } from "node:net";
import { Pool } from "pg";
import { servers } from "../../packages/delivery/test/support/servers.ts";
import { fillOutbox } from "./fill-outbox.ts";
import { start } from "./processes.ts";
import { placeOf } from "./run-name.ts";

/** What an outage of the broker did to the relay's process. */
export interface Outage {
  readonly messages: number;
  readonly downMs: number;
  /** Memory (RSS) at work before the outage, and the most while the broker was down. */
  readonly beforeBytes: number;
  readonly mostBytes: number;
  /** What the queue had in the end: never fewer than were written. */
  readonly arrived: number;
}

/** Takes RabbitMQ away while messages pile up, holds it away, and gives it back. */
export async function outage(run: string, messages: number, downMs: number): Promise<Outage> {
  const gate = await openGate(servers.rabbitmq.port);
  const place = { ...placeOf(run, "outage"), amqpUrl: `amqp://guest:guest@127.0.0.1:${gate.port}` };
  const pool = new Pool({ ...servers.postgres, max: 2 });
  const remote = await start(run, "holdfast", place);
  try {
    const warm = 20_000;
    await fillOutbox(pool, place.name, warm);
    await remote.drain(warm);
    await remote.purge();
    const beforeBytes = await remote.rssBytes();
    gate.close();
    const drained = remote.drain(messages);
    let mostBytes = beforeBytes;
    const startedMs = performance.now();
    const filling = fillOutbox(pool, place.name, messages);
    while (performance.now() - startedMs < downMs) {
      mostBytes = Math.max(mostBytes, await remote.rssBytes());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await filling;
    await gate.open();
    await drained;
    return { messages, downMs, beforeBytes, mostBytes, arrived: await remote.arrived() };
  } finally {
    await remote.end();
    await pool.end();
    gate.close();
  }
}

interface Gate {
  readonly port: number;
  open(): Promise<void>;
  /** Breaks all connections, and refuses new ones. */
  close(): void;
}

async function openGate(to: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let port = 0;
  const make = () =>
    createServer((near) => {
      const far = connect(to, "127.0.0.1");
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
  let server = make();
  const open = async (): Promise<void> => {
    server = make();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    port = (server.address() as { readonly port: number }).port;
  };
  await open();
  return {
    port,
    open,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
