import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { orderFrom, readJson, sendJson } from "../shared/http.mjs";
import { openOrders } from "../shared/orders.mjs";
import { log } from "./log.mjs";
import { paymentsAt } from "./payments.mjs";

const orders = openOrders(process.env.ORDERS_DB ?? ":memory:");
const charge = paymentsAt({
  url: process.env.PAYMENTS_URL ?? "http://127.0.0.1:9400",
  apiKey: process.env.PAYMENTS_API_KEY ?? "",
  orders,
});

async function placeOrder(request, response) {
  const context = { requestId: randomUUID(), inbound: request.headers };
  const order = orderFrom(await readJson(request));
  log("info", "order received", context, { caller: request.headers.authorization, order });

  const stored = orders.place(order);
  if (stored.status === "paid") return sendJson(response, 201, stored);

  try {
    const { id } = await charge(order, context);
    orders.markPaid(order.id, id);
    sendJson(response, 201, orders.find(order.id));
  } catch (error) {
    orders.markFailed(order.id);
    log("error", "payment failed", context, { order: order.id, reason: error.message });
    sendJson(response, 502, { title: "The payment did not go through", order: order.id });
  }
}

async function handle(request, response) {
  try {
    if (request.url === "/health") return sendJson(response, 200, { status: "ok" });
    if (request.method === "POST" && request.url === "/orders") return await placeOrder(request, response);
    sendJson(response, 404, { title: "There is nothing here" });
  } catch (error) {
    sendJson(response, error.status ?? 500, { title: error.message });
  }
}

const server = createServer(handle);
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
