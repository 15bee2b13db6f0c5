import type { TestContext } from "node:test";
import { systemClock, systemRandom } from "@holdfast/core";
import { type Consumer, createConsumer } from "../../src/consume/consumer.ts";
import type { Consumable, ConsumerDefinition } from "../../src/consume/definition.ts";
import type { ConsumeEvent } from "../../src/consume/events.ts";
import { consumeMigrations } from "../../src/consume/migrations.ts";
import { deadLetterMigrations } from "../../src/dead-letters/migrations.ts";
import type { Envelope } from "../../src/envelope.ts";
import { type MessageType, message } from "../../src/message.ts";
import type { Migration } from "../../src/migrations.ts";
import { outboxMigrations } from "../../src/outbox/migrations.ts";
import { createPublisher } from "../../src/outbox/publisher.ts";
import { numberOf } from "../../src/sql.ts";
import type { StandardSchema } from "../../src/standard-schema.ts";
import type { Store } from "../../src/store.ts";
import type { Row, SqlValue, Tx } from "../../src/tx.ts";
import { uuid7Maker } from "../../src/uuid7.ts";
import { scriptedBroker } from "../support/scripted-broker.ts";
import type { OpenStore, TestStore } from "../support/stores.ts";

/** A schema that takes `{ n: number }` and gives out `{ n, seen: true }`, so that tests can tell input from output. */
export type Numbered = StandardSchema<{ n: number }, { n: number; seen: true }>;
export const numbered: Numbered = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const n = (value as { n?: unknown } | null)?.n;
      return typeof n === "number"
        ? { value: { n, seen: true } }
        : { issues: [{ message: "must be a number", path: ["n"] }] };
    },
  },
};

export const Counted: MessageType<"test.counted", Numbered> = message("test.counted", { schema: numbered });
export const Stepped: MessageType<"test.stepped", Numbered> = message("test.stepped", {
  schema: numbered,
  key: ({ n }) => `k${n}`,
  ordered: true,
});
export const Other: MessageType<"test.other", Numbered> = message("test.other", { schema: numbered });
export const Followed: MessageType<"test.followed", Numbered> = message("test.followed", {
  schema: numbered,
});

const effects: Migration = {
  id: "effects-1",
  statements: (tables, dialect) => [
    `create table ${dialect === "mysql" ? "if not exists " : ""}${tables.of("effect")} (consumer varchar(100) not null, message_id varchar(36) not null, n integer not null, place bigint not null)`,
  ],
};

const newId = uuid7Maker({ clock: systemClock, random: systemRandom });

/** An envelope as a broker would hand it over. */
export function envelopeOf(
  data: unknown,
  about: Partial<Omit<Envelope, "body">> & { readonly body?: Uint8Array } = {},
): Envelope {
  return {
    id: newId(),
    source: "/test",
    type: "test.counted",
    timeMs: systemClock.wall(),
    key: null,
    seq: null,
    contentType: "application/json",
    headers: {},
    body: new TextEncoder().encode(JSON.stringify(data)),
    ...about,
  };
}

/** An ordered message of a key. */
export function stepOf(key: string, seq: number, about: Partial<Envelope> = {}): Envelope {
  return envelopeOf({ n: seq }, { type: "test.stepped", key, seq, ...about });
}

/** Everything a test of consuming needs on one store. */
export interface Rig {
  readonly open: OpenStore;
  readonly events: ConsumeEvent[];
  of<Type extends ConsumeEvent["type"]>(type: Type): Extract<ConsumeEvent, { type: Type }>[];
  /** Starts a consumer on a scripted broker of its own; `store` is another connection to the same tables. */
  start<const Messages extends Consumable, Prepared = undefined>(
    definition: ConsumerDefinition<Messages, Prepared>,
    store?: Store,
    refusals?: number,
  ): Promise<Running>;
  read(sql: (tables: Store["tables"]) => string, params?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Message ids that took effect, in the order in which they did, with their n. */
  effects(): Promise<{ readonly id: string; readonly n: number }[]>;
  count(table: string): Promise<number>;
  /** Waits for a condition. */
  until(condition: () => boolean | Promise<boolean>, what: string): Promise<void>;
  close(): Promise<void>;
}

export interface Running {
  readonly consumer: Consumer;
  readonly broker: ReturnType<typeof scriptedBroker>;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Waits that keep tests short. */
export const quick = {
  pollMs: 20,
  backoff: { baseMs: 5, capMs: 20 },
  lockTimeoutMs: 2_000,
  stopTimeoutMs: 500,
} as const;

/** Writes an effect: a row without a key, so that two effects of one message would be two rows. */
export async function effect(tx: Tx, store: Store, consumer: string, id: string, n: number): Promise<void> {
  const marks = tx.dialect === "postgres" ? "$1, $2, $3" : "?, ?, ?";
  const table = store.tables.of("effect");
  await tx.query(
    `insert into ${table} (consumer, message_id, n, place) select ${tx.dialect === "postgres" ? "$1, $2, $3::integer" : marks}, (select count(*) from ${table} as earlier)`,
    [consumer, id, n],
  );
}

/** A rig on a store, closed when the test ends. */
export async function rigOn(test: TestContext, testStore: TestStore): Promise<Rig> {
  const open = await testStore.open([
    ...outboxMigrations,
    ...deadLetterMigrations,
    ...consumeMigrations,
    effects,
  ]);
  const { store } = open;
  const events: ConsumeEvent[] = [];
  const running: Running[] = [];
  const rig: Rig = {
    open,
    events,
    of: (type) => events.filter((event): event is never => event.type === type),
    async start(definition, on = store, refusals = 0) {
      const surroundings = { clock: systemClock, random: systemRandom };
      const broker = scriptedBroker();
      broker.refuse(refusals);
      const publisher = createPublisher({ store: on, source: "/test", ...surroundings });
      const emit = (event: { type: string }): void => void events.push(event as ConsumeEvent);
      const consumer = createConsumer({ store: on, publisher, broker, ...surroundings, emit }, definition);
      const stopping = new AbortController();
      const ended = consumer.run(stopping.signal);
      const one: Running = {
        consumer,
        broker,
        ended,
        stop: () => {
          stopping.abort();
          return ended;
        },
      };
      running.push(one);
      await rig.until(() => broker.subscribed, "subscribed");
      return one;
    },
    async read(sql, params = []) {
      return store.transaction(async (tx) => (await tx.query(sql(store.tables), params)).rows);
    },
    async effects() {
      const rows = await rig.read(
        (tables) => `select message_id, n from ${tables.of("effect")} order by place`,
      );
      return rows.map((row) => ({ id: String(row["message_id"]), n: numberOf(row, "n") }));
    },
    async count(table) {
      const [row = {}] = await rig.read((tables) => `select count(*) as rows_there from ${tables.of(table)}`);
      return numberOf(row, "rows_there");
    },
    async until(condition, what) {
      const untilMs = systemClock.monotonic() + 10_000;
      while (!(await condition())) {
        if (systemClock.monotonic() > untilMs)
          throw new Error(`not within 10 s: ${what}\n${JSON.stringify(events.slice(-10), null, 1)}`);
        await systemClock.sleep(3);
      }
    },
    async close() {
      for (const one of running) await one.stop();
      await open.close();
    },
  };
  test.after(() => rig.close());
  return rig;
}
