import { servers } from "../../packages/delivery/test/support/servers.ts";

/** Everything that one contender makes on the servers is named by this: a schema, an exchange and a queue, or a stream. */
export interface Place {
  readonly name: string;
  /** Where RabbitMQ is reached: the server's own address, or a gate in front of it. */
  readonly amqpUrl: string;
}

/** The place of a contender in one run of the benchmark. */
export function placeOf(run: string, contender: string): Place {
  const name = `${run}_${contender.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`.slice(0, 31);
  return { name, amqpUrl: servers.rabbitmq.url };
}

/** The kind of all messages. */
export const messageType = "order.placed";
/** How many keys ordered messages have. */
export const keys = 1_000;

/** A payload of about 400 bytes. */
export function payload(at: number): { readonly orderId: string; readonly text: string } {
  return { orderId: `order-${at % keys}`, text: "x".repeat(360) };
}
