import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type Channel, type ChannelModel, connect } from "amqplib";
import type { Delivery, PublishEnd } from "../../src/broker.ts";
import { type RabbitmqOptions, rabbitmq } from "../../src/brokers/rabbitmq.ts";
import type { Envelope } from "../../src/envelope.ts";
import { absent, ownName, servers } from "../support/servers.ts";

const { url } = servers.rabbitmq;

function envelope(type: string, change: Partial<Envelope> = {}): Envelope {
  return {
    id: randomUUID(),
    source: "/shop",
    type,
    timeMs: 1_000,
    key: null,
    seq: null,
    contentType: "application/json",
    headers: {},
    body: Buffer.from("{}"),
    ...change,
  };
}

function kindOf(end: PublishEnd): string {
  return end.ok ? "ok" : `${end.kind} ${(end.error as { code?: string }).code}`;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const untilMs = performance.now() + 10_000; !holds(); ) {
    assert.ok(performance.now() < untilMs, what);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("rabbitmq", { skip: await absent("rabbitmq") }, () => {
  const prefix = ownName();
  const opened: { close(): Promise<void> }[] = [];
  const queues = new Set<string>();
  const exchanges = new Set<string>();
  let admin: ChannelModel;
  let channel: Channel;

  const open = (options: Partial<RabbitmqOptions> = {}) => {
    const broker = rabbitmq({ url, exchange: prefix, backoff: { baseMs: 10, capMs: 100 }, ...options });
    opened.push(broker);
    return broker;
  };
  const ownQueue = async (options: object = {}, name = `${prefix}.${queues.size}`): Promise<string> => {
    queues.add(name);
    await channel.assertQueue(name, { durable: true, ...options });
    return name;
  };
  before(async () => {
    admin = await connect(url);
    admin.on("error", () => {});
    channel = await admin.createChannel();
    exchanges.add(prefix);
    await channel.assertExchange(prefix, "topic", { durable: true });
  });
  after(async () => {
    for (const broker of opened) await broker.close();
    for (const queue of queues) await channel.deleteQueue(queue);
    for (const exchange of exchanges) await channel.deleteExchange(exchange);
    await admin.close();
  });

  it("says that credentials or virtual host are wrong, wherever it is asked", async () => {
    for (const wrong of [url.replace("guest:guest", "guest:wrong"), `${url}/no-such-host`]) {
      const broker = open({ url: wrong });
      const end = await broker.publish({ destination: broker.destination("a"), envelope: envelope("a") });
      assert.equal(kindOf(end), "down BROKER_CREDENTIALS");
      await assert.rejects(broker.inspect([]), { code: "BROKER_CREDENTIALS" });
      await assert.rejects(
        broker.subscribe({ consumer: "c", types: ["a"], prefetch: 1 }, () => {}),
        { code: "BROKER_CREDENTIALS" },
      );
    }
  });

  it("does not let a route whose exchange is missing harm the others", async () => {
    const broker = open();
    const queue = await ownQueue();
    await channel.bindQueue(queue, prefix, "good");
    const good = broker.destination("good");
    const bad = broker.destination("bad", { exchange: `${prefix}.missing` });
    const ends = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        broker.publish({ destination: n % 4 === 0 ? bad : good, envelope: envelope("x") }),
      ),
    );
    for (const [n, end] of ends.entries())
      assert.equal(kindOf(end), n % 4 === 0 ? "misconfigured BROKER_MISCONFIGURED" : "ok");
  });

  it("recovers when the exchange is deleted under way, and blames its messages alone", async () => {
    const exchange = `${prefix}.going`;
    await channel.assertExchange(exchange, "topic", { durable: true });
    const queue = await ownQueue();
    await channel.bindQueue(queue, exchange, "#");
    const broker = open();
    const destination = broker.destination("a", { exchange });
    const publish = () => broker.publish({ destination, envelope: envelope("a") });
    assert.equal(kindOf(await publish()), "ok");
    await channel.deleteExchange(exchange);
    const ends = await Promise.all([publish(), publish()]);
    assert.deepEqual(ends.map(kindOf), Array(2).fill("misconfigured BROKER_MISCONFIGURED"));
    exchanges.add(exchange);
    await channel.assertExchange(exchange, "topic", { durable: true });
    await channel.bindQueue(queue, exchange, "#");
    let last: PublishEnd = { ok: true };
    for (let tries = 0; tries < 100; tries++) {
      last = await publish();
      if (last.ok) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(kindOf(last), "ok");
  });

  it("takes a full queue that rejects for back-pressure, not for the message's fault", async () => {
    const queue = await ownQueue({ maxLength: 2, overflow: "reject-publish" });
    const broker = open();
    const destination = broker.destination(queue, { exchange: "" });
    const ends: string[] = [];
    for (let n = 0; n < 5; n++)
      ends.push(kindOf(await broker.publish({ destination, envelope: envelope("a") })));
    assert.deepEqual(ends, ["ok", "ok", ...Array(3).fill("down BROKER_UNREACHABLE")]);
    await channel.purgeQueue(queue);
    assert.equal(kindOf(await broker.publish({ destination, envelope: envelope("a") })), "ok");
  });

  it("refuses to subscribe to what is missing or unlike what it would declare", async () => {
    const subscribe = (broker: ReturnType<typeof open>, queue: string) =>
      broker.subscribe({ consumer: "c", types: ["a"], prefetch: 1, source: { queue } }, () => {});
    await assert.rejects(subscribe(open(), `${prefix}.nowhere`), { code: "BROKER_MISCONFIGURED" });
    const classic = await ownQueue({ durable: true });
    queues.add(`${classic}.dead`);
    await assert.rejects(subscribe(open({ declare: true }), classic), {
      code: "BROKER_MISCONFIGURED",
      message: /inequivalent arg/,
    });
  });

  it("makes a queue again that was deleted under its consumer", async () => {
    const broker = open({ declare: true });
    const queue = `${prefix}.deleted`;
    queues.add(queue).add(`${queue}.dead`);
    const got: Delivery[] = [];
    const subscription = await broker.subscribe(
      { consumer: "c", types: ["again"], prefetch: 10, source: { queue } },
      (delivery) => {
        got.push(delivery);
        delivery.ack();
      },
    );
    await channel.deleteQueue(queue);
    const destination = broker.destination("again");
    while (!(await broker.publish({ destination, envelope: envelope("again") })).ok)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await until(() => got.length === 1, "it arrived in the new queue");
    await subscription.close();
  });

  it("loses nothing at the queue's delivery limit: the message moves to the dead queue", async () => {
    const broker = open({ declare: { deliveryLimit: 3 } });
    const queue = `${prefix}.limited`;
    queues.add(queue).add(`${queue}.dead`);
    const counts: (number | undefined)[] = [];
    const subscription = await broker.subscribe(
      { consumer: "c", types: ["limited"], prefetch: 1, source: { queue } },
      (delivery) => {
        counts.push(delivery.deliveries);
        delivery.release();
      },
    );
    const sent = envelope("limited");
    await broker.publish({ destination: broker.destination("limited"), envelope: sent });
    await until(() => counts.length === 4, "it was delivered four times");
    await subscription.close();
    assert.deepEqual(counts, [1, 2, 3, 4]);
    let dead = await channel.get(`${queue}.dead`, { noAck: true });
    for (let tries = 0; dead === false && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      dead = await channel.get(`${queue}.dead`, { noAck: true });
    }
    assert.equal(dead === false ? null : dead.properties.messageId, sent.id);
  });

  it("reads what other producers send, and names what it cannot read", async () => {
    const queue = await ownQueue();
    const broker = open();
    const got: Delivery[] = [];
    const subscription = await broker.subscribe(
      { consumer: "c", types: ["a"], prefetch: 10, source: { queue } },
      (delivery) => {
        got.push(delivery);
        delivery.ack();
      },
    );
    const id = randomUUID();
    channel.sendToQueue(queue, Buffer.from("{}"), {
      headers: {
        cloudEvents_id: id,
        cloudEvents_type: "a",
        cloudEvents_source: "/jms",
        "x-other": { nested: 1 },
      },
      contentType: "application/json",
    });
    channel.sendToQueue(queue, Buffer.from("plain"), {
      messageId: "17",
      timestamp: 1_700_000_000,
      type: "a",
    });
    channel.sendToQueue(queue, Buffer.from("nothing at all"));
    await until(() => got.length === 3, "all arrived");
    const [jms, plain, bare] = got;
    assert.deepEqual([jms?.envelope.id, jms?.envelope.source, jms?.problem], [id, "/jms", undefined]);
    assert.deepEqual(
      [plain?.envelope.timeMs, plain?.envelope.headers],
      [1_700_000_000_000, { originalid: "17" }],
    );
    assert.equal(bare?.problem?.code, "MESSAGE_UNREADABLE");
    assert.equal(Buffer.from(bare?.envelope.body ?? []).toString(), "nothing at all");
    await subscription.close();
  });

  it("inspects exchanges and queues and says what breaks a promise", async () => {
    const queue = await ownQueue({ durable: false, maxLength: 10, messageTtl: 5_000, autoDelete: false });
    const broker = open();
    const subscription = await broker.subscribe(
      { consumer: "c", types: ["a"], prefetch: 1, source: { queue } },
      () => {},
    );
    const findings = await broker.inspect([broker.destination("a", { exchange: `${prefix}.missing` })]);
    assert.deepEqual(findings.map(({ code }) => code).toSorted(), [
      "rabbitmq-exchange-missing",
      "rabbitmq-queue-classic",
      "rabbitmq-queue-drops",
      "rabbitmq-queue-no-dead-letters",
      "rabbitmq-queue-transient",
      "rabbitmq-queue-ttl",
    ]);
    await subscription.close();
    const declared = open({ declare: true });
    const own = `${prefix}.sound`;
    queues.add(own).add(`${own}.dead`);
    const sound = await declared.subscribe(
      { consumer: "c", types: ["a"], prefetch: 1, source: { queue: own } },
      () => {},
    );
    assert.deepEqual(await declared.inspect([declared.destination("a")]), []);
    const absentee = { consumer: `${prefix}.absent`, types: ["a"] };
    assert.deepEqual(
      (await declared.inspect([], [absentee])).map(({ code }) => code),
      ["rabbitmq-queue-missing"],
    );
    await sound.close();
  });
});
