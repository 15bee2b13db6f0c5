import { createServer } from "node:http";
import { defaultRuntime } from "@holdfast/resilience";
import { currentTrace, inbound, serverTimeouts } from "@holdfast/resilience/inbound";
import { logEvents, logFields } from "@holdfast/resilience/logs";
import { prometheus, prometheusType } from "@holdfast/resilience/prometheus";
import { orderFrom, readJson, sendJson } from "../shared/http.mjs";
import { openOrders } from "../shared/orders.mjs";
import { log } from "./log.mjs";
import { paymentsAt } from "./payments.mjs";

const orders = openOrders(process.env.ORDERS_DB ?? ":memory:");
const payments = { provider: "payments", operation: "charge" };
const charge = await paymentsAt({
  url: process.env.PAYMENTS_URL ?? "http://127.0.0.1:9400",
  apiKey: process.env.PAYMENTS_API_KEY ?? "",
  via: process.env.PAYMENTS_VIA ?? "fetch",
  orders,
});

// Each attempt that failed and each call that ended badly is one line: what it met, which attempt, and the time it took.
logEvents(defaultRuntime(), (level, message, fields) => log(level, message, { ...payments, ...fields }));

// What the alerts and dashboards of operations read: how calls to the provider ended, how long they took, and whether the circuit is open.
const metrics = prometheus(defaultRuntime());

const charging = new Map();

async function placeOrder(request, response) {
  const order = orderFrom(await readJson(request));
  const stored = orders.place(order);
  // The order's id is the key of what is sent again: under it nothing else may be asked.
  if (stored.amount !== order.amount)
    return sendJson(response, 422, problem(422, "This id is another order's"));
  if (stored.status === "paid") return sendJson(response, 201, stored);

  try {
    const { id } = await chargeOnce(order);
    orders.markPaid(order.id, id);
    log("info", "order paid", { order: order.id, amount: order.amount });
    sendJson(response, 201, orders.find(order.id));
  } catch (error) {
    if (error.kind === undefined) throw error;
    orders.markFailed(order.id);
    logFailure(order, error);
    const status = error.kind === "timeout" ? 504 : 502;
    sendJson(response, status, problem(status, "The payment did not go through", error.message));
  }
}

/** Whoever asks for an order while it is being charged waits for that charge. */
function chargeOnce(order) {
  const running = charging.get(order.id) ?? charge(order).finally(() => charging.delete(order.id));
  charging.set(order.id, running);
  return running;
}

/** What the policy went through stands in its error; headers and bodies do not. */
function logFailure(order, { kind, status, code, cause }) {
  const fields = cause === undefined ? {} : logFields(cause);
  log("warn", "charge failed", {
    ...payments,
    order: order.id,
    failure: kind,
    status,
    code,
    ...fields,
  });
}

async function route(request, response) {
  if (request.url === "/health") return sendJson(response, 200, { status: "ok" });
  if (request.url === "/metrics") return sendMetrics(response);
  if (request.method === "POST" && request.url === "/orders") return await placeOrder(request, response);
  sendJson(response, 404, problem(404, "There is nothing here"));
}

function sendMetrics(response) {
  response.writeHead(200, { "content-type": prometheusType });
  response.end(metrics.text());
}

/** The rim: whatever went wrong inside, the caller gets an answer and the process goes on. */
async function handle(request, response) {
  try {
    await route(request, response);
  } catch (error) {
    const status = error.status ?? 500;
    if (status === 500) log("error", "request failed", { reason: error.message });
    sendJson(response, status, problem(status, status === 500 ? "Something went wrong here" : error.message));
  }
}

function problem(status, title, detail) {
  return { type: "about:blank", status, title, detail, trace_id: currentTrace()?.traceId };
}

// What is called inside inherits the trace of the request, and what is left of the time that its caller waits.
const server = createServer(inbound({ deadline: "5s" })(handle));
// What takes longer to come in than it may take in all is of no use.
serverTimeouts(server, { headers: "4s", request: "5s" });
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1");

process.on("SIGTERM", () => {
  server.close(() => {
    orders.close();
    process.exit(0);
  });
  server.closeIdleConnections();
  // Calls under way have their deadline to end in; after that the process goes anyway.
  setTimeout(() => process.exit(0), 5_000).unref();
});
