import { type Broker, type Delivery, delivery, type Store } from "@holdfast/delivery";
import { inProcess } from "@holdfast/delivery/in-process";
import { rabbitmq } from "@holdfast/delivery/rabbitmq";
import { sql } from "./database.ts";
import { fulfilment } from "./fulfilment.ts";
import { log } from "./log.ts";
import { OrderCancelled, OrderPlaced, OrderShipped } from "./messages.ts";
import { httpPayments } from "./payments.ts";
import type { Settings } from "./settings.ts";

/** The delivery of this service: one broker, whatever it is. */
export type OrdersDelivery = Delivery<{ readonly bus: Broker }>;

/** Another process takes over what a dead one held after so long. Short, so that the story need not wait; the defaults are 15 to 60 s. */
const leaseMs = 2_000;

/** Declares what goes where and who does what. */
export function ordersDelivery(store: Store, { broker, name, paymentsUrl }: Settings): OrdersDelivery {
  const bus: Broker =
    broker === null ? inProcess() : rabbitmq({ url: broker, exchange: name, declare: true });
  const fulfilOrder = fulfilment(store, httpPayments(paymentsUrl));
  const d = delivery({
    store,
    brokers: { bus },
    source: "/orders",
    sagas: [fulfilOrder],
    relay: { leaseMs },
    sagaWorker: { leaseMs },
    onEvent: log,
  });
  d.route([OrderPlaced, OrderShipped, OrderCancelled], "bus");
  const queue = (consumer: string) => (broker === null ? {} : { from: { queue: `${name}.${consumer}` } });

  // An invoice and the start of its saga, in the transaction in which the message counts as handled.
  d.consume(
    "billing",
    OrderPlaced,
    async (order, { tx, lineage }) => {
      const { orderId, sku, quantity } = order;
      const [price] = await sql(tx, "select cents from price where sku = ?", [sku]);
      if (price === undefined) throw new Error(`There is no price for ${sku}.`);
      const cents = Number(price["cents"]) * quantity;
      await sql(tx, "insert into invoice values (?, ?)", [orderId, cents]);
      await d.start(tx, fulfilOrder, { ...order, cents }, { id: orderId, lineage });
    },
    { ...queue("billing"), attempts: 3, backoff: { baseMs: 100, capMs: 1_000 }, leaseMs },
  );

  d.consume(
    "status",
    [OrderShipped, OrderCancelled],
    async ({ orderId }, { tx, type }) => {
      const status = type === "order.shipped" ? "shipped" : "cancelled";
      await sql(tx, "update orders set status = ? where id = ?", [status, orderId]);
    },
    { ...queue("status"), leaseMs },
  );
  return d;
}
