import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import {
  childOf,
  newTraceContext,
  parseBaggage,
  parseTraceparent,
  seededRandom,
  type TraceContext,
} from "@holdfast/core";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Broker } from "../src/broker.ts";
import { inProcess } from "../src/brokers/in-process.ts";
import { nats } from "../src/brokers/nats.ts";
import { rabbitmq } from "../src/brokers/rabbitmq.ts";
import { delivery } from "../src/delivery.ts";
import type { DeliveryEvent } from "../src/events.ts";
import type { DeliveryOptions } from "../src/index.ts";
import { message } from "../src/message.ts";
import { otel } from "../src/otel.ts";
import { permanent } from "../src/permanent.ts";
import { saga } from "../src/saga/builder.ts";
import { migrations } from "../src/schema.ts";
import type { StandardSchema } from "../src/standard-schema.ts";
import { ask } from "./support/letters.ts";
import { absent, ownName, servers } from "./support/servers.ts";
import { testStores } from "./support/stores.ts";

const anything: StandardSchema<number, number> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as number }) },
};
const OrderPlaced = message("order.placed", { schema: anything });
const Invoiced = message("order.invoiced", { schema: anything });

const request = newTraceContext(seededRandom(1));
const baggage = parseBaggage("tenant=a%20b;p,session=s3cret");

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    assert.ok(waited < 20_000, "it never came");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const streams: string[] = [];
const natsAbsent = await absent("nats");

const buses: readonly { readonly name: string; readonly skip: string | false; make(): Broker }[] = [
  { name: "in process", skip: false, make: () => inProcess() as Broker },
  {
    name: "rabbitmq",
    skip: await absent("rabbitmq"),
    make: () =>
      rabbitmq({
        url: servers.rabbitmq.url,
        exchange: ownName(),
        declare: { autoDelete: true } as never,
      }) as Broker,
  },
  {
    name: "nats",
    skip: natsAbsent,
    make() {
      const stream = ownName().toUpperCase();
      streams.push(stream);
      return nats({ servers: servers.nats.url, stream, declare: true }) as Broker;
    },
  },
];

/** The places in a trace that were seen on the way of one message and of what follows from it, by where they were seen. */
type Seen = Readonly<Record<"row" | "failed" | "call" | "letter" | "redriven" | "followed", TraceContext>>;

interface Story extends Seen {
  /** The baggage that came along, by the same names. */
  readonly baggage: readonly (string | undefined)[];
}

const placeOf = (headers: Readonly<Record<string, string>>): TraceContext =>
  parseTraceparent(headers["traceparent"] ?? "") ?? assert.fail("no traceparent");

/** Publishes an order; its consumer fails, the message dies, is redriven and handled, and what that publishes is handled. */
async function play(
  t: TestContext,
  bus: Broker,
  options: Partial<DeliveryOptions<never>>,
  publish: Publish,
): Promise<Story> {
  const { store, close } = (await testStores[0]?.open(migrations)) ?? assert.fail();
  const events: DeliveryEvent[] = [];
  const seen: Partial<Record<keyof Seen, TraceContext>> = {};
  const carried: (string | undefined)[] = [];
  const d = delivery({
    store,
    brokers: { bus },
    onEvent: (event) => void events.push(event),
    ...(options as object),
  });
  let mended = false;
  const suffix = ownName();
  d.consume(
    `billing-${suffix}`,
    OrderPlaced,
    (n, { envelope, traceHeaders, publish: follow }) => {
      seen[mended ? "redriven" : "failed"] = placeOf(envelope.headers);
      carried.push(envelope.headers["baggage"]);
      if (!mended) throw new Error("not yet");
      seen.call = placeOf(traceHeaders);
      follow(Invoiced(n));
    },
    { attempts: 1, pollMs: 10 },
  );
  d.consume(`mail-${suffix}`, Invoiced, (_, { envelope }) => {
    seen.followed = placeOf(envelope.headers);
    carried.push(envelope.headers["baggage"]);
  });
  await publish(d);
  const [row] = await ask(store, `select headers from ${store.tables.of("outbox")}`);
  seen.row = placeOf(JSON.parse(String(row?.["headers"])));

  const stop = new AbortController();
  const running = d.run({ signal: stop.signal });
  t.after(async () => {
    stop.abort();
    await running;
    await d.close();
    await close();
  });
  await until(() => events.some(({ type }) => type === "consume.dead-lettered"));
  const [letter] = await ask(store, `select headers from ${store.tables.of("dead_letter")}`);
  seen.letter = placeOf(JSON.parse(String(letter?.["headers"])));
  mended = true;
  assert.equal((await d.dead.redrive({}, { actor: "ann", rate: 1_000 })).redriven, 1);
  await until(() => seen.followed !== undefined);
  await until(() => events.filter(({ type }) => type === "consume.handled").length === 2);
  return { ...(seen as Seen), baggage: carried };
}

type Publish = (d: ReturnType<typeof delivery>) => Promise<unknown>;

for (const { name, skip, make } of buses)
  describe(`the trace of a message: ${name}`, { skip }, () => {
    it("is one from the request to what follows from a redriven message, with places of their own, and so is what was chosen of its baggage", async (t) => {
      const ambient = () => ({ trace: request, baggage });
      const story = await play(t, make(), { ambient, baggage: ["tenant"] }, (d) =>
        d.publishNow(OrderPlaced(1)),
      );

      const { row, failed, letter, redriven, call, followed } = story;
      for (const place of [row, call, followed]) assert.equal(place.traceId, request.traceId);
      for (const place of [failed, letter, redriven])
        assert.deepEqual(place, row, "the message stays where it is");
      const places = [request, row, call, followed].map(({ parentId }) => parentId);
      assert.equal(new Set(places).size, places.length);
      assert.deepEqual(story.baggage, Array(3).fill("tenant=a%20b;p"));
    });

    it("is by the SDK of OpenTelemetry a tree without a hole, its consumers linked to what they handle", async (t) => {
      const { tracer, spans } = sdk();
      const { tracing, broker } = otel({ tracer });
      const story = await play(t, broker(make()), { tracing }, (d) =>
        tracer.startActiveSpan("POST /orders", { kind: SpanKind.SERVER }, async (span) => {
          await d.publishNow(OrderPlaced(1));
          span.end();
        }),
      );

      // A queue may not be there yet when the first message comes: each attempt to send has a span.
      const all = (await spans()).filter((one) => !one.name.startsWith("publish ") || !isFailed(one));
      const idsOf = (wanted: string) =>
        all.filter((one) => one.name === wanted).map((one) => one.spanContext().spanId);
      const [server] = idsOf("POST /orders");
      const [created, invoice] = [...idsOf("create order.placed"), ...idsOf("create order.invoiced")];
      const [died, handled] = idsOf("process order.placed");
      assert.equal(new Set(all.map((one) => one.spanContext().traceId)).size, 1);
      assert.deepEqual(
        all
          .map((one) => [
            one.name,
            one.parentSpanContext?.spanId,
            one.links.map((link) => link.context.spanId),
          ])
          .toSorted(),
        [
          ["POST /orders", undefined, []],
          ["create order.placed", server, []],
          ["create order.invoiced", handled, []],
          ["publish order.placed", created, []],
          ["publish order.invoiced", invoice, []],
          ["process order.placed", created, [created]],
          ["process order.placed", created, [created]],
          ["process order.invoiced", invoice, [invoice]],
        ].toSorted(),
      );
      const kindOf = (span: ReadableSpan) => [span.name, span.kind];
      for (const [wanted, kind] of [
        ["create", SpanKind.PRODUCER],
        ["publish", SpanKind.CLIENT],
        ["process", SpanKind.CONSUMER],
      ] as const)
        for (const span of all.filter((one) => one.name.startsWith(`${wanted} `)))
          assert.deepEqual(kindOf(span), [span.name, kind]);
      const failures = all.filter(isFailed);
      assert.deepEqual(
        failures.map((one) => one.spanContext().spanId),
        [died],
      );
      assert.equal(failures[0]?.attributes["error.type"], "_OTHER");
      assert.deepEqual(
        [story.row.parentId, story.call.parentId, story.followed.parentId],
        [created, handled, invoice],
      );
    });
  });

describe("the trace of a message without a broker", () => {
  it("is the same with the API of OpenTelemetry alone, for which nobody has registered an SDK", async (t) => {
    const { tracing, broker } = otel();
    const story = await play(t, broker(inProcess() as Broker), { tracing }, (d) =>
      d.publishNow(OrderPlaced(1), { trace: request }),
    );
    const { row, call, followed } = story;
    for (const place of [row, call, followed]) assert.equal(place.traceId, request.traceId);
    assert.equal(new Set([request, row, call, followed].map(({ parentId }) => parentId)).size, 4);
    assert.deepEqual(story.baggage, [undefined, undefined, undefined]);
  });

  it("goes on where its publisher says so, whatever surrounds it, and no baggage goes out that nobody named", async (t) => {
    const other = childOf(newTraceContext(seededRandom(9)), seededRandom(2));
    const ambient = () => ({ trace: request, baggage });
    const story = await play(t, inProcess() as Broker, { ambient }, (d) =>
      d.publishNow(OrderPlaced(1), { trace: other }),
    );
    assert.equal(story.row.traceId, other.traceId);
    assert.equal(story.followed.traceId, other.traceId);
    assert.deepEqual(story.baggage, [undefined, undefined, undefined]);
  });

  it("is not in the way where a tracer fails", async (t) => {
    const broken = { startSpan: () => assert.fail("no span"), startActiveSpan: () => assert.fail("no span") };
    const { tracing, broker } = otel({ tracer: broken as never });
    const story = await play(t, broker(inProcess() as Broker), { tracing }, (d) =>
      d.publishNow(OrderPlaced(1), { trace: request }),
    );
    assert.equal(story.followed.traceId, request.traceId);
  });
});

describe("the trace of a saga", () => {
  it("has by the SDK of OpenTelemetry a span for each call of a step, which the call hands on", async () => {
    const { tracer, spans } = sdk();
    const handed: string[] = [];
    const Ship = saga("ship", anything as unknown as StandardSchema<object>)
      .step("reserve", {
        do: (_state, { traceHeaders, attempt }) => {
          handed.push(placeOf(traceHeaders).parentId);
          if (attempt === 1) throw new Error("not yet");
        },
        undo: (_state, _result, { traceHeaders }) => void handed.push(placeOf(traceHeaders).parentId),
        retry: { attempts: 3, baseMs: 1 },
      })
      .pivot("send", {
        do: (_state, { traceHeaders }) => {
          handed.push(placeOf(traceHeaders).parentId);
          throw permanent(new Error("never"));
        },
      });
    const over = Promise.withResolvers<void>();
    const { tracing } = otel({ tracer });
    const { store, close } = (await testStores[0]?.open(migrations)) ?? assert.fail();
    const onEvent = ({ type }: DeliveryEvent): void =>
      type === "saga.compensated" ? over.resolve() : undefined;
    const d = delivery({ store, sagas: [Ship], tracing, onEvent });
    const stop = new AbortController();
    const running = d.run({ signal: stop.signal });
    await tracer.startActiveSpan("POST /orders", async (span) => {
      await d.transaction(({ tx }) => d.start(tx, Ship, {}, { id: "o-1" }));
      span.end();
    });
    await over.promise;
    stop.abort();
    await running;
    await d.close();
    await close();

    const all = await spans();
    const server = all.find((one) => one.name === "POST /orders");
    const told = all.filter((one) => one !== server);
    assert.deepEqual(
      told.map((one) => [one.name, one.kind, isFailed(one), one.attributes["holdfast.delivery.attempt"]]),
      [
        ["do reserve", SpanKind.INTERNAL, true, 1],
        ["do reserve", SpanKind.INTERNAL, false, 2],
        ["do send", SpanKind.INTERNAL, true, 1],
        ["undo reserve", SpanKind.INTERNAL, false, 1],
      ],
    );
    assert.deepEqual(
      handed,
      told.map((one) => one.spanContext().spanId),
    );
    for (const one of told) assert.equal(one.parentSpanContext?.spanId, server?.spanContext().spanId);
  });
});

before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
after(async () => {
  context.disable();
  trace.disable();
  if (natsAbsent !== false) return;
  const connection = await connect({ servers: servers.nats.url });
  const manager = await jetstreamManager(connection);
  for (const stream of streams) await manager.streams.delete(stream);
  await connection.close();
});

const isFailed = ({ status }: ReadableSpan): boolean => status.code === SpanStatusCode.ERROR;

function sdk() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const spans = async (): Promise<readonly ReadableSpan[]> => {
    await provider.forceFlush();
    return exporter.getFinishedSpans();
  };
  return { tracer: provider.getTracer("test"), spans };
}
