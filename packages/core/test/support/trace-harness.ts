import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";

/** One header line, to the letter. */
export type Field = readonly [name: string, value: string];

/** What a service sent to one of the addresses that it was given. */
export interface Callback {
  readonly traceparents: readonly string[];
  readonly tracestates: readonly string[];
}

export interface TraceHarness {
  /** Sends a request with these header lines to a service, and returns what it sent to each of `count` addresses. */
  ask(port: number, fields: readonly Field[], count: number): Promise<readonly Callback[]>;
  close(): Promise<void>;
}

/** The other side of the official protocol: asks a service to call back, and keeps the headers with which it does. */
export async function startTraceHarness(): Promise<TraceHarness> {
  const callbacks = new Map<string, Callback>();
  const server = createServer(async (request, response) => {
    const named = (wanted: string) =>
      request.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === wanted);
    callbacks.set(request.url ?? "", {
      traceparents: named("traceparent"),
      tracestates: named("tracestate"),
    });
    await text(request);
    response.end("null");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  let asked = 0;
  return {
    async ask(port, fields, count) {
      asked++;
      const paths = Array.from({ length: count }, (_, index) => `/${asked}.${index}`);
      const actions = paths.map((path) => ({ url: `http://127.0.0.1:${own}${path}`, arguments: [] }));
      await sendRaw(port, fields, JSON.stringify(actions));
      return paths.flatMap((path) => callbacks.get(path) ?? []);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** By hand, since every client of HTTP writes names, blanks and repeated headers as it sees fit. */
async function sendRaw(port: number, fields: readonly Field[], body: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  const lines = [
    "POST /test HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`, "latin1");
  const answer = await text(socket);
  if (!answer.startsWith("HTTP/1.1 200 ")) throw new Error(`the service answered ${answer.slice(0, 80)}`);
}
