import {
  forever,
  permanent,
  type SagaDefinition,
  type StandardSchema,
  type Store,
  saga,
} from "@holdfast/delivery";
import { z } from "zod";
import { sql } from "./database.ts";
import { OrderCancelled, OrderShipped, type PlacedOrder } from "./messages.ts";
import type { Payments } from "./payments.ts";

/** What fulfilling an order begins with. */
export interface Order extends PlacedOrder {
  readonly cents: number;
}

const input: StandardSchema<Order> = z.object({
  orderId: z.string(),
  sku: z.string(),
  quantity: z.number(),
  card: z.string(),
  cents: z.number(),
});

/**
 * Reserve, authorise, capture, ship. Up to the capture everything can be taken back; from there on the order only goes forward. A step
 * may be called twice, so each works under a key: the order's id in our own tables, `key` at the provider.
 */
export function fulfilment(store: Store, payments: Payments): SagaDefinition<Order> {
  return saga("fulfil-order", input)
    .step("reserve", {
      do: (order) => reserve(store, order),
      async undo({ orderId }, _left, { publish }) {
        await release(store, orderId);
        publish(OrderCancelled({ orderId }));
      },
    })
    .step("authorise", {
      do: ({ orderId, cents, card }, call) => payments.authorise({ orderId, cents, card }, call),
      undo: ({ orderId }, _id, call) => payments.cancel({ orderId, authorisedBy: call.doKey }, call),
      retry: { attempts: 5, baseMs: 200, capMs: 5_000 },
    })
    .pivot("capture", {
      do: ({ orderId, authorise }, call) => payments.capture({ orderId, authorisation: authorise }, call),
      retry: forever({ baseMs: 200, capMs: 5_000 }),
    })
    .step("ship", {
      async do({ orderId }, { publish }) {
        const statement = "insert into parcel values (?) on conflict do nothing";
        await store.transaction((tx) => sql(tx, statement, [orderId]));
        publish(OrderShipped({ orderId }));
      },
    });
}

/** Takes the goods out of the free stock, once for each order; resolves to what is left. */
function reserve(store: Store, { orderId, sku, quantity }: Order): Promise<number> {
  return store.transaction(async (tx) => {
    const made = await sql(
      tx,
      "insert into reservation values (?, ?, ?) on conflict do nothing returning order_id",
      [orderId, sku, quantity],
    );
    const taken = made.length === 0 ? 0 : quantity;
    const [row] = await sql(
      tx,
      "update stock set free = free - ? where sku = ? and free >= ? returning free",
      [taken, sku, taken],
    );
    if (row === undefined) throw permanent(new Error(`There are not ${quantity} of ${sku} left.`));
    return Number(row["free"]);
  });
}

/** Gives them back. An order for which nothing is reserved has nothing to give. */
function release(store: Store, orderId: string): Promise<void> {
  return store.transaction(async (tx) => {
    const held = await sql(tx, "delete from reservation where order_id = ? returning sku, quantity", [
      orderId,
    ]);
    for (const { sku, quantity } of held)
      await sql(tx, "update stock set free = free + ? where sku = ?", [Number(quantity), String(sku)]);
  });
}
