import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { seededRandom, systemClock } from "@holdfast/core";
import {
  type ConnectionRecord,
  createRedactor,
  type EffectRecord,
  type ExchangeRecord,
  type FaultProxy,
  type FaultProxyOptions,
  type FaultSpec,
  type ProviderOperation,
  type ProxyProblemRecord,
  type ProxyRecord,
  type Redactor,
  type RefusalRecord,
  startProxy,
} from "../src/index.ts";

/** The operation that most tests call. */
export const charge: ProviderOperation = {
  name: "charge",
  request: { method: "POST", path: "/v1/charges" },
  idempotencyKey: "idempotency-key",
  effectKey: "/orderId",
  answer: {
    status: 201,
    headers: { "content-type": "application/json" },
    body: '{"id":"ch_1","status":"succeeded"}',
  },
  errors: {
    "503": { status: 503, headers: { "content-type": "application/json" }, body: '{"code":"down"}' },
  },
};

/** A redactor with a fixed key. */
export const redactor: Redactor = createRedactor({ key: Buffer.alloc(32, 7), secrets: ["s3cr3t-value"] });

/** A proxy with all that it recorded, by kind of record. */
export interface RecordedProxy extends FaultProxy {
  readonly records: readonly ProxyRecord[];
  exchanges(): readonly ExchangeRecord[];
  connections(): readonly ConnectionRecord[];
  effects(): readonly EffectRecord[];
  refusals(): readonly RefusalRecord[];
  problems(): readonly ProxyProblemRecord[];
  /** Arms one fault for so many exchanges of every operation. */
  fault(spec: FaultSpec | null, times?: number | "forever"): Promise<void>;
}

/** Starts a proxy that keeps its records. */
export async function recordedProxy(
  url: string,
  options: Partial<FaultProxyOptions> = {},
): Promise<RecordedProxy> {
  const records: ProxyRecord[] = [];
  const proxy = await startProxy({
    name: "p1",
    integration: "payments",
    operations: [charge],
    provider: { url },
    clock: systemClock,
    random: seededRandom(1),
    redactor,
    record: (record) => void records.push(record),
    ...options,
  });
  const of = <T extends ProxyRecord["type"]>(type: T): Extract<ProxyRecord, { type: T }>[] =>
    records.filter((record): record is Extract<ProxyRecord, { type: T }> => record.type === type);
  return Object.assign(proxy, {
    records,
    exchanges: () => of("exchange"),
    connections: () => of("connection"),
    effects: () => of("effect"),
    refusals: () => of("refusal"),
    problems: () => of("proxy-problem"),
    fault: (spec: FaultSpec | null, times: number | "forever" = "forever") =>
      proxy.arm({ call: "call-1", operation: null, program: { steps: [{ fault: spec, times }] } }),
  });
}

/** Starts a `node:http` server on a free port. */
export async function httpProvider(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; port: number; server: Server; close(): Promise<void> }> {
  const server = createServer({ keepAliveTimeout: 60_000 }, handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, port, server, close };
}

/** What a client saw. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** One request of a `node:http` client; rejects with the client's own error. */
export function call(
  url: string,
  options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const outgoing = request(url, { method: body === undefined ? "GET" : "POST", ...rest }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
      );
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** A raw connection that keeps what it received. */
export interface RawClient {
  readonly socket: Socket;
  received(): Buffer;
  /** Resolves once this text was received. */
  until(text: string): Promise<void>;
  /** Resolves with how the connection ended: by FIN, or the code of its error. */
  readonly ended: Promise<string>;
}

/** Opens a raw connection. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  const pieces: Buffer[] = [];
  const waiting = new Set<() => void>();
  socket.on("data", (piece: Buffer) => {
    pieces.push(piece);
    for (const look of waiting) look();
  });
  const ended = new Promise<string>((resolve) => {
    socket.on("end", () => resolve("fin"));
    socket.on("error", (failure: NodeJS.ErrnoException) => resolve(failure.code ?? "error"));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const received = (): Buffer => Buffer.concat(pieces);
  const until = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!received().includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { socket, received, until, ended };
}

/** A provider on raw sockets: answers whatever `answer` says once it received `until`. */
export async function rawProvider(
  handle: (socket: Socket) => void,
): Promise<{ url: string; server: TcpServer; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${port}`, server, close };
}

/** Answers the first bytes with these, then closes or resets if asked to. */
export const answering =
  (bytes: string, then?: "fin" | "rst"): ((socket: Socket) => void) =>
  (socket) => {
    socket.once("data", () => {
      socket.write(bytes, () => {
        if (then === "fin") socket.end();
        if (then === "rst") setTimeout(() => socket.resetAndDestroy(), 20);
      });
    });
  };

/** A whole small answer. */
export const ok: string = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
