import { type MessageType, message, type StandardSchema } from "@holdfast/delivery";
import { z } from "zod";

/** What a customer orders. The card is a token of the payment provider's. */
export interface OrderRequest {
  readonly sku: string;
  readonly quantity: number;
  readonly card: string;
}

/** An order that was taken in. */
export interface PlacedOrder extends OrderRequest {
  readonly orderId: string;
}

/** An order that has come to its end. */
export interface EndedOrder {
  readonly orderId: string;
}

/** The schema of what customers send. */
export const orderRequest: z.ZodType<OrderRequest> = z.object({
  sku: z.string().min(1).max(64),
  quantity: z.int().min(1).max(20),
  card: z.string().regex(/^tok_\w{1,40}$/),
});

const placed: StandardSchema<PlacedOrder> = z.object({
  orderId: z.string(),
  sku: z.string(),
  quantity: z.number(),
  card: z.string(),
});
const ended: StandardSchema<EndedOrder> = z.object({ orderId: z.string() });

/** An order was taken in. */
export const OrderPlaced: MessageType<"order.placed", typeof placed> = message("order.placed", {
  schema: placed,
  key: ({ orderId }) => orderId,
});

/** Paid for and on its way. */
export const OrderShipped: MessageType<"order.shipped", typeof ended> = message("order.shipped", {
  schema: ended,
  key: ({ orderId }) => orderId,
});

/** Not paid for; what was reserved is free again. */
export const OrderCancelled: MessageType<"order.cancelled", typeof ended> = message("order.cancelled", {
  schema: ended,
  key: ({ orderId }) => orderId,
});
