import { createServer } from "node:http";
import { orderFrom, readJson, sendJson } from "../shared/http.mjs";
import { openOrders } from "../shared/orders.mjs";
import { log } from "./log.mjs";
import { paymentsAt } from "./payments.mjs";
import { policy } from "./retry.mjs";
import { traceOf } from "./trace.mjs";

const orders = openOrders(process.env.ORDERS_DB ?? ":memory:");
const charge = paymentsAt({
  url: process.env.PAYMENTS_URL ?? "http://127.0.0.1:9400",
  apiKey: process.env.PAYMENTS_API_KEY ?? "",
  orders,
});

async function placeOrder(request, response, trace) {
  const order = orderFrom(await readJson(request));
  const stored = orders.place(order);
  if (stored.status === "paid") return sendJson(response, 201, stored);

  try {
    const { id } = await charge(order, trace);
    orders.markPaid(order.id, id);
    log("info", "order paid", trace, { order: order.id, amount: order.amount });
    sendJson(response, 201, orders.find(order.id));
  } catch (error) {
    if (error.kind === undefined) throw error;
    orders.markFailed(order.id);
    const status = error.kind === "timeout" ? 504 : 502;
    sendJson(response, status, problem(status, "The payment did not go through", error.message, trace));
  }
}

async function route(request, response, trace) {
  if (request.url === "/health") return sendJson(response, 200, { status: "ok" });
  if (request.method === "POST" && request.url === "/orders")
    return await placeOrder(request, response, trace);
  sendJson(response, 404, problem(404, "There is nothing here", undefined, trace));
}

/** The rim: whatever went wrong inside, the caller gets an answer and the process goes on. */
async function handle(request, response) {
  const trace = traceOf(request.headers);
  try {
    await route(request, response, trace);
  } catch (error) {
    const status = error.status ?? 500;
    if (status === 500) log("error", "request failed", trace, { reason: error.message });
    sendJson(
      response,
      status,
      problem(status, status === 500 ? "Something went wrong here" : error.message, undefined, trace),
    );
  }
}

function problem(status, title, detail, trace) {
  return { type: "about:blank", status, title, detail, trace_id: trace.traceId };
}

const server = createServer(handle);
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1");

process.on("SIGTERM", () => {
  server.close(() => {
    orders.close();
    process.exit(0);
  });
  server.closeIdleConnections();
  // Calls under way have their deadline to end in; after that the process goes anyway.
  setTimeout(() => process.exit(0), policy.deadlineMs).unref();
});
