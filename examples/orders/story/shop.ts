import { setTimeout as sleep } from "node:timers/promises";
import type { System } from "../system.ts";

/** An order as the shop shows it. `free` is what is left of its goods in stock. */
export interface ShownOrder {
  readonly id: string;
  readonly status: string;
  readonly free: number;
}

/** The shop's answer to an order. */
export interface OrderAnswer {
  readonly status: number;
  readonly replayed: boolean;
  readonly text: string;
  readonly order: ShownOrder;
}

/** Orders something; with `waitSeconds` the answer is the order's end. */
export async function order(
  { url }: System,
  key: string,
  request: { readonly sku: string; readonly quantity: number; readonly card?: string },
  { waitSeconds = 0, traceparent }: { readonly waitSeconds?: number; readonly traceparent?: string } = {},
): Promise<OrderAnswer> {
  const response = await fetch(`${url}/orders`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "idempotency-key": key,
      prefer: `wait=${waitSeconds}`,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    body: JSON.stringify({ card: "tok_fine", ...request }),
  });
  const text = await response.text();
  const replayed = response.headers.get("idempotency-replayed") === "true";
  return { status: response.status, replayed, text, order: JSON.parse(text) };
}

/** An order as it is now. */
export async function shown({ url }: System, id: string): Promise<ShownOrder> {
  return (await (await fetch(`${url}/orders/${id}`)).json()) as ShownOrder;
}

/** Waits until something is so; false when it is not within a minute. */
export async function until(holds: () => Promise<boolean>): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 100) {
    if (await holds().catch(() => false)) return true;
    await sleep(100);
  }
  return false;
}
