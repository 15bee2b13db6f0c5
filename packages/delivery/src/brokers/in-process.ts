import { type Clock, systemClock } from "@holdfast/core";
import type { Broker, BrokerGuarantees, Outgoing, PublishEnd } from "../broker.ts";
import { DeliveryError } from "../errors.ts";
import { confirmed, down, failed } from "./ends.ts";
import { createGroup, type Group } from "./in-process-group.ts";

/** What the broker within the process takes. */
export interface InProcessOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
}

const guarantees: BrokerGuarantees = {
  confirms: "consumed",
  survivesRestart: false,
  fsyncBeforeConfirm: false,
  dedupeMs: 0,
  ordered: true,
  redelivers: true,
  reportsUnroutable: true,
  bytesMax: Number.MAX_SAFE_INTEGER,
};

/**
 * A broker within this process, for a service whose producers and consumers are one program. It keeps nothing: a message is confirmed
 * when every consumer of its name has acknowledged it, and until then it is in the outbox, so that a crash loses nothing. A message
 * that no consumer listens to is `misconfigured` and waits there, too.
 */
export function inProcess({ clock = systemClock }: InProcessOptions = {}): Broker<never, never> {
  const groups = new Map<string, Group>();
  let closed = false;

  const publish = async ({ envelope }: Outgoing): Promise<PublishEnd> => {
    if (closed) return down(new DeliveryError("DISPOSED", "The in-process broker was closed."));
    const listening = [...groups.values()].filter((group) => group.takes(envelope.type));
    if (listening.length === 0)
      return failed(
        "misconfigured",
        "BROKER_MISCONFIGURED",
        `No consumer in this process listens to ${envelope.type}.`,
      );
    const ends = await Promise.all(listening.map((group) => group.offer(envelope)));
    return ends.every((done) => done)
      ? confirmed
      : down(
          new DeliveryError(
            "BROKER_UNREACHABLE",
            `A consumer of ${envelope.type} stopped before it was done.`,
          ),
        );
  };

  return {
    kind: "in-process",
    guarantees,
    destination: (_type, options) => {
      if (options !== undefined && Object.keys(options).length > 0)
        throw new DeliveryError("CONFIGURATION", "The in-process broker takes no options for a destination.");
      return undefined as never;
    },
    publish,
    async subscribe({ consumer, types, prefetch }, onDelivery) {
      if (closed) throw new DeliveryError("DISPOSED", "The in-process broker was closed.");
      const group = groups.get(consumer) ?? createGroup(clock);
      groups.set(consumer, group);
      const member = group.join({ types: new Set(types), prefetch, onDelivery });
      return {
        stop: async () => member.stop(),
        close: async () => {
          member.leave();
          if (group.isEmpty() && groups.get(consumer) === group) groups.delete(consumer);
        },
      };
    },
    inspect: async () => [],
    async close() {
      closed = true;
      for (const group of groups.values()) group.end();
      groups.clear();
    },
  };
}
