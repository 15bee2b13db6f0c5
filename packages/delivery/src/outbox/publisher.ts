import { type Clock, childOf, newTraceContext, type Random } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import { isMessage, type Message } from "../message.ts";
import type { Publisher } from "../publisher.ts";
import type { Store } from "../store.ts";
import { type LineageSettings, lineageHere, type Tracing } from "../tracing.ts";
import type { Tx } from "../tx.ts";
import { uuid7Maker } from "../uuid7.ts";
import { appendRows, appendRowsSync } from "./append.ts";
import { type EncodeOptions, encodeMessage, encodeMessageSync } from "./encode.ts";
import type { PlaceOf } from "./headers.ts";
import type { OutboxRow } from "./row.ts";

/** What a publisher is made of. */
export interface PublisherOptions {
  readonly store: Pick<Store, "dialect" | "tables" | "outbox">;
  /** CloudEvents `source`: a URI reference that names this producer, 255 characters at most. */
  readonly source: string;
  /** The largest payload in bytes. Default: 1 MiB, which every broker takes as it comes. */
  readonly payloadBytesMax?: number;
  /** What the broker takes to which messages of this name go, in bytes; undefined where it is not known. */
  readonly maxBytesOf?: (type: string) => number | undefined;
  /**
   * Whether PostgreSQL keeps the statement for one message prepared on the caller's connection: that saves parsing and planning it each
   * time. Not through a pooler in transaction mode that does not know prepared statements. Default: false.
   */
  readonly prepared?: boolean;
  /** Default: nothing surrounds what is published, and no baggage goes out. */
  readonly lineage?: LineageSettings;
  /** Makes the span of each message. Default: none is made; a message has an id of its own in its trace. */
  readonly tracing?: Tracing;
  readonly clock: Clock;
  readonly random: Random;
}

const payloadBytesMaxDefault = 1024 * 1024;
const alone: LineageSettings = { ambient: null, baggage: "none" };
const sourcePattern = /^[\x21-\x7e]{1,255}$/;

/** Makes what writes messages into a store's outbox. Throws CONFIGURATION for a source that no broker can carry. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { store, clock, random, prepared = false, lineage: settings = alone } = options;
  const encoding = encodingOf(options, uuid7Maker({ clock, random }));
  return {
    async publish(tx, messages, given = {}) {
      checkDialect(tx, store);
      const lineage = lineageHere(given, settings);
      const rows: OutboxRow[] = [];
      for (const message of messages) rows.push(await encodeMessage(message, lineage, encoding(message)));
      crashPoint("publish:before-insert");
      await appendRows(tx, store.tables, rows, { prepared, log: store.outbox === "log" });
      crashPoint("publish:after-insert");
      return rows.map(({ id }) => id);
    },
    publishSync(tx, messages, given = {}) {
      checkDialect(tx, store);
      const lineage = lineageHere(given, settings);
      const rows = messages.map((message) => encodeMessageSync(message, lineage, encoding(message)));
      crashPoint("publish:before-insert");
      appendRowsSync(tx, store.tables, rows);
      crashPoint("publish:after-insert");
      return rows.map(({ id }) => id);
    },
  };
}

function encodingOf(
  { source, payloadBytesMax = payloadBytesMaxDefault, maxBytesOf, random, tracing }: PublisherOptions,
  ids: () => string,
): (message: Message) => EncodeOptions {
  if (!sourcePattern.test(source))
    throw new DeliveryError(
      "CONFIGURATION",
      `source is ${JSON.stringify(source)}; it takes 1 to 255 printable characters without spaces: /shop/orders.`,
    );
  if (!(payloadBytesMax >= 1))
    throw new DeliveryError("CONFIGURATION", `payloadBytesMax is ${payloadBytesMax}; it is at least 1.`);
  const placeOf = placing(random, tracing);
  return (message) => {
    if (!isMessage(message))
      throw new DeliveryError("MESSAGE_INVALID", "What was published is no message.", {
        remedy: "Call the kind of message with its data: d.publish(tx, OrderPlaced({ … })).",
      });
    const bytesMax = Math.min(payloadBytesMax, maxBytesOf?.(message.type) ?? payloadBytesMax);
    return { ids, placeOf, source, bytesMax };
  };
}

function placing(random: Random, tracing: Tracing | undefined): PlaceOf {
  return (type, id, lineage) =>
    tracing?.created(type, id, lineage) ??
    (lineage.trace === undefined ? newTraceContext(random) : childOf(lineage.trace, random));
}

function checkDialect(tx: Tx, store: Pick<Store, "dialect">): void {
  if (tx.dialect === store.dialect) return;
  throw new DeliveryError(
    "TX_WRONG_DIALECT",
    `The transaction is one of ${tx.dialect}; the outbox is in ${store.dialect}.`,
  );
}
