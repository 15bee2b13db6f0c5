import type { Msg } from "@nats-io/transport-node";
import type { Delivery } from "../../broker.ts";
import { type DeliveryInfo, deliveryInfoOf, readDelivery } from "./message.ts";
import { type ConsumerPlan, matches, nanos } from "./topology.ts";

/** Where what was pulled lies until it is settled. */
export interface Desk {
  arrive(message: Msg): void;
  /** Hands out what there is room for, and asks for more. */
  pump(): void;
  keepAlive(): void;
  giveBackReady(): void;
  giveBackAll(): void;
}

/** What a desk needs. */
export interface DeskOptions {
  readonly plan: ConsumerPlan;
  readonly prefetch: number;
  readonly onDelivery: (delivery: Delivery) => void;
  /** Sends an answer over whichever connection there is: the subject to answer to outlives the one over which the message came. */
  answer(reply: string, payload: Uint8Array): void;
  /** Asks for more beside so many that are held. */
  ask(held: number): void;
  readonly stopped: AbortSignal;
}

const encoder = new TextEncoder();
const acknowledged = encoder.encode("+ACK");
const inProgress = encoder.encode("+WPI");
const notNow = encoder.encode("-NAK");

/** An empty desk. */
export function createDesk(options: DeskOptions): Desk {
  const { plan, prefetch, onDelivery, answer, ask, stopped } = options;
  /** By the subjects to answer to. */
  const underWay = new Set<string>();
  const ready: { readonly message: Msg; readonly reply: string; readonly info: DeliveryInfo }[] = [];

  const hand = (message: Msg, reply: string, info: DeliveryInfo): void => {
    underWay.add(reply);
    const settle = (payload: Uint8Array): void => {
      if (!underWay.delete(reply)) return;
      answer(reply, payload);
      pump();
    };
    onDelivery({
      ...readDelivery(message, info),
      redelivered: info.deliveries > 1,
      deliveries: info.deliveries,
      ack: () => settle(acknowledged),
      release: (delayMs = 0) =>
        settle(delayMs > 0 ? encoder.encode(`-NAK {"delay":${nanos(Math.ceil(delayMs))}}`) : notNow),
    });
  };

  // A handler may settle at once: then the loop that is running goes on, in place of another one within it.
  let pumping = false;
  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    while (ready.length > 0 && underWay.size < prefetch) {
      const { message, reply, info } = ready.shift() as (typeof ready)[number];
      hand(message, reply, info);
    }
    pumping = false;
    if (!stopped.aborted) ask(underWay.size + ready.length);
  };

  return {
    pump,
    arrive(message) {
      const reply = message.reply ?? "";
      const info = deliveryInfoOf(reply);
      // A server before 2.10 filters by one subject: what it lets through beyond the consumer's own is not for us.
      if (!plan.subjects.some((subject) => matches(subject, message.subject))) answer(reply, acknowledged);
      else if (stopped.aborted) answer(reply, notNow);
      else if (info !== null) ready.push({ message, reply, info });
      pump();
    },
    keepAlive() {
      for (const reply of underWay) answer(reply, inProgress);
      for (const { reply } of ready) answer(reply, inProgress);
    },
    giveBackReady() {
      for (const { reply } of ready.splice(0)) answer(reply, notNow);
    },
    giveBackAll() {
      for (const reply of underWay) answer(reply, notNow);
      underWay.clear();
    },
  };
}
