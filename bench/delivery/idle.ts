import { Pool } from "pg";
import { z } from "zod";
import type { Broker } from "../../packages/delivery/src/broker.ts";
import { rabbitmq } from "../../packages/delivery/src/brokers/rabbitmq.ts";
import { type Delivery, delivery } from "../../packages/delivery/src/index.ts";
import { message } from "../../packages/delivery/src/message.ts";
import { postgres } from "../../packages/delivery/src/stores/postgres.ts";
import { servers } from "../../packages/delivery/test/support/servers.ts";
import { openAmqp } from "./amqp.ts";
import { messageType, type Place, payload } from "./run-name.ts";

/** From the commit to the broker's confirm, in milliseconds, of a message that is alone. */
export interface IdleLatencies {
  /** Published where the relay runs. */
  readonly sameProcess: readonly number[];
  /** Published through another pool and store, as by another process: only NOTIFY tells the relay. */
  readonly otherProcess: readonly number[];
  /** The bare round trip to the broker, beside it: what no relay can save. */
  readonly confirmAlone: readonly number[];
}

const order = message(messageType, { schema: z.object({ orderId: z.string(), text: z.string() }) });

/** Publishes messages one at a time to a relay that has nothing to do. */
export async function idleLatencies(place: Place, count: number): Promise<IdleLatencies> {
  const watching = await openAmqp(place);
  const { broker: told, timed } = timing(rabbitmq({ url: place.amqpUrl, exchange: place.name }) as never);
  const pools = [
    new Pool({ ...servers.postgres, max: 8 }),
    new Pool({ ...servers.postgres, max: 4 }),
  ] as const;
  const [relaying, publishing] = pools.map((pool) =>
    delivery({ store: postgres(pool, { schema: place.name }), brokers: { bus: told } }),
  ) as [Delivery<{ bus: Broker }>, Delivery<{ bus: Broker }>];
  relaying.route(order, "bus");
  publishing.route(order, "bus");
  await relaying.migrate();
  const stop = new AbortController();
  const running = relaying.run({ signal: stop.signal, only: ["relay"] });
  const by = (d: Delivery<{ bus: Broker }>, at: number) =>
    d.transaction(({ publish }) => publish(order(payload(at))));
  const latencies = {
    sameProcess: [] as number[],
    otherProcess: [] as number[],
    confirmAlone: [] as number[],
  };
  try {
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let at = -20; at < count; at++) {
      const same = await timed(() => by(relaying, at));
      await pause(at);
      const other = await timed(() => by(publishing, at));
      await pause(at + 3);
      const startedMs = performance.now();
      await watching.publish(`${at}`, Buffer.from(JSON.stringify(payload(at))));
      const alone = performance.now() - startedMs;
      await pause(at + 7);
      if (at < 0) continue;
      latencies.sameProcess.push(same);
      latencies.otherProcess.push(other);
      latencies.confirmAlone.push(alone);
    }
    return latencies;
  } finally {
    stop.abort();
    await running;
    await Promise.all([relaying.close(), publishing.close()]);
    await pools[0].query(`drop schema ${place.name} cascade`);
    await Promise.all(pools.map((pool) => pool.end()));
    await watching.clean();
  }
}

/** A broker that is watched, and the time from a commit to its confirm. */
function timing(bus: Broker): {
  readonly broker: Broker;
  readonly timed: (publish: () => Promise<unknown>) => Promise<number>;
} {
  let onConfirm = (): void => {};
  return {
    broker: {
      ...bus,
      publish: (outgoing) => {
        const end = bus.publish(outgoing);
        void end.then(() => onConfirm());
        return end;
      },
    },
    async timed(publish) {
      // The confirm may come before the commit is known here: then it took no time that anybody could have saved.
      let confirmedMs = 0;
      const confirmed = new Promise<void>((resolve) => {
        onConfirm = () => {
          confirmedMs = performance.now();
          resolve();
        };
      });
      await publish();
      const committedMs = performance.now();
      await confirmed;
      return Math.max(0, confirmedMs - committedMs);
    },
  };
}

/** Pauses of many lengths, so that no poll is in step with them. */
function pause(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20 + ((((at * 37) % 101) + 101) % 101)));
}
