import { randomBytes, randomUUID } from "node:crypto";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect as connectNats, headers } from "@nats-io/transport-node";
import { connect as connectAmqp } from "amqplib";
import type { Broker, Outgoing } from "../../packages/delivery/src/broker.ts";
import { nats } from "../../packages/delivery/src/brokers/nats.ts";
import { rabbitmq } from "../../packages/delivery/src/brokers/rabbitmq.ts";
import { eachAttribute } from "../../packages/delivery/src/cloud-events.ts";
import type { Envelope } from "../../packages/delivery/src/envelope.ts";

/** What our adapters cost over the bare clients, on the servers of this machine, in one run. Ratios are what counts. */
const rounds = 5;
const name = `hf_bench_${process.pid}`;

function envelopes(count: number): readonly Envelope[] {
  const body = Buffer.from(randomBytes(200).toString("hex"));
  return Array.from({ length: count }, (_, n) => ({
    id: randomUUID(),
    source: "/bench",
    type: "order.placed",
    timeMs: 1_767_225_600_000 + n,
    key: `order-${n}`,
    seq: null,
    contentType: "application/json",
    headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    body,
  }));
}

interface Measured {
  readonly perSecond: number;
  /** This process's CPU for each message: what stays the same when others use the machine. */
  readonly cpuMicros: number;
}

/** Sends all with so many under way. */
async function rate(
  all: readonly Envelope[],
  window: number,
  send: (one: Envelope) => Promise<unknown>,
): Promise<Measured> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  let at = 0;
  const lane = async (): Promise<void> => {
    while (at < all.length) await send(all[at++] as Envelope);
  };
  await Promise.all(Array.from({ length: window }, lane));
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (all.length * 1_000) / (performance.now() - startedMs),
    cpuMicros: (user + system) / all.length,
  };
}

function publishing(broker: Broker<never, never>): (envelope: Envelope) => Promise<void> {
  const destination = (broker as unknown as Broker).destination("order.placed");
  return async (envelope) => {
    const end = await broker.publish({ destination, envelope } satisfies Outgoing);
    if (!end.ok) throw end.error;
  };
}

type Contender = readonly [name: string, send: (one: Envelope) => Promise<unknown>];

/** Takes turns, so that a slow moment of the machine hits all alike; the median of each, and its ratio to the first. */
async function compare(
  title: string,
  contenders: readonly Contender[],
  count: number,
  window: number,
): Promise<void> {
  const results = new Map<string, Measured[]>(contenders.map(([contender]) => [contender, []]));
  for (let round = 0; round < rounds; round++)
    for (const [contender, send] of round % 2 === 0 ? contenders : contenders.toReversed())
      results.get(contender)?.push(await rate(envelopes(count), window, send));
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[values.length >> 1] as number;
  console.log(`\n${title}, window ${window}, ${count} messages, median of ${rounds}`);
  let base = 0;
  for (const [contender, measured] of results) {
    const perSecond = median(measured.map((one) => one.perSecond));
    base ||= perSecond;
    const cpu = median(measured.map((one) => one.cpuMicros));
    console.log(
      `  ${contender.padEnd(34)} ${Math.round(perSecond).toString().padStart(7)} msg/s   × ${(perSecond / base).toFixed(2)}   ${cpu.toFixed(1).padStart(7)} µs CPU each`,
    );
  }
}

async function measureRabbitmq(): Promise<void> {
  const ours = rabbitmq({ url: "amqp://127.0.0.1", exchange: name, declare: true });
  const subscription = await ours.subscribe(
    { consumer: name, types: ["order.placed"], prefetch: 1 },
    () => {},
  );
  await subscription.close();
  const connection = await connectAmqp("amqp://127.0.0.1", { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const bare = (one: Envelope): Promise<void> =>
    new Promise((resolve, reject) => {
      const fields: Record<string, string> = {};
      eachAttribute(one, (attribute, value) => {
        fields[`cloudEvents:${attribute}`] = value;
      });
      const options = {
        headers: fields,
        contentType: one.contentType,
        messageId: one.id,
        type: one.type,
        persistent: true,
        mandatory: true,
      };
      channel.publish(name, one.type, one.body as Buffer, options, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  const contenders: readonly Contender[] = [
    ["amqplib, confirm channel", bare],
    ["rabbitmq()", publishing(ours as never)],
  ];
  for (const [window, count] of [
    [1, 200],
    [100, 4_000],
    [500, 8_000],
  ] as const) {
    await compare("RabbitMQ, quorum queue", contenders, count, window);
    await channel.purgeQueue(name);
  }
  await channel.deleteQueue(name);
  await channel.deleteQueue(`${name}.dead`);
  await channel.deleteExchange(name);
  await connection.close();
  await ours.close();
}

async function measureNats(): Promise<void> {
  const ours = nats({ servers: "127.0.0.1:4222", stream: name, prefix: name, declare: true });
  await publishing(ours as never)(envelopes(1)[0] as Envelope);
  const connection = await connectNats({ servers: "127.0.0.1:4222", noAsyncTraces: true });
  const js = jetstream(connection);
  const official = (one: Envelope): Promise<unknown> => {
    const fields = headers();
    eachAttribute(one, (attribute, value) => {
      fields.set(`ce-${attribute}`, value);
    });
    fields.set("ce-datacontenttype", one.contentType);
    return js.publish(`${name}.order.placed`, one.body, {
      headers: fields,
      msgID: one.id,
      expect: { streamName: name },
    });
  };
  const bare = (one: Envelope): Promise<unknown> =>
    js.publish(`${name}.order.placed`, one.body, { msgID: one.id });
  const contenders: readonly Contender[] = [
    ["js.publish, the same headers", official],
    ["js.publish, no headers but the id", bare],
    ["nats()", publishing(ours as never)],
  ];
  for (const [window, count] of [
    [1, 1_000],
    [100, 4_000],
    [500, 8_000],
  ] as const)
    await compare("NATS JetStream, file", contenders, count, window);
  await (await jetstreamManager(connection)).streams.delete(name);
  await connection.close();
  await ours.close();
}

if (process.argv[2] !== "nats") await measureRabbitmq();
await measureNats();
