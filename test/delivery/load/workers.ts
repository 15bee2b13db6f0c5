import type { Clock } from "@holdfast/core";
import {
  type Broker,
  type Delivery,
  type DeliveryEvent,
  delivery,
  type MessageType,
  message,
  type StandardSchema,
} from "@holdfast/delivery";
import { inProcess } from "@holdfast/delivery/in-process";
import { nats } from "@holdfast/delivery/nats";
import { rabbitmq } from "@holdfast/delivery/rabbitmq";
import { z } from "zod";
import { rabbitmqUrl } from "../servers/rabbitmq.ts";
import type { LoadDatabase } from "./databases.ts";

/** Where the broker of a load is, fit to be handed to another process. */
export type BrokerPlace =
  | { readonly kind: "in-process" }
  | {
      readonly kind: "nats" | "rabbitmq";
      readonly port: number;
      /** What stream, exchange and queues are called. */
      readonly name: string;
    };

interface NoteData {
  readonly id: string;
  readonly key: string;
}

const note: StandardSchema<NoteData> = z.object({ id: z.string(), key: z.string() });

/** Unordered; its handler sends an echo. */
export const Note: MessageType<"load.note", StandardSchema<NoteData>> = message("load.note", {
  schema: note,
});
/** Ordered by key, and consumed by sequence. */
export const Step: MessageType<"load.step", StandardSchema<NoteData>> = message("load.step", {
  schema: note,
  key: ({ key }) => key,
  ordered: true,
});
/** What the handler of a note sends on. */
export const Echo: MessageType<"load.echo", StandardSchema<NoteData>> = message("load.echo", {
  schema: note,
});

const quick = { baseMs: 50, factor: 2, capMs: 400, jitter: "equal" } as const;

/** How long leases last in a load unless it says so, in milliseconds. */
export const leaseDefaultMs = 2_500;

/** A broker of a load: it makes what it needs. */
export function openBroker(place: BrokerPlace): Broker {
  switch (place.kind) {
    case "in-process":
      return inProcess() as Broker;
    case "nats":
      return nats({
        servers: `nats://127.0.0.1:${place.port}`,
        stream: place.name,
        declare: true,
        ackWaitMs: 2_000,
        confirmTimeoutMs: 1_500,
        connectTimeoutMs: 1_500,
        backoff: quick,
      }) as Broker;
    case "rabbitmq":
      return rabbitmq({
        url: rabbitmqUrl(place.port),
        exchange: place.name,
        declare: true,
        heartbeatSeconds: 1,
        confirmTimeoutMs: 1_500,
        connectTimeoutMs: 1_500,
        backoff: quick,
      }) as Broker;
  }
}

/** A delivery with the three consumers of a load: each writes what it was given into the application's own table. */
export function openDelivery(
  database: LoadDatabase,
  broker: Broker,
  onEvent: (event: DeliveryEvent) => void,
  options: { readonly name?: string; readonly clock?: Clock; readonly leaseMs?: number } = {},
): Delivery<{ readonly bus: Broker }> {
  const { name = "load", clock, leaseMs = leaseDefaultMs } = options;
  const d = delivery({
    store: database.store,
    brokers: { bus: broker },
    relay: {
      leaseMs,
      backoff: quick,
      outageBackoff: quick,
      poll: { mostMs: 200 },
      confirmLimitMs: 20_000,
      drainMs: 1_000,
    },
    onEvent,
    ...(clock === undefined ? {} : { clock }),
  });
  const insert = `insert into app_effect (consumer, message_id, message_key, seq) values (${[1, 2, 3, 4].map(database.mark).join(", ")})`;
  const limits = {
    backoff: quick,
    leaseMs,
    pollMs: 50,
    concurrency: 4,
    lockTimeoutMs: 1_000,
    stopTimeoutMs: 1_000,
  };
  d.consume(
    `${name}-notes`,
    Note,
    async ({ id, key }, { tx, publish }) => {
      await tx.query(insert, ["notes", id, key, null]);
      publish(Echo({ id, key }));
    },
    limits,
  );
  d.consume(
    `${name}-ledger`,
    Step,
    async ({ id, key }, { tx, seq }) => {
      await tx.query(insert, ["ledger", id, key, seq]);
    },
    { ...limits, dedupe: "sequence" },
  );
  d.consume(
    `${name}-echo`,
    Echo,
    async ({ id, key }, { tx }) => {
      await tx.query(insert, ["echo", id, key, null]);
    },
    limits,
  );
  return d;
}
