import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import {
  AckPolicy,
  DiscardPolicy,
  type JetStreamManager,
  jetstreamManager,
  StorageType,
} from "@nats-io/jetstream";
import { connect, headers, type NatsConnection } from "@nats-io/transport-node";
import type { Delivery, PublishEnd } from "../../src/broker.ts";
import { type NatsOptions, nats } from "../../src/brokers/nats.ts";
import type { Envelope } from "../../src/envelope.ts";
import { absent, ownName, servers } from "../support/servers.ts";

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

describe("the settings of nats", () => {
  it("allow no payload that JetStream would confirm and never deliver", async () => {
    const options = { servers: servers.nats.url, stream: "S" };
    const most = 2 ** 25 - 2 ** 16;
    assert.throws(() => nats({ ...options, bytesMax: most + 1 }), { code: "CONFIGURATION" });
    await nats({ ...options, bytesMax: most }).close();
  });
});

describe("nats", { skip: await absent("nats") }, () => {
  const streams = new Set<string>();
  const opened: { close(): Promise<void> }[] = [];
  let admin: NatsConnection;
  let manager: JetStreamManager;

  const ownStream = (): string => {
    const stream = ownName();
    streams.add(stream);
    return stream;
  };
  const open = (stream: string, options: Partial<NatsOptions> = {}) => {
    const broker = nats({
      ...(options.connection === undefined && { servers: servers.nats.url }),
      stream,
      backoff: { baseMs: 10, capMs: 100 },
      ...options,
    });
    opened.push(broker);
    return broker;
  };
  const collect = async (broker: ReturnType<typeof open>, types: readonly string[], settle = true) => {
    const got: Delivery[] = [];
    const subscription = await broker.subscribe(
      { consumer: "the.consumer", types, prefetch: 10 },
      (delivery) => {
        got.push(delivery);
        if (settle) delivery.ack();
      },
    );
    return { got, close: () => subscription.close() };
  };
  before(async () => {
    admin = await connect({ servers: servers.nats.url });
    manager = await jetstreamManager(admin);
  });
  after(async () => {
    for (const broker of opened) await broker.close();
    for (const stream of streams) await manager.streams.delete(stream).catch(() => {});
    await admin.close();
  });

  it("calls a missing stream misconfigured, and goes on as soon as it is there", async () => {
    const stream = ownStream();
    const broker = open(stream);
    const publish = () => broker.publish({ destination: broker.destination("a"), envelope: envelope("a") });
    assert.equal(kindOf(await publish()), "misconfigured BROKER_MISCONFIGURED");
    await assert.rejects(collect(broker, ["a"]), { code: "BROKER_MISCONFIGURED" });
    assert.deepEqual(
      (await broker.inspect([])).map(({ code }) => code),
      ["nats-stream-missing"],
    );
    await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
    assert.equal(kindOf(await publish()), "ok");
    await assert.rejects(collect(broker, ["a"]), { code: "BROKER_MISCONFIGURED", message: /no consumer/ });
  });

  it("calls a message that went to another stream misconfigured", async () => {
    const [stream, other] = [ownStream(), ownStream()];
    await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
    await manager.streams.add({ name: other, subjects: [`${other}.>`] });
    const broker = open(stream);
    const destination = broker.destination("a", { subject: `${other}.a` });
    assert.match(kindOf(await broker.publish({ destination, envelope: envelope("a") })), /^misconfigured/);
    assert.equal((await manager.streams.info(other)).state.messages, 0);
  });

  it("takes a full stream for back-pressure and too large a message for its own fault", async () => {
    const stream = ownStream();
    await manager.streams.add({
      name: stream,
      subjects: [`${stream}.>`],
      max_msgs: 2,
      max_msg_size: 2_000,
      discard: DiscardPolicy.New,
    });
    const broker = open(stream);
    const publish = (change: Partial<Envelope> = {}) =>
      broker.publish({ destination: broker.destination("a"), envelope: envelope("a", change) });
    assert.match(kindOf(await publish({ body: Buffer.alloc(3_000) })), /^rejected/);
    const ends = [await publish(), await publish(), await publish()].map(kindOf);
    assert.deepEqual(ends, ["ok", "ok", "down BROKER_UNREACHABLE"]);
    await manager.streams.purge(stream);
    assert.equal(kindOf(await publish()), "ok");
  });

  it("keeps a long handler's message alive", async () => {
    const stream = ownStream();
    const broker = open(stream, { declare: true, ackWaitMs: 400 });
    const { got, close } = await collect(broker, ["a"], false);
    await broker.publish({ destination: broker.destination("a"), envelope: envelope("a") });
    await until(() => got.length === 1, "it arrived");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(got.length, 1);
    got[0]?.ack();
    await close();
    assert.equal((await manager.consumers.info(stream, "the_consumer")).num_ack_pending, 0);
  });

  it("gives a consumer its own messages alone, and those that were added later", async () => {
    const stream = ownStream();
    const broker = open(stream, { declare: true });
    const publish = (type: string) =>
      broker.publish({ destination: broker.destination(type), envelope: envelope(type) });
    const first = await collect(broker, ["a"]);
    await publish("a");
    await until(() => first.got.length === 1, "the first arrived");
    await first.close();
    const second = await collect(broker, ["a", "b.c"]);
    for (const type of ["x", "a", "b.c", "y"]) await publish(type);
    await until(() => second.got.length === 2, "the others arrived");
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(
      second.got.map((one) => one.envelope.type),
      ["a", "b.c"],
    );
    await second.close();
  });

  it("makes a consumer again that was deleted", async () => {
    const stream = ownStream();
    const broker = open(stream, { declare: true });
    const { got, close } = await collect(broker, ["a"]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await manager.consumers.delete(stream, "the_consumer");
    await broker.publish({ destination: broker.destination("a"), envelope: envelope("a") });
    await until(() => got.length === 1, "it arrived at the new consumer");
    await close();
  });

  it("leaves a connection of the caller's open", async () => {
    const stream = ownStream();
    const connection = await connect({ servers: servers.nats.url });
    const broker = open(stream, { connection, declare: true });
    const end = await broker.publish({ destination: broker.destination("a"), envelope: envelope("a") });
    assert.equal(kindOf(end), "ok");
    await broker.close();
    assert.equal(connection.isClosed(), false);
    await connection.close();
  });

  it("reads what other producers send, and names what it cannot read", async () => {
    const stream = ownStream();
    const broker = open(stream, { declare: true });
    const { got, close } = await collect(broker, ["a"]);
    const fields = headers();
    fields.set("Ce-Id", randomUUID());
    fields.set("CE-TYPE", "a");
    fields.set("ce-source", "/go%20service");
    admin.publish(`${stream}.a`, "{}", { headers: fields });
    admin.publish(`${stream}.a`, "nothing at all");
    await until(() => got.length === 2, "both arrived");
    assert.deepEqual([got[0]?.envelope.source, got[0]?.problem], ["/go service", undefined]);
    assert.equal(got[1]?.problem?.code, "MESSAGE_UNREADABLE");
    await close();
  });

  it("inspects stream and consumer and says what breaks a promise", async () => {
    const stream = ownStream();
    await manager.streams.add({
      name: stream,
      subjects: [`${stream}.a`],
      storage: StorageType.Memory,
      max_msgs: 10,
      max_age: 60_000_000_000,
      duplicate_window: 10_000_000_000,
    });
    await manager.consumers.add(stream, {
      durable_name: "the_consumer",
      ack_policy: AckPolicy.Explicit,
      filter_subject: `${stream}.a`,
      max_deliver: 5,
      ack_wait: 1_000_000_000,
    });
    const broker = open(stream);
    const { close } = await collect(broker, ["a", "b"]);
    const found = await broker.inspect([broker.destination("a"), broker.destination("b")]);
    assert.deepEqual(found.map(({ code }) => code).toSorted(), [
      "nats-consumer-ack-wait",
      "nats-consumer-filter",
      "nats-consumer-max-deliver",
      "nats-dedupe-short",
      "nats-discard-old",
      "nats-max-age",
      "nats-storage-memory",
      "nats-subject-unbound",
      "nats-sync-interval",
    ]);
    await close();
    const sound = open(ownStream(), { declare: true });
    const own = await collect(sound, ["a"]);
    const findings = await sound.inspect([sound.destination("a")]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["nats-sync-interval"],
    );
    await own.close();
  });
});
