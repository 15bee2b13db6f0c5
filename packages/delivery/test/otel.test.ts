import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Histogram, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import type { Broker, PublishEnd } from "../src/broker.ts";
import type { DeliveryEvent } from "../src/events.ts";
import { otel } from "../src/otel.ts";
import type { Backlog } from "../src/statistics.ts";
import { instantClock } from "./support/letters.ts";

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** A telemetry whose points can be read: `metric{attribute=value …}` → value; of a histogram, count and sum. */
function metered() {
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter("test");
  const clock = instantClock();
  const points = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { resourceMetrics } = await reader.collect();
    const found = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    return Object.fromEntries(
      found.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => {
          const of = Object.entries(attributes).map(
            ([name, one]) => `${name.replace(/^.*\./, "")}=${String(one)}`,
          );
          const told = value as number | Histogram;
          return [
            `${descriptor.name.replace("holdfast.delivery.", "")}{${of.toSorted().join(" ")}}`,
            typeof told === "number" ? told : { count: told.count, sum: told.sum },
          ];
        }),
      ),
    );
  };
  return { telemetry: otel({ meter, clock }), clock, points };
}

const about = { consumer: "billing", messageType: "order.placed", messageId: "m", key: "k", seq: 1 };
const letter = {
  letterId: "l",
  messageId: "m",
  messageType: "order.placed",
  origin: "relay",
  consumer: null,
  reason: "failed",
} as const;
const backlog: Backlog = {
  outbox: { messages: 7, delayed: 1, failing: 2, oldestMs: 12_500, capped: false },
  parked: [{ consumer: "billing", messages: 3, gaps: 1, oldestMs: 4_000 }],
  deadLetters: {
    letters: 2,
    oldestMs: 60_000,
    capped: false,
    groups: [
      {
        type: "order.placed",
        origin: "consumer",
        consumer: "billing",
        reason: "crashed",
        letters: 2,
        oldestMs: 60_000,
        redrivesMost: 0,
      },
    ],
  },
};

describe("metrics of a delivery", () => {
  it("count what happens, without ids and keys", async () => {
    const { telemetry, points } = metered();
    const coded = Object.assign(new Error("?"), { code: "ECONNRESET" });
    const events: readonly DeliveryEvent[] = [
      { type: "consume.handled", ...about, attempt: 1, durationMs: 30 },
      { type: "consume.handled", ...about, attempt: 1, durationMs: 70 },
      { type: "consume.failed", ...about, attempt: 1, durationMs: 10, waitMs: 5, error: new TypeError("no") },
      { type: "consume.duplicate", ...about, known: "done" },
      { type: "consume.dead-lettered", ...about, attempt: 12, reason: "failed", error: "no" },
      { type: "relay.failed", id: "m", messageType: "order.placed", failed: 1, waitMs: 1, error: coded },
      { type: "relay.dead-letter", id: "m", messageType: "order.placed", reason: "crashed" },
      { type: "relay.unconfirmed", messages: 40 },
      { type: "relay.lease-lost", messages: 3, shards: 0 },
      { type: "relay.route-waits", route: "bus", kind: "down", waitMs: 1, error: coded },
      { type: "relay.error", doing: "claim", waitMs: 1, error: new Error("a sentence that is long") },
      { type: "relay.route-goes", route: "bus" },
      { type: "dead-letters.redriven", ...letter, redriveId: "r", redrives: 4, actor: "ann" },
      { type: "dead-letters.looping", ...letter, redrives: 4 },
      { type: "idempotency.refused", mode: "tx", code: "conflict" },
      { type: "saga.completed", saga: "s", name: "place-order" },
    ];
    for (const event of events) telemetry.onEvent(event);

    assert.deepEqual(await points(), {
      "messaging.process.duration{consumer=billing message_type=order.placed name=process}": {
        count: 2,
        sum: 0.1,
      },
      "messaging.process.duration{consumer=billing message_type=order.placed name=process type=TypeError}": {
        count: 1,
        sum: 0.01,
      },
      "messaging.client.consumed.messages{consumer=billing message_type=order.placed name=process}": 2,
      "messaging.client.consumed.messages{consumer=billing message_type=order.placed name=process type=TypeError}": 1,
      "duplicates{consumer=billing known=done message_type=order.placed}": 1,
      "dead_lettered{consumer=billing message_type=order.placed origin=consumer reason=failed}": 1,
      "dead_lettered{message_type=order.placed origin=relay reason=crashed}": 1,
      "publish.failures{message_type=order.placed type=ECONNRESET}": 1,
      "unconfirmed{}": 40,
      "leases.lost{part=relay}": 3,
      "route.pauses{reason=down route=bus}": 1,
      "errors{part=relay type=_OTHER}": 1,
      "dead_letter.actions{action=redriven message_type=order.placed origin=relay}": 1,
      "dead_letter.actions{action=looping message_type=order.placed origin=relay}": 1,
      "idempotency.requests{action=refused mode=tx type=conflict}": 1,
      "saga.transitions{action=completed saga=place-order}": 1,
    });
  });

  it("measure publishing by how it ends, and leave the broker as it is otherwise", async () => {
    const { telemetry, clock, points } = metered();
    const ends: PublishEnd[] = [{ ok: true }, { ok: false, kind: "down", error: new Error("no") }];
    const broker = {
      kind: "rabbitmq",
      get guarantees() {
        return { bytesMax: 7 };
      },
      async publish() {
        await clock.sleep(250);
        return ends.shift() ?? { ok: true };
      },
      close: async () => {},
    } as unknown as Broker;
    const measured = telemetry.broker(broker);
    const message = { destination: null, envelope: { type: "order.placed", headers: {} } as never };
    assert.deepEqual(await measured.publish(message), { ok: true });
    assert.equal((await measured.publish(message)).ok, false);
    assert.equal(measured.guarantees.bytesMax, 7);
    assert.equal(measured.close, broker.close);

    const of = "message_type=order.placed name=publish system=rabbitmq";
    assert.deepEqual(await points(), {
      [`messaging.client.operation.duration{${of} type=send}`]: { count: 1, sum: 0.25 },
      [`messaging.client.operation.duration{${of} type=down type=send}`]: { count: 1, sum: 0.25 },
      [`messaging.client.sent.messages{${of} type=send}`]: 1,
      [`messaging.client.sent.messages{${of} type=down type=send}`]: 1,
    });
  });

  it("tell what waits, asking the database no more often than they were told", async () => {
    const { telemetry, clock, points } = metered();
    let asked = 0;
    const stop = telemetry.watch({
      backlog: async () => {
        asked += 1;
        return backlog;
      },
    });
    const expected = {
      "outbox.messages{}": 7,
      "outbox.age{}": 12.5,
      "outbox.failing{}": 2,
      "parked.messages{consumer=billing}": 3,
      "parked.age{consumer=billing}": 4,
      "dead_letter.messages{consumer=billing message_type=order.placed origin=consumer reason=crashed}": 2,
      "dead_letter.age{}": 60,
    };
    assert.deepEqual(await points(), expected);
    await points();
    assert.equal(asked, 1);
    await clock.sleep(10_000);
    assert.deepEqual(await points(), expected);
    assert.equal(asked, 2);
    stop();
    await clock.sleep(10_000);
    await points();
    assert.equal(asked, 2);
  });

  it("say that the database does not answer, and a zero while nothing is dead", async () => {
    const { telemetry, points } = metered();
    let answers = false;
    const empty = { ...backlog, deadLetters: { letters: 0, oldestMs: null, groups: [], capped: false } };
    telemetry.watch({
      backlog: () => (answers ? Promise.resolve(empty) : Promise.reject(new Error("gone"))),
    });
    await points();
    assert.deepEqual(await points(), { "errors{part=backlog type=_OTHER}": 2 });
    answers = true;
    const found = await points();
    assert.deepEqual(
      [found["dead_letter.messages{}"], found["dead_letter.age{}"], found["outbox.messages{}"]],
      [0, 0, 7],
    );
  });
});
