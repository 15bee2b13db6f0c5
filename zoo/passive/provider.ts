import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RecordedExchange } from "./recorded.ts";
import type { Weather } from "./weather.ts";

/** A provider on a port of its own that does what the weather says and writes down what came of each request. */
export interface WeatherProvider {
  readonly url: string;
  readonly exchanges: readonly RecordedExchange[];
  close(): Promise<void>;
}

/** Starts one; `next` is asked for each request. */
export async function startProvider(next: () => Weather, nowMs: () => number): Promise<WeatherProvider> {
  const exchanges: RecordedExchange[] = [];
  const server = createServer(async (request, response) => {
    const startMs = nowMs();
    const weather = next();
    let settled = false;
    const body = bodyOf(request);
    const settle = async (end: RecordedExchange["end"], retryAfter: string | null): Promise<void> => {
      if (settled) return;
      settled = true;
      const endMs = nowMs();
      const status = end === "answered" ? response.statusCode : null;
      const call = callIn(request.url ?? "", await body);
      exchanges.push({ call, startMs, endMs, ...lineOf(request), status, end, retryAfter });
    };
    response.on("close", () => void settle("given-up", null));
    await body;
    if (weather.does === "hang") return;
    if (weather.does === "reset") {
      await settle("reset", null);
      request.socket.resetAndDestroy();
      return;
    }
    const retryAfter = answer(request, response, weather, startMs);
    response.on("finish", () => void settle("answered", retryAfter));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  weather: Extract<Weather, { does: "answer" | "status" }>,
  nowMs: number,
): string | null {
  if (weather.does === "answer") {
    const isRead = request.method === "GET";
    response.statusCode = isRead ? 200 : 201;
    response.setHeader("content-type", isRead ? "application/vnd.prices.v1+json" : "application/json");
    response.end(JSON.stringify({ id: "x", status: "succeeded", price: 4200 }));
    return null;
  }
  const asked = { seconds: "1", minute: "60", date: new Date(nowMs + 2_000).toUTCString() };
  const retryAfter = weather.retryAfter === undefined ? null : asked[weather.retryAfter];
  response.statusCode = weather.status;
  if (retryAfter !== null) response.setHeader("retry-after", retryAfter);
  response.setHeader("content-type", "application/json").end(JSON.stringify({ error: weather.status }));
  return retryAfter;
}

/** What the logs of proxies are told to write down. */
const keptHeaders = ["traceparent", "idempotency-key"] as const;

function lineOf({ method = "GET", url = "/", headers }: IncomingMessage) {
  const kept = keptHeaders.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return { method, target: url, headers: Object.fromEntries(kept) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  try {
    return Buffer.concat(await request.toArray()).toString("utf8");
  } catch {
    return "";
  }
}

function callIn(url: string, body: string): string {
  return /call-\d+/.exec(url)?.[0] ?? /call-\d+/.exec(body)?.[0] ?? "";
}
