/** Puts a consumer's `call` behind a small HTTP service: `node serve.mjs <module>`, POST /orders makes one call. */
import { createServer } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { call, onStart } = await import(pathToFileURL(resolve(process.argv[2])).href);
const log = (record) => process.stdout.write(`${JSON.stringify(record)}\n`);

onStart?.(log);
createServer(async (request, response) => {
  if (request.url === "/health") return response.end("ok");
  const chunks = await request.toArray();
  const order = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const { status, body } = await place(order, request.headers);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}).listen(Number(process.env.PORT), "127.0.0.1");

async function place(order, headers) {
  const addresses = { payments: process.env.PAYMENTS_URL };
  const { traceparent } = headers;
  try {
    const charge = await call({ addresses, id: order.id, traceparent, inbound: { order, headers }, log });
    return { status: 201, body: { id: order.id, charge: charge.id } };
  } catch (failure) {
    return { status: 502, body: { error: failure.message } };
  }
}
