import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import {
  DatabaseSetup,
  getDisabledLogger,
  initializePollingMessageListener,
  type PollingListenerConfig,
} from "pg-transactional-outbox";
import { servers } from "../../../packages/delivery/test/support/servers.ts";
import { openAmqp } from "../amqp.ts";
import { countdown, type OpenContender } from "../contender.ts";
import { messageType, type Place, payload } from "../run-name.ts";

/** Messages under way at once, each in a transaction on a connection of its own, as the library has it. */
const parallel = 40;

/**
 * pg-transactional-outbox by polling: parallel messages, protection that an outbox does not need switched off, shortest pauses. All are of one
 * segment, which is its fastest: with 40 or more, it relays 50 a second, for some messages wait until their locks expire. They last a second here.
 */
export const pgTransactionalOutbox: OpenContender = async (place) => {
  const { name } = place;
  const amqp = await openAmqp(place);
  const client = new Client(servers.postgres);
  await client.connect();
  await setUp(client, place);
  return {
    ...amqp,
    async fill(count) {
      await client.query(`truncate ${name}.outbox`);
      const all = Array.from({ length: count }, (_, at) => JSON.stringify(payload(at)));
      await client.query(
        `insert into ${name}.outbox (id, aggregate_type, aggregate_id, message_type, segment, concurrency, payload)
select id, 'order', 'bench', '${messageType}', 'bench', 'parallel', payload from unnest($1::uuid[], $2::jsonb[]) as t(id, payload)`,
        [all.map(() => randomUUID()), all],
      );
      await client.query(`analyze ${name}.outbox`);
    },
    async drain(count, confirmed) {
      const { done, one } = countdown(count);
      const [shutdown] = initializePollingMessageListener(
        configOf(place),
        {
          async handle({ id, payload: data }) {
            await amqp.publish(id, Buffer.from(JSON.stringify(data)));
            confirmed();
            one();
          },
        },
        getDisabledLogger(),
        {
          // Asks for many at a time: each time it asks, it reads all that waits.
          batchSizeStrategy: async (busy) => {
            if (busy <= parallel / 2) return parallel;
            await sleep(1);
            return busy;
          },
        },
      );
      await done;
      await sleep(200);
      await shutdown();
    },
    async clean() {
      await client.query(`drop schema ${name} cascade`);
      await client.end();
      await amqp.clean();
    },
  };
};

async function setUp(client: Client, { name }: Place): Promise<void> {
  const setup = {
    outboxOrInbox: "outbox",
    database: servers.postgres.database,
    schema: name,
    table: "outbox",
    listenerRole: servers.postgres.user,
    nextMessagesName: "next_outbox_messages",
  } as const;
  await client.query(DatabaseSetup.dropAndCreateTable(setup));
  await client.query(DatabaseSetup.createPollingFunction(setup));
  await client.query(`set search_path = ${name}`);
  await client.query(DatabaseSetup.setupPollingIndexes(setup));
}

function configOf({ name }: Place): PollingListenerConfig {
  const pool = { ...servers.postgres, max: parallel };
  return {
    outboxOrInbox: "outbox",
    dbListenerConfig: { ...servers.postgres },
    dbHandlerConfig: pool,
    settings: {
      dbSchema: name,
      dbTable: "outbox",
      nextMessagesFunctionSchema: name,
      enableMaxAttemptsProtection: false,
      enablePoisonousMessageProtection: false,
      nextMessagesBatchSize: parallel,
      nextMessagesFunctionName: "next_outbox_messages",
      nextMessagesPollingIntervalInMs: 10,
      nextMessagesLockInMs: 1_000,
    },
  };
}
