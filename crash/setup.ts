import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Delivery, delivery } from "@holdfast/delivery";
import { openBroker, refusing } from "./brokers.ts";
import type { Database } from "./databases.ts";
import type { Journal } from "./facts.ts";
import { Echo, Note, Refused, Requested, Step } from "./messages.ts";
import { type Fact, inFlightMax, leaseMs, type Orders } from "./model.ts";
import { orderSaga } from "./order-saga.ts";
import type { Provider } from "./provider.ts";

/** What a process of a case works with. */
export interface Setup {
  readonly orders: Orders;
  readonly database: Database;
  readonly provider: Provider;
  readonly facts: Journal<Fact>;
  readonly d: Delivery<Readonly<Record<string, never>>>;
  readonly isMended: () => boolean;
}

/** The consumers of a case, by which queues are taken away again. */
export function consumersOf(name: string): readonly string[] {
  return ["notes", "ledger", "echo", "asked", "replies"].map((one) => `${name}-${one}`);
}

const quick = { baseMs: 50, factor: 1, capMs: 50, jitter: "none" } as const;

/** Puts a delivery together with the consumers of the case. */
export function setUp(
  orders: Orders,
  { database, provider, facts }: Pick<Setup, "database" | "provider" | "facts">,
  onProgress: () => void,
): Setup {
  const mended = join(orders.folder, "mended");
  const isMended = (): boolean => existsSync(mended);
  const d = delivery({
    store: database.store,
    brokers: { bus: refusing(openBroker(orders), Refused.type, isMended) },
    sagas: [orderSaga(provider)],
    sagaRepliesFrom: orders.broker === "rabbitmq" ? { from: { queue: `${orders.name}-replies` } } : {},
    relay: {
      leaseMs,
      attempts: 2,
      backoff: quick,
      outageBackoff: { ...quick, capMs: 200 },
      inFlight: { messages: inFlightMax },
      poll: { mostMs: 200 },
    },
    sagaWorker: { leaseMs, pollMsMax: 200 },
    onEvent(event) {
      if (event.type === "consume.handled") onProgress();
      if (event.type === "relay.dead-letter")
        facts.write({ kind: "dead", id: event.id, where: "relay", reason: event.reason });
      if (event.type === "consume.dead-lettered")
        facts.write({ kind: "dead", id: event.messageId, where: event.consumer, reason: event.reason });
      if (event.type === "consume.duplicate")
        facts.write({ kind: "duplicate", id: event.messageId, consumer: event.consumer });
    },
  });
  const setup: Setup = { orders, database, provider, facts, d: d as never, isMended };
  declareConsumers(setup);
  return setup;
}

/** The consumers of a case: each writes what it was given into the application's own table. */
function declareConsumers({ orders, database, d, isMended }: Setup): void {
  const effect = (consumer: string, id: string, key: string, seq: number | null) =>
    ({
      sql: `insert into ${database.table("effect")} (consumer, message_id, message_key, seq) values (${[1, 2, 3, 4].map(database.mark).join(", ")})`,
      params: [consumer, id, key, seq],
    }) as const;
  const limits = { attempts: 2, backoff: quick, leaseMs, pollMs: 50, concurrency: 4 };
  const name = (consumer: string): string => `${orders.name}-${consumer}`;
  d.consume(
    name("notes"),
    [Note, Refused],
    async ({ id, key, fate }, { tx, publish, attempt }) => {
      const { sql, params } = effect("notes", id, key, null);
      await tx.query(sql, params);
      publish(Echo({ of: id }));
      if (fate === "fails-once" && attempt === 1) throw new Error("fails once");
      if (fate === "poison" && !isMended()) throw new Error("poison until mended");
    },
    limits,
  );
  d.consume(
    name("ledger"),
    Step,
    async ({ id, key }, { tx, seq }) => {
      const { sql, params } = effect("ledger", id, key, seq);
      await tx.query(sql, params);
    },
    { ...limits, dedupe: "sequence" },
  );
  d.consume(
    name("echo"),
    Echo,
    async ({ of }, { tx }) => {
      const { sql, params } = effect("echo", of, of, null);
      await tx.query(sql, params);
    },
    limits,
  );
  d.consume(
    name("asked"),
    Requested,
    async ({ of }, { tx }) => {
      const { sql, params } = effect("asked", of, of, null);
      await tx.query(sql, params);
    },
    limits,
  );
}

/** The tables that are the application's own. */
export async function createTables(database: Database): Promise<void> {
  const serial = {
    postgres: "bigserial primary key",
    mysql: "bigint auto_increment primary key",
    sqlite: "integer primary key autoincrement",
  }[database.store.dialect];
  await database.query(`create table if not exists ${database.table("sale")} (id varchar(64) primary key)`);
  await database.query(
    `create table if not exists ${database.table("asked")} (at ${serial}, request_key varchar(64) not null)`,
  );
  await database.query(
    `create table if not exists ${database.table("effect")} (at ${serial}, consumer varchar(64) not null, message_id varchar(64) not null, message_key varchar(64) not null, seq bigint)`,
  );
}
