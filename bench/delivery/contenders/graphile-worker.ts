import { randomUUID } from "node:crypto";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { Pool } from "pg";
import { servers } from "../../../packages/delivery/test/support/servers.ts";
import { openAmqp } from "../amqp.ts";
import { countdown, type OpenContender } from "../contender.ts";
import { payload } from "../run-name.ts";

const silent = new Logger(() => () => {});

/**
 * graphile-worker as a relay, with the settings of its chapter on performance: a local queue, completions in batches, many jobs at once so that
 * confirms are under way together; jobs are added by its bulk call.
 */
export const graphileWorker: OpenContender = async ({ name, ...place }) => {
  const amqp = await openAmqp({ name, ...place });
  const pool = new Pool({ ...servers.postgres, max: 12 });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const utils = await makeWorkerUtils({ pgPool: pool, schema: name, logger: silent });
  await utils.migrate();
  return {
    ...amqp,
    async fill(count) {
      for (let from = 0; from < count; from += 500) {
        const some = Array.from({ length: Math.min(500, count - from) }, (_, at) => ({
          identifier: "relay",
          payload: { id: randomUUID(), ...payload(from + at) },
        }));
        await utils.addJobs(some);
      }
    },
    async drain(count, confirmed) {
      const { done, one } = countdown(count);
      const runner = await run({
        pgPool: pool,
        noHandleSignals: true,
        logger: silent,
        taskList: {
          async relay(job) {
            const { id, ...data } = job as { readonly id: string };
            await amqp.publish(id, Buffer.from(JSON.stringify(data)));
            confirmed();
            one();
          },
        },
        preset: {
          worker: {
            schema: name,
            concurrentJobs: 500,
            pollInterval: 1_000,
            localQueue: { size: 1_000 },
            completeJobBatchDelay: 1,
            failJobBatchDelay: 1,
          },
        },
      });
      await done;
      await runner.stop();
    },
    async clean() {
      await utils.release();
      await pool.query(`drop schema if exists ${name} cascade`);
      await pool.end();
      await amqp.clean();
    },
  };
};
