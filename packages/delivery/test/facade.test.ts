import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import type { Broker } from "../src/broker.ts";
import { inProcess } from "../src/brokers/in-process.ts";
import { delivery } from "../src/delivery.ts";
import { message } from "../src/message.ts";
import { saga } from "../src/saga/builder.ts";
import { sqlite } from "../src/stores/sqlite.ts";

const Placed = message("order.placed", { schema: z.object({ id: z.string() }) });
const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const inTrace = new RegExp(`^00-${traceId}-[0-9a-f]{16}-`);

describe("the facade of a delivery", () => {
  it("tells the guarantee of what is consumed, with one broker also without a route", async () => {
    const d = delivery({ store: sqlite(":memory:") });
    d.consume("billing", Placed, () => {});
    assert.deepEqual(
      d.guarantees().map(({ type, consumers }) => [type, consumers.map(({ consumer }) => consumer)]),
      [["order.placed", ["billing"]]],
    );
    await d.close();
  });

  it("has the doctor ask each broker about its own destinations and consumers, and tell which routes wait", async () => {
    const asked: unknown[] = [];
    const finding = { code: "queue-missing", severity: "broken", message: "m", remedy: "r" } as const;
    const bus = {
      ...(inProcess() as Broker),
      destination: (type: string) => type,
      publish: async () => ({ ok: false, kind: "misconfigured", error: new Error("no queue") }) as const,
      inspect: async (...of: Parameters<Broker["inspect"]>) => {
        asked.push(of);
        return [finding];
      },
    };
    const d = delivery({ store: sqlite(":memory:"), brokers: { bus, other: inProcess() as Broker } });
    const stop = new AbortController();
    await d.migrate();
    d.route(Placed, "bus");
    d.consume("billing", Placed, () => {}, { broker: "bus", from: "q" });
    await d.publishNow(Placed({ id: "1" }));
    const running = d.run({ signal: stop.signal });
    const codes = async () => (await d.doctor()).findings.map(({ code, where }) => `${code} ${where}`);
    for (let looks = 0; !(await codes()).includes("route-waits route order.placed"); looks++) {
      assert.ok(looks < 1_000, "it was never told");
      await new Promise(setImmediate);
    }
    stop.abort();
    await running;
    await d.close();
    assert.ok(asked.length > 0);
    assert.deepEqual(asked[0], [
      ["order.placed"],
      [{ consumer: "billing", types: ["order.placed"], source: "q" }],
    ]);
  });

  it("hands what prepare gave to the handler, and a trace from the request through message and saga to their calls", async () => {
    const seen: Record<string, unknown> = {};
    const over = Promise.withResolvers<void>();
    const Ship = saga("ship", z.object({ id: z.string() })).pivot("send", {
      do: (_state, { traceHeaders }) => {
        seen["saga"] = traceHeaders["traceparent"];
      },
    });
    const d = delivery({
      store: sqlite(":memory:"),
      sagas: [Ship],
      onEvent: ({ type }) => {
        if (type === "saga.completed") over.resolve();
      },
    });
    await d.migrate();
    d.consume("billing", Placed, {
      prepare: async ({ id }, { traceHeaders }) => {
        seen["prepare"] = traceHeaders["traceparent"];
        return { rate: id.length };
      },
      handler: async ({ id }, { tx, lineage, traceHeaders }, { rate }) => {
        const whole: number = rate;
        seen["rate"] = whole;
        seen["handler"] = traceHeaders["traceparent"];
        await d.start(tx, Ship, { id }, { id, lineage });
      },
    });
    const place = d.idempotent({ mode: "tx", scope: () => "a" }, async (_request, { publish }) => {
      await publish(Placed({ id: "o-1" }));
      return new Response(null, { status: 202 });
    });
    const running = d.run();
    const headers = { "idempotency-key": "k", traceparent };
    const { status } = await place(new Request("http://shop.example/orders", { method: "POST", headers }));
    await over.promise;
    await d.close();
    await running;

    assert.equal(status, 202);
    assert.equal(seen["rate"], 3);
    const spans = ["prepare", "handler", "saga"].map((place) => String(seen[place]));
    for (const span of spans) assert.match(span, inTrace);
    assert.equal(new Set([...spans, traceparent]).size, 4, "each call is a span of its own");
  });
});
