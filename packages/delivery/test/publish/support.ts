import type { TestContext } from "node:test";
import { systemClock, systemRandom } from "@holdfast/core";
import { isDeliveryError } from "../../src/errors.ts";
import { type MessageType, message } from "../../src/message.ts";
import { outboxMigrations } from "../../src/outbox/migrations.ts";
import { createPublisher } from "../../src/outbox/publisher.ts";
import type { Publisher } from "../../src/publisher.ts";
import type { StandardSchema } from "../../src/standard-schema.ts";
import type { Store } from "../../src/store.ts";
import type { SqlValue, Tx } from "../../src/tx.ts";
import type { OpenStore, TestStore } from "../support/stores.ts";

/** The data of the orders that tests publish. */
export interface OrderData {
  readonly orderId: string;
  readonly total: number;
  readonly note?: unknown;
}

/** A schema written by hand: an `orderId` that is a text and a `total` from 0. */
export const orderSchema: StandardSchema<OrderData> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate(value) {
      const { orderId, total } = value as Partial<OrderData>;
      if (typeof orderId !== "string") return { issues: [{ message: "must be a text", path: ["orderId"] }] };
      if (!(Number(total) >= 0)) return { issues: [{ message: "must be 0 or more", path: ["total"] }] };
      return { value: { ...(value as OrderData), total: -1 } };
    },
  },
};

export const OrderSeen: MessageType<"order.seen", StandardSchema<OrderData>> = message("order.seen", {
  schema: orderSchema,
  key: (order) => order.orderId,
});
export const OrderPlaced: MessageType<"order.placed", StandardSchema<OrderData>> = message("order.placed", {
  schema: orderSchema,
  key: (order) => order.orderId,
  ordered: true,
  dataschema: "/schemas/order/1",
});
const anything: StandardSchema = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) },
};
export const Ping: MessageType<"ping", StandardSchema> = message("ping", { schema: anything });

/** A store with a fresh outbox, which goes when the test ends, however it ends. */
export async function opened(t: TestContext, open: TestStore["open"]): Promise<OpenStore> {
  const store = await open(outboxMigrations);
  t.after(() => store.close());
  return store;
}

/** A publisher on a store, as the facade makes it. */
export function publisherOn(
  store: Store,
  options: { readonly maxBytesOf?: (type: string) => number; readonly prepared?: boolean } = {},
): Publisher {
  return createPublisher({ store, source: "/shop", clock: systemClock, random: systemRandom, ...options });
}

/** A row of the outbox as tests look at it. */
export interface SeenRow {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly key: string | null;
  readonly seq: number | null;
  readonly shard: number | null;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly state: number;
  readonly waitMs: number;
  readonly createdMs: number;
  readonly ageMs: number;
}

const nowMs = {
  postgres: "(extract(epoch from clock_timestamp()) * 1000)::bigint",
  mysql: "cast(unix_timestamp(sysdate(6)) * 1000 as signed)",
  sqlite: "cast(unixepoch('subsec') * 1000 as integer)",
} as const;

/** What stands in the outbox, in the order of the ids. */
export async function outboxOf(store: Store): Promise<readonly SeenRow[]> {
  const session = await store.connect({ purpose: "test" });
  try {
    const { rows } = await session.query(
      `select o.*, ${nowMs[store.dialect]} as now from ${store.tables.of("outbox")} o order by id`,
    );
    return rows.map((row) => ({
      id: String(row["id"]),
      type: String(row["type"]),
      source: String(row["source"]),
      key: row["key"] === null ? null : String(row["key"]),
      seq: row["seq"] === null ? null : Number(row["seq"]),
      shard: row["shard"] === null ? null : Number(row["shard"]),
      contentType: String(row["content_type"]),
      headers: JSON.parse(String(row["headers"])),
      body: Buffer.from(row["body"] as Uint8Array).toString("utf8"),
      state: Number(row["state"]),
      waitMs: Number(row["due_ms"]) === 0 ? 0 : Number(row["due_ms"]) - Number(row["now"]),
      createdMs: Number(row["created_ms"]),
      ageMs: Number(row["now"]) - Number(row["created_ms"]),
    }));
  } finally {
    await session.close();
  }
}

/** The counters of the keys, as `type/key` to number. */
export async function countersOf(store: Store): Promise<Readonly<Record<string, number>>> {
  const session = await store.connect({ purpose: "test" });
  try {
    const { rows } = await session.query(`select * from ${store.tables.of("outbox_key")}`);
    return Object.fromEntries(rows.map((row) => [`${row["type"]}/${row["key"]}`, Number(row["seq"])]));
  } finally {
    await session.close();
  }
}

/** A transaction that counts its statements. */
export function counting(tx: Tx): Tx & { statements(): number } {
  let statements = 0;
  return {
    dialect: tx.dialect,
    query(sql: string, params?: readonly SqlValue[], name?: string) {
      statements += 1;
      return tx.query(sql, params, name);
    },
    statements: () => statements,
  };
}

/** For assert.rejects: an error of ours with this code and a remedy. */
export const coded =
  (...codes: string[]) =>
  (error: unknown): boolean => {
    if (isDeliveryError(error) && codes.includes(error.code) && error.remedy !== "") return true;
    throw error;
  };
