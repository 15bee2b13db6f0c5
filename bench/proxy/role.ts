import { Agent, createServer as createHttpServer, request } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freshSeed, seededRandom, systemClock } from "../../packages/core/src/index.ts";
import { createRedactor, startProxy } from "../../packages/faults/src/index.ts";

/**
 * One process of the benchmark: the provider, or one of the proxies in front of it. Tells its port to the parent, and answers
 * each message with the number of exchanges it recorded and its memory.
 */
const [role = "", providerPort = "0", module = ""] = process.argv.slice(2);
const target = { host: "127.0.0.1", port: Number(providerPort) };
let recorded = 0;

const starts: Readonly<Record<string, () => Promise<number>>> = {
  provider: () => listening(provider()),
  pipe: () => listening(pipe()),
  "node-http": () => listening(nodeHttp()),
  holdfast: async () => (await holdfast()).port,
  mockttp: () => mockttp(),
};

const start = starts[role];
if (start === undefined) throw new Error(`There is no role ${role}.`);
const port = await start();
process.on("message", () => process.send?.({ recorded, rssBytes: process.memoryUsage.rss() }));
process.on("disconnect", () => process.exit(0));
process.send?.({ port });

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

/** Answers each request head at once; requests to `/split` get head and body in two writes. */
function provider(): Server {
  const body = '{"id":"ch_1","status":"succeeded"}';
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const whole = Buffer.from(head + body);
  const headEnd = Buffer.from("\r\n\r\n");
  return createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      if (!chunk.includes(headEnd)) return;
      if (chunk.includes(" /large ")) {
        sendLarge(socket);
        return;
      }
      if (!chunk.includes(" /split ")) {
        socket.write(whole);
        return;
      }
      socket.write(head);
      setImmediate(() => socket.write(body));
    });
  });
}

const largeBytes = 10e6;
const piece = Buffer.alloc(64 * 1024, "x");

/** Ten megabytes of body, as fast as the other side takes them. */
function sendLarge(socket: Socket): void {
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${largeBytes}\r\n\r\n`,
  );
  let left = largeBytes;
  const go = (): void => {
    while (left > 0) {
      const bytes = left >= piece.length ? piece : piece.subarray(0, left);
      left -= bytes.length;
      if (!socket.write(bytes)) {
        socket.once("drain", go);
        return;
      }
    }
  };
  go();
}

/** The least a proxy in Node can do: two sockets joined, nothing read. */
function pipe(): Server {
  return createServer({ noDelay: true }, (consumer) => {
    const upstream = connect({ ...target, noDelay: true });
    consumer.on("error", () => upstream.destroy());
    upstream.on("error", () => consumer.destroy());
    consumer.pipe(upstream).pipe(consumer);
  });
}

/** The plain reverse proxy that people write: `node:http` on both sides, connections kept alive. */
function nodeHttp(): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return createHttpServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const upstream = request({ ...target, agent, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on("error", () => outgoing.destroy());
    incoming.pipe(upstream);
  });
}

/** mockttp, passing everything through: a proxy for tests that records and asserts. */
async function mockttp(): Promise<number> {
  const { getLocal } = (await import(module)) as typeof import("./mockttp.d.ts");
  const server = getLocal();
  await server.start();
  await server.forAnyRequest().thenForwardTo(`http://127.0.0.1:${providerPort}`);
  return server.port;
}

function holdfast(): Promise<{ readonly port: number }> {
  return startProxy({
    name: "bench",
    integration: "payments",
    operations: [
      {
        name: "charge",
        request: { method: "POST", path: "/v1/charges" },
        idempotencyKey: "idempotency-key",
        effectKey: "/orderId",
        answer: { status: 200, headers: {}, body: "{}" },
        errors: {},
      },
    ],
    provider: { url: `http://127.0.0.1:${providerPort}` },
    clock: systemClock,
    random: seededRandom(freshSeed()),
    redactor: createRedactor({ key: Buffer.alloc(32, 7), secrets: ["a-configured-secret"] }),
    record: (record) => {
      if (record.type === "exchange") recorded += 1;
    },
  });
}
