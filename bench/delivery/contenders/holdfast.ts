import { Pool } from "pg";
import { z } from "zod";
import type { Broker } from "../../../packages/delivery/src/broker.ts";
import { nats } from "../../../packages/delivery/src/brokers/nats.ts";
import { rabbitmq } from "../../../packages/delivery/src/brokers/rabbitmq.ts";
import { delivery } from "../../../packages/delivery/src/delivery.ts";
import { message } from "../../../packages/delivery/src/message.ts";
import { postgres } from "../../../packages/delivery/src/stores/postgres.ts";
import { servers } from "../../../packages/delivery/test/support/servers.ts";
import { openAmqp } from "../amqp.ts";
import { type Contender, countdown, type OpenContender } from "../contender.ts";
import { openJetStream } from "../jetstream.ts";
import { messageType, type Place, payload } from "../run-name.ts";

const schema = z.object({ orderId: z.string(), text: z.string() });
const key = ({ orderId }: z.infer<typeof schema>): string => orderId;
const plainOrder = message(messageType, { schema, key });
const orderedOrder = message(messageType, { schema, key, ordered: true });

/** @holdfast/delivery with its defaults, PostgreSQL to a quorum queue. */
export const holdfast: OpenContender = (place) => toRabbitmq(place, plainOrder);
/** The same with messages in order of their keys. */
export const holdfastOrdered: OpenContender = (place) => toRabbitmq(place, orderedOrder);
/** The same to JetStream. */
export const holdfastJetStream: OpenContender = async (place) => {
  const stream = await openJetStream(place);
  const broker = nats({ servers: servers.nats.url, stream: place.name, prefix: place.name });
  return contender(place, broker as unknown as Broker, plainOrder, stream);
};

async function toRabbitmq(place: Place, order: typeof plainOrder): Promise<Contender> {
  const watching = await openAmqp({ ...place, amqpUrl: servers.rabbitmq.url });
  const broker = rabbitmq({ url: place.amqpUrl, exchange: place.name });
  return contender(place, broker as unknown as Broker, order, watching);
}

async function contender(
  { name }: Place,
  bus: Broker,
  order: typeof plainOrder,
  watching: Pick<Contender, "arrived" | "purge" | "clean">,
): Promise<Contender> {
  let onConfirm = (): void => {};
  const told: Broker = {
    ...bus,
    publish(outgoing) {
      const end = bus.publish(outgoing);
      void end.then(({ ok }) => (ok ? onConfirm() : undefined));
      return end;
    },
  };
  const pool = new Pool({ ...servers.postgres, max: 8 });
  const d = delivery({ store: postgres(pool, { schema: name }), brokers: { bus: told }, source: "/bench" });
  d.route(order, "bus");
  await d.migrate();
  return {
    arrived: watching.arrived,
    purge: watching.purge,
    async fill(count) {
      for (let from = 0; from < count; from += 500) {
        const some = Array.from({ length: Math.min(500, count - from) }, (_, at) => payload(from + at));
        await d.publishNow(some.map((one) => order(one)));
      }
      await pool.query(`analyze ${name}.outbox`);
    },
    async drain(count, confirmed) {
      const { done, one } = countdown(count);
      onConfirm = () => {
        confirmed();
        one();
      };
      const stop = new AbortController();
      const running = d.run({ signal: stop.signal, only: ["relay"] });
      await done;
      stop.abort();
      await running;
    },
    async clean() {
      await d.close();
      await pool.query(`drop schema ${name} cascade`);
      await pool.end();
      await watching.clean();
    },
  };
}
