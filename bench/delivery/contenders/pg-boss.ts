import { PgBoss } from "pg-boss";
import { servers } from "../../../packages/delivery/test/support/servers.ts";
import { openAmqp } from "../amqp.ts";
import { countdown, type OpenContender } from "../contender.ts";
import { payload } from "../run-name.ts";

const queue = "relay";

/**
 * pg-boss as a relay: a worker takes batches, publishes all of a batch with confirms under way at once, and completes it. Fetching goes on
 * without a pause while batches are full; supervision and schedules are off.
 */
export const pgBoss: OpenContender = async (place) => {
  const amqp = await openAmqp(place);
  const boss = new PgBoss({
    ...servers.postgres,
    schema: place.name,
    max: 10,
    supervise: false,
    schedule: false,
  });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  await boss.createQueue(queue);
  return {
    ...amqp,
    async fill(count) {
      for (let from = 0; from < count; from += 500) {
        const some = Array.from({ length: Math.min(500, count - from) }, (_, at) => ({
          data: payload(from + at),
        }));
        await boss.insert(queue, some);
      }
    },
    async drain(count, confirmed) {
      const { done, one } = countdown(count);
      await boss.work<object>(
        queue,
        { batchSize: 500, localConcurrency: 3, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
        async (jobs) => {
          await Promise.all(
            jobs.map(async ({ id, data }) => {
              await amqp.publish(id, Buffer.from(JSON.stringify(data)));
              confirmed();
              one();
            }),
          );
        },
      );
      await done;
      await boss.offWork(queue);
      await boss.deleteStoredJobs(queue);
    },
    async clean() {
      await boss.stop({ graceful: true, timeout: 5_000 });
      await dropSchema(place.name);
      await amqp.clean();
    },
  };
};

async function dropSchema(name: string): Promise<void> {
  const { Client } = await import("pg");
  const client = new Client(servers.postgres);
  await client.connect();
  await client.query(`drop schema if exists ${name} cascade`);
  await client.end();
}
