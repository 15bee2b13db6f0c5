import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  childOf,
  continueTrace,
  type IncomingHeaders,
  injectTrace,
  type Random,
  type TraceContext,
  traceHeaders,
} from "../../src/index.ts";

/** One way for a service to see the headers of a request, and one to send its own. */
export interface TraceCarrier {
  readonly name: string;
  read(request: IncomingMessage): IncomingHeaders;
  post(url: string, body: string, context: TraceContext): Promise<void>;
}

export interface TraceService {
  readonly port: number;
  /** Requests served so far. */
  served(): number;
  close(): Promise<void>;
}

const json = { "content-type": "application/json" };

/** Every carrier that the propagation claims to know, on the way in and on the way out. */
export const traceCarriers: readonly TraceCarrier[] = [
  {
    name: "rawHeaders in, a record out",
    read: (request) => request.rawHeaders,
    post: (url, body, context) => {
      // As a proxy would send them on, or an earlier attempt have left them.
      const headers: Record<string, string> = { ...json, TraceParent: "stale", Tracestate: "stale=1" };
      injectTrace(headers, context);
      return posted(url, body, headers);
    },
  },
  {
    name: "headers in, a message of Node out",
    read: (request) => request.headers,
    post: (url, body, context) => posted(url, body, json, context),
  },
  {
    name: "headersDistinct in, spread headers out",
    read: (request) => request.headersDistinct,
    post: (url, body, context) => posted(url, body, { ...json, ...traceHeaders(context) }),
  },
  {
    name: "Headers of the web in and out",
    read: (request) => webHeaders(request.rawHeaders),
    post: async (url, body, context) => {
      const headers = new Headers({ ...json, connection: "close" });
      injectTrace(headers, context);
      await (await fetch(url, { method: "POST", body, headers })).arrayBuffer();
    },
  },
];

/**
 * A service as the official harness drives it: a POST brings a list of addresses with arguments, and each of them gets a POST of its
 * arguments as part of the trace that came in.
 */
export async function startTraceService(
  carrier: TraceCarrier,
  random: Random,
  port = 0,
): Promise<TraceService> {
  let served = 0;
  const server = createServer(async (request, response) => {
    served++;
    const trace = continueTrace(carrier.read(request), random);
    const actions = JSON.parse(await text(request)) as readonly { url: string; arguments: unknown }[];
    for (const { url, arguments: given } of actions)
      await carrier.post(url, JSON.stringify(given), childOf(trace, random));
    response.writeHead(200, json).end("[]");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    served: () => served,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function posted(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  context?: TraceContext,
): Promise<void> {
  const request = httpRequest(url, { method: "POST", headers, agent: false });
  if (context !== undefined) injectTrace(request, context);
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  await text(response);
}

function webHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at]!, raw[at + 1]!);
  return headers;
}
