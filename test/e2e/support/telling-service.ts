import { once } from "node:events";
import { createServer } from "node:http";
import type { Backlog, DeliveryEvent } from "@holdfast/delivery";
import { otel as deliveryOtel } from "@holdfast/delivery/otel";
import { createRuntime, policy, type Runtime, resilient } from "@holdfast/resilience";
import { otel } from "@holdfast/resilience/otel";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { prometheusText } from "./prometheus-text.ts";

/** A service that calls, delivers, and tells of both at `/metrics`. */
export interface TellingService extends AsyncDisposable {
  readonly target: string;
  /** Lets something of every kind happen once more: calls that end well, fail, are refused, and every event of delivery. */
  work(): Promise<void>;
}

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}

  protected override async onForceFlush(): Promise<void> {}
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
const failure = Object.assign(new Error("no"), { code: "ECONNREFUSED" });

/** One of each kind of event that is counted; what it is about beside its labels does not matter here. */
const events = [
  { type: "relay.error", doing: "claim", error: failure, waitMs: 1 },
  { ...about, type: "relay.failed", error: failure, attempt: 1, waitMs: 1 },
  { ...about, type: "relay.dead-letter", reason: "rejected", error: "no" },
  { type: "relay.route-waits", route: "bus:orders", kind: "down", error: failure, waitMs: 1 },
  { type: "relay.unconfirmed", messages: 1 },
  { ...about, type: "consume.handled", attempt: 1, durationMs: 20 },
  { ...about, type: "consume.failed", attempt: 1, durationMs: 900, waitMs: 1, error: failure },
  { ...about, type: "consume.duplicate", known: "done" },
  { ...about, type: "consume.dead-lettered", attempt: 5, reason: "failed", error: "no" },
  { ...letter, type: "dead-letters.redriven" },
  { ...letter, type: "dead-letters.discarded" },
  { type: "idempotency.ran", mode: "transactional" },
  { type: "idempotency.replayed", mode: "transactional" },
  { type: "saga.completed", name: "checkout", id: "s" },
  { type: "saga.stuck", name: "checkout", id: "s", step: "pay", during: "running" },
] as unknown as readonly DeliveryEvent[];

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
        reason: "failed",
        letters: 2,
        oldestMs: 60_000,
        redrivesMost: 0,
      },
    ],
  },
};

/** Calls of every end: success, a retry that helps, a failure, throttling, a spent budget, an open breaker, a fallback. */
function caller(runtime: Runtime): () => Promise<void> {
  let healthy = true;
  const throttled = Object.assign(new Error("too many"), { status: 429 });
  const charge = resilient(
    policy({
      name: "payments",
      deadline: "2s",
      attemptTimeout: "500ms",
      idempotent: true,
      retry: { attempts: 2, backoff: { base: "1ms", cap: "2ms", jitter: "none" } },
      budget: { ratio: "10%", minPerSecond: 1 },
      breaker: { window: "1s", minCalls: 4, failureRate: "50%", open: { base: "200ms", cap: "400ms" } },
      limit: { concurrent: 8, queue: 8, maxWait: "100ms" },
      fallback: "cached",
    }),
    async (_: unknown, refuse: boolean) => {
      if (refuse) throw throttled;
      if (!healthy) throw failure;
      return "ok";
    },
    {
      runtime,
      fallback: {
        cached: (error: { readonly code: string }) => {
          if (error.code === "BREAKER_OPEN") return "cached";
          throw error;
        },
      },
    } as never,
  );
  return async () => {
    await Promise.allSettled([charge(false), charge(false), charge(true)]);
    healthy = false;
    for (let times = 0; times < 8; times++) await charge(false).catch(() => null);
    healthy = true;
  };
}

/** Starts it, on a port of its own. */
export async function startTellingService(): Promise<TellingService> {
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter("test");
  const runtime = createRuntime();
  const stop = otel(runtime, { meter, tracer: null });
  const delivered = deliveryOtel({ meter, everyMs: 0 });
  const unwatch = delivered.watch({ backlog: async () => backlog });
  const server = createServer(async (_, response) => {
    const { resourceMetrics } = await reader.collect();
    response.end(prometheusText(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  const call = caller(runtime);
  const envelope = { type: "order.placed", id: "1", headers: {} };
  const ends: { readonly ok: boolean; readonly kind?: string }[] = [];
  const publish = async (_: unknown) => ends.shift() ?? { ok: true };
  const broker = delivered.broker({ kind: "rabbitmq", publish } as never) as unknown as {
    readonly publish: typeof publish;
  };
  return {
    target: `127.0.0.1:${port}`,
    async work() {
      await call();
      for (const event of events) delivered.onEvent(event);
      ends.push({ ok: true }, { ok: false, kind: "rejected" });
      for (let times = 0; times < 2; times++) await broker.publish({ envelope });
    },
    async [Symbol.asyncDispose]() {
      stop();
      unwatch();
      runtime.dispose();
      server.close();
      server.closeAllConnections();
    },
  };
}
