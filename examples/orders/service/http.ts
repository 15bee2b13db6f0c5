import { randomBytes } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "@holdfast/delivery";
import { type NodeRoute, nodeListener } from "@holdfast/delivery/http-node";
import { sql } from "./database.ts";
import { log } from "./log.ts";
import { OrderPlaced, orderRequest } from "./messages.ts";
import type { OrdersDelivery } from "./orders.ts";

/** How long a caller may take to send what it wants, and how often that is looked at. */
const patience = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

/** `POST /orders`, `GET /orders/:id`, `PUT /prices/:sku` and `GET /health`. */
export function ordersServer(d: OrdersDelivery, store: Store): Server {
  const place = placing(d);
  const routes: readonly (readonly [method: string, path: RegExp, route: NodeRoute])[] = [
    ["POST", /^\/orders$/, async (request, origin) => settled(store, request, await place(request, origin))],
    ["GET", /^\/orders\/[\w-]+$/, ({ url }) => shown(store, nameIn(url))],
    ["PUT", /^\/prices\/[\w-]+$/, (request) => priced(store, request)],
    ["GET", /^\/health$/, async () => Response.json({ ok: true })],
  ];
  const onError = (error: unknown): void => log({ type: "http.error", error });
  const listeners = routes.map(
    ([method, path, route]) => [method, path, nodeListener(route, { onError })] as const,
  );
  const missing: RequestListener = (_request, response) => response.writeHead(404).end();
  return createServer(patience, (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, , listener = missing] =
      listeners.find(([method, path]) => method === request.method && path.test(pathname)) ?? [];
    listener(request, response);
  });
}

/** Takes an order in: its key, its row and its message are one transaction, and the same request again gets the same answer. */
function placing(d: OrdersDelivery): NodeRoute {
  return d.idempotent(
    // A service with users takes the scope from whoever is logged in.
    { mode: "tx", scope: () => "shop", route: "POST /orders" },
    async (request, { tx, publish, dismiss }) => {
      const order = orderRequest.safeParse(await request.json().catch(() => null));
      if (!order.success)
        return dismiss(Response.json({ error: "An order has sku, quantity and card." }, { status: 422 }));
      const { sku, quantity } = order.data;
      const orderId = `o-${randomBytes(6).toString("hex")}`;
      await sql(tx, "insert into orders values (?, ?, ?, 'placed')", [orderId, sku, quantity]);
      await publish(OrderPlaced({ orderId, ...order.data }));
      return Response.json(
        { id: orderId, status: "placed" },
        { status: 202, headers: { location: `/orders/${orderId}` } },
      );
    },
  );
}

/** `Prefer: wait=5` (RFC 7240) waits so many seconds for the order's end: 201 shipped, 402 cancelled, otherwise the 202 as it was. */
async function settled(store: Store, request: Request, answer: Response): Promise<Response> {
  const [, seconds = "0"] = /\bwait=(\d{1,2})\b/.exec(request.headers.get("prefer") ?? "") ?? [];
  const id = nameIn(answer.headers.get("location") ?? "");
  if (answer.status !== 202 || id === "") return answer;
  for (const endMs = Date.now() + Number(seconds) * 1_000; Date.now() < endMs; await sleep(20)) {
    const order = await find(store, id);
    if (order?.["status"] === "shipped") return Response.json(order, { status: 201 });
    if (order?.["status"] === "cancelled") return Response.json(order, { status: 402 });
  }
  return answer;
}

async function shown(store: Store, id: string): Promise<Response> {
  const order = await find(store, id);
  return order === undefined ? new Response(null, { status: 404 }) : Response.json(order);
}

function find(store: Store, id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  return store.transaction(async (tx) => {
    const [order] = await sql(
      tx,
      "select id, orders.sku, quantity, status, free from orders join stock on stock.sku = orders.sku where id = ?",
      [id],
    );
    return order;
  });
}

async function priced(store: Store, request: Request): Promise<Response> {
  const { cents } = (await request.json()) as { readonly cents: number };
  const sku = nameIn(request.url);
  await store.transaction((tx) =>
    sql(tx, "insert into price values (?, ?) on conflict (sku) do update set cents = excluded.cents", [
      sku,
      cents,
    ]),
  );
  return Response.json({ sku, cents });
}

function nameIn(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
