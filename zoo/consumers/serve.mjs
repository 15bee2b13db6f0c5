/**
 * Puts a consumer's `call` behind a small HTTP service: `node serve.mjs <module>`, POST /orders makes one call. A module may also say how
 * the requests of the service's own callers are kept (`keys`), how long they may take to come in (`limits`), who waits while one comes
 * in (`reading`), what GET /prices/:id is answered with (`beside`), or what serves instead (`instead`).
 */
import { createServer } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { counted, exposition } from "./metrics.mjs";

const {
  call,
  beside,
  onStart,
  keys,
  limits,
  reading = (_, read) => read(),
  instead,
} = await import(pathToFileURL(resolve(process.argv[2])).href);
const log = (record) => process.stdout.write(`${JSON.stringify(record)}\n`);
const usual = { headersTimeout: 5_000, requestTimeout: 8_000, connectionsCheckingInterval: 500 };

onStart?.(log);
if (instead === undefined) serve();
else instead();

function serve() {
  createServer({ ...usual, ...limits }, async (request, response) => {
    if (request.url === "/health") return response.end("ok");
    if (request.url === "/metrics")
      return response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(exposition());
    const text = await reading(request, () => bodyOf(request)).catch(() => null);
    // The caller went away, or was sent away, in the middle of its request.
    if (text === null) return;
    const { status, body } = await answerTo(request, text);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(Number(process.env.PORT), "127.0.0.1");
}

async function bodyOf(request) {
  const chunks = await request.toArray();
  return Buffer.concat(chunks).toString("utf8");
}

function answerTo({ url, headers }, text) {
  if (beside !== undefined && url.startsWith("/prices/")) return price(url.slice("/prices/".length), headers);
  const order = JSON.parse(text);
  if (keys === undefined) return place(order, headers);
  return keys(headers["idempotency-key"], text, (key) => place({ ...order, key }, headers));
}

async function place({ key, ...order }, headers) {
  const addresses = { payments: process.env.PAYMENTS_URL };
  const { traceparent } = headers;
  try {
    const asked = { addresses, id: order.id, key, traceparent, inbound: { order, headers }, log };
    const charge = await counted("payments", () => call(asked));
    return { status: 201, body: { id: order.id, charge: charge.id } };
  } catch (failure) {
    return { status: 502, body: { error: failure.message } };
  }
}

async function price(id, { traceparent }) {
  const { PRICES_URL, PAYMENTS_URL } = process.env;
  const addresses = { payments: PRICES_URL ?? PAYMENTS_URL };
  const provider = PRICES_URL === undefined ? "payments" : "prices";
  try {
    const asked = { addresses, id, traceparent, log };
    return { status: 200, body: await counted(provider, () => beside(asked)) };
  } catch (failure) {
    return { status: 502, body: { error: failure.message } };
  }
}
