import { seededRandom, systemClock } from "@holdfast/core";
import type { DeliveryEvent } from "../../src/events.ts";
import type { Migration } from "../../src/migrations.ts";
import type { Publisher } from "../../src/publisher.ts";
import type { SagaDefinition } from "../../src/saga/definition.ts";
import { sagaMigrations } from "../../src/saga/migrations.ts";
import { createSagas, type Sagas } from "../../src/saga/sagas.ts";
import type { SagaWorkerOptions } from "../../src/saga/settings.ts";
import type { StandardSchema } from "../../src/standard-schema.ts";
import type { Store } from "../../src/store.ts";
import type { OpenStore, TestStore } from "../support/stores.ts";

/** A schema that accepts everything as what it is said to be. */
export const schemaOf = <T>(refuse: (value: T) => string | null = () => null): StandardSchema<T> => ({
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const message = refuse(value as T);
      return message === null ? { value: value as T } : { issues: [{ message }] };
    },
  },
});

const sent: Migration = {
  id: "sent-1",
  statements: (tables) => [
    `create table ${tables.of("sent")} (type varchar(99) not null, body varchar(999) not null)`,
  ],
};

/** Stands for the outbox: writes what is published into a table, in the same transaction. */
export function recordingPublisher(store: Store): Publisher {
  return {
    async publish(tx, messages) {
      const marks = tx.dialect === "postgres" ? "$1, $2" : "?, ?";
      for (const { type, data, definition } of messages) {
        const checked = await definition.schema["~standard"].validate(data);
        if (checked.issues !== undefined)
          throw Object.assign(new Error(checked.issues[0]?.message), {
            name: "DeliveryError",
            code: "MESSAGE_INVALID",
          });
        await tx.query(`insert into ${store.tables.of("sent")} (type, body) values (${marks})`, [
          type,
          JSON.stringify(data),
        ]);
      }
      return messages.map(() => "");
    },
    publishSync: () => [],
  };
}

/** Another service: it does each key's work once, whoever asks however often, and refuses what was made void before. */
export class Service {
  readonly effects: Map<string, number> = new Map();
  readonly calls: string[] = [];
  readonly void: Set<string> = new Set();

  /** Does it, once per key. */
  work(key: string): string {
    this.calls.push(key);
    if (this.void.has(key)) throw new Error(`${key} was made void`);
    if (!this.effects.has(key)) this.effects.set(key, 1);
    return key;
  }

  /** Takes back what a key did, if it did; and makes it void. */
  takeBack(key: string, doKey: string): void {
    this.void.add(doKey);
    this.work(key);
  }

  /** The keys whose effect stands. */
  standing(): string[] {
    return [...this.effects.keys()].filter((key) => !key.endsWith(":undo") && !this.void.has(key)).sort();
  }
}

/** Fast retries, for tests. */
export const quick = { baseMs: 1, capMs: 3 } as const;

/** A store with the tables of sagas, and what is needed around it. */
export interface World {
  readonly open: OpenStore;
  readonly store: Store;
  readonly events: DeliveryEvent[];
  sagas(definitions: readonly SagaDefinition[], options?: SagaWorkerOptions, store?: Store): Sagas;
  /** Runs workers until the condition holds; fails after twenty seconds. */
  until(workers: readonly Sagas[], condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Starts a saga in a transaction of its own. */
  start<Given>(
    sagas: Sagas,
    definition: SagaDefinition<Given>,
    input: NoInfer<Given>,
    id: string,
  ): Promise<boolean>;
  sent(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function world(testStore: TestStore): Promise<World> {
  const open = await testStore.open([...sagaMigrations, sent]);
  const events: DeliveryEvent[] = [];
  return {
    open,
    store: open.store,
    events,
    sagas: (definitions, options = {}, store = open.store) =>
      createSagas({
        store,
        publisher: recordingPublisher(store),
        clock: systemClock,
        random: seededRandom(7),
        emit: (event) => events.push(event),
        definitions,
        options: { pollMsMax: 15, slowRetryMs: 5, ...options },
      }),
    until: (workers, condition) => runUntil(workers, condition),
    start: async (sagas, definition, input, id) =>
      (await open.store.transaction((tx) => sagas.start(tx, definition, input, { id }))).started,
    async sent() {
      const session = await open.store.connect({ purpose: "test" });
      const { rows } = await session.query(`select body from ${open.store.tables.of("sent")}`);
      await session.close();
      return rows.map((row) => String(row["body"])).sort();
    },
    close: () => open.close(),
  };
}

async function runUntil(
  workers: readonly Sagas[],
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const stop = new AbortController();
  const running = workers.map((worker) => worker.run(stop.signal));
  const limitMs = systemClock.monotonic() + 20_000;
  try {
    while (!(await condition())) {
      if (systemClock.monotonic() > limitMs)
        throw new Error("the condition did not come true within twenty seconds");
      await systemClock.sleep(15);
    }
  } finally {
    stop.abort();
    await Promise.all(running);
  }
}

/** Every saga's status, by id. */
export async function statuses(sagas: Sagas): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for await (const { id, status } of sagas.list()) found[id] = status;
  return found;
}
