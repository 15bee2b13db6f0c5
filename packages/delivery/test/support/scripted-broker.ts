import type { Broker, Delivery } from "../../src/broker.ts";
import type { Envelope } from "../../src/envelope.ts";

/** A broker in memory whose every delivery a test decides about. */
export interface ScriptedBroker extends Broker {
  /** Delivers now. Resolves with how it was settled. */
  deliver(
    envelope: Envelope,
    about?: { readonly redelivered?: boolean; readonly problem?: Delivery["problem"] },
  ): Promise<Settled>;
  /** Delivers, and again whenever it is released, until it is acknowledged. */
  deliverUntilAcked(envelope: Envelope, about?: { readonly redelivered?: boolean }): Promise<Settled>;
  /** Makes the next calls of `subscribe` reject. */
  refuse(times: number): void;
  readonly subscribed: boolean;
  readonly stopped: boolean;
  readonly closed: boolean;
  readonly settled: readonly Settled[];
}

export interface Settled {
  readonly id: string;
  readonly how: "acked" | "released";
  readonly waitMs: number;
}

/** Settling twice is a fault of whoever consumes: it throws, and `settled` shows it. */
export function scriptedBroker(): ScriptedBroker {
  let onDelivery: ((delivery: Delivery) => void) | null = null;
  let refusals = 0;
  let stopped = false;
  let closed = false;
  const settled: Settled[] = [];

  const deliver: ScriptedBroker["deliver"] = (envelope, { redelivered = false, problem } = {}) =>
    new Promise((resolve) => {
      if (onDelivery === null) throw new Error("nobody has subscribed");
      let over = false;
      const end = (how: Settled["how"], waitMs: number): void => {
        if (over) throw new Error(`${envelope.id} was settled twice`);
        over = true;
        const one = { id: envelope.id, how, waitMs };
        settled.push(one);
        resolve(one);
      };
      onDelivery({
        envelope,
        redelivered,
        ...(problem === undefined ? {} : { problem }),
        ack: () => end("acked", 0),
        release: (waitMs = 0) => end("released", waitMs),
      });
    });
  return {
    kind: "scripted",
    guarantees: {
      confirms: "stored",
      survivesRestart: false,
      fsyncBeforeConfirm: false,
      dedupeMs: 0,
      ordered: true,
      redelivers: true,
      reportsUnroutable: true,
      bytesMax: Number.POSITIVE_INFINITY,
    },
    destination: () => null,
    publish: async () => ({ ok: true }),
    async subscribe(_request, take) {
      if (refusals-- > 0) throw new Error("the broker refuses");
      onDelivery = take;
      return {
        stop: async () => {
          stopped = true;
        },
        close: async () => {
          closed = true;
        },
      };
    },
    inspect: async () => [],
    close: async () => {},
    deliver,
    async deliverUntilAcked(envelope, about) {
      for (let redelivered = about?.redelivered ?? false; ; redelivered = true) {
        const one = await deliver(envelope, { redelivered });
        if (one.how === "acked") return one;
        await new Promise((resolve) => setTimeout(resolve, Math.min(one.waitMs, 50)));
      }
    },
    refuse(times) {
      refusals = times;
    },
    get subscribed() {
      return onDelivery !== null;
    },
    get stopped() {
      return stopped;
    },
    get closed() {
      return closed;
    },
    settled,
  };
}
