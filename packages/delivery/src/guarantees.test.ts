import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffOf } from "@holdfast/core";
import fc from "fast-check";
import type { ConsumerFacts, GuaranteeFacts, RouteFacts } from "./guarantees/facts.ts";
import { horizonOf, retriesMs, spokenMs } from "./guarantees/horizon.ts";
import { guarantees } from "./guarantees.ts";

const dayMs = 86_400_000;
const retries = { attempts: 12, backoff: backoffOf({ baseMs: 1_000, capMs: 3_600_000 }) };

type Part<T> = { readonly [K in keyof T]?: T[K] extends object ? Partial<T[K]> : T[K] };

const safe = {
  confirms: "stored" as const,
  survivesRestart: true,
  fsyncBeforeConfirm: true,
  dedupeMs: 0,
  ordered: true,
  redelivers: true,
  reportsUnroutable: true,
  bytesMax: 1 << 20,
};

function route({ guarantees: broker, ...part }: Part<RouteFacts> = {}): RouteFacts {
  const rest = part as Partial<RouteFacts>;
  return {
    type: "order.placed",
    ordered: false,
    broker: "bus",
    kind: "rabbitmq",
    relay: retries,
    ...rest,
    guarantees: { ...safe, ...broker },
  };
}

function consumer(part: Partial<ConsumerFacts> = {}): ConsumerFacts {
  return {
    name: "billing",
    types: ["order.placed"],
    dedupe: { kind: "window", windowMs: 7 * dayMs },
    retries,
    ...part,
  };
}

function facts(part: Partial<GuaranteeFacts> = {}): GuaranteeFacts {
  const store = {
    dialect: "postgres",
    guarantees: { durable: true, shared: true, writers: "many" },
  } as const;
  return { store, routes: [route()], consumers: [consumer()], ...part };
}

const only = (given: GuaranteeFacts) => {
  const [one] = guarantees(given);
  assert.ok(one !== undefined);
  return one;
};

describe("what is guaranteed on a route", () => {
  it("is at least once where nothing takes a message, and says so in whole sentences", () => {
    const one = only(facts());
    assert.equal(one.delivery, "at-least-once");
    assert.deepEqual(one.losses, []);
    assert.deepEqual(one.sentences, [
      "order.placed reaches bus at least once: it stays in the outbox until the broker has confirmed it on disk.",
      "rabbitmq does not recognise what is published again: each consumer has to.",
    ]);
    assert.deepEqual(one.consumers[0]?.sentences, [
      "billing gets messages in no order: order.placed is not ordered.",
      "billing recognises a message that comes again for 7 d, longer than the 4.1 d after which one may.",
      "What billing writes in its transaction happens exactly once for each message; calls to others happen at least once, under the same key(step).",
    ]);
  });

  const losses: readonly (readonly [string, Partial<RouteFacts["guarantees"]>])[] = [
    ["broker-power-cut", { fsyncBeforeConfirm: false }],
    ["broker-restart", { survivesRestart: false }],
    ["broker-restart", { survivesRestart: false, fsyncBeforeConfirm: false }],
    ["unroutable", { reportsUnroutable: false }],
    ["consumer-crash", { redelivers: false }],
  ];
  for (const [code, broker] of losses)
    it(`names the loss ${code} for ${JSON.stringify(broker)}`, () => {
      const one = only(facts({ routes: [route({ guarantees: broker })] }));
      assert.equal(one.delivery, "may-lose");
      assert.deepEqual(
        one.losses.map((loss) => loss.code),
        [code],
      );
      assert.match(one.sentences[0] ?? "", /at least once, but for this: /);
    });

  it("has nothing to lose at a broker that confirms what was consumed", () => {
    const broker = {
      confirms: "consumed",
      survivesRestart: false,
      fsyncBeforeConfirm: false,
      redelivers: false,
    } as const;
    const one = only(facts({ routes: [route({ guarantees: broker })] }));
    assert.equal(one.delivery, "at-least-once");
    assert.match(one.sentences[0] ?? "", /until every consumer has acknowledged it\.$/);
  });

  it("promises no effect at all of a store in memory", () => {
    const store = {
      dialect: "sqlite",
      guarantees: { durable: false, shared: false, writers: "one" },
    } as const;
    const one = only(facts({ store }));
    assert.deepEqual(
      one.losses.map(({ code }) => code),
      ["store-in-memory"],
    );
    assert.equal(one.consumers[0]?.exactlyOnceEffect, false);
    assert.match(one.consumers[0]?.sentences[2] ?? "", /may happen again after a restart/);
  });

  const orders: readonly (readonly [string, Part<RouteFacts>, ConsumerFacts["dedupe"]["kind"], RegExp])[] = [
    ["none", { ordered: false }, "sequence", /is not ordered/],
    ["none", { ordered: true, guarantees: { ordered: false } }, "window", /keeps none/],
    ["per-key", { ordered: true, guarantees: { ordered: false } }, "sequence", /whatever comes again/],
    ["per-key", { ordered: true }, "sequence", /whatever comes again/],
    ["per-key-until-redelivery", { ordered: true }, "window", /until one comes again/],
    ["per-key-until-redelivery", { ordered: true, order: "pipelined" }, "window", /fails to be published/],
  ];
  for (const [order, part, kind, sentence] of orders)
    it(`keeps the order ${order} for ${JSON.stringify(part)} and dedupe by ${kind}`, () => {
      const dedupe = kind === "sequence" ? { kind } : { kind, windowMs: 7 * dayMs };
      const [at] = only(facts({ routes: [route(part)], consumers: [consumer({ dedupe })] })).consumers;
      assert.equal(at?.order, order);
      assert.match(at?.sentences[0] ?? "", sentence);
    });

  it("holds the window of a consumer against everything that can bring a message back", () => {
    const short = consumer({ dedupe: { kind: "window", windowMs: 3_600_000 } });
    const [at] = only(facts({ consumers: [short] })).consumers;
    assert.equal(at?.dedupeCovers, false);
    assert.match(
      at?.sentences[1] ?? "",
      /for 1 h, and one may come after 4\.1 d: .* dead-lettered as too-old/,
    );
    const [forEver] = only(facts({ consumers: [consumer({ dedupe: { kind: "sequence" } })] })).consumers;
    assert.deepEqual([forEver?.dedupeMs, forEver?.dedupeCovers], [null, true]);
  });

  it("holds the window of a broker against retries and an outage", () => {
    const nats = route({ kind: "nats", guarantees: { dedupeMs: 120_000 } });
    const one = only(facts({ routes: [nats] }));
    assert.equal(one.brokerDedupeCovers, false);
    assert.match(one.sentences[1] ?? "", /for 2 min, and the relay may publish again after 1 d/);
    const long = only(facts({ routes: [route({ guarantees: { dedupeMs: 2 * dayMs } })] }));
    assert.equal(long.brokerDedupeCovers, true);
    const calm = { outageMs: 0, deadLetterMs: 0 };
    const quick = route({ relay: { attempts: 1, backoff: retries.backoff }, guarantees: { dedupeMs: 1 } });
    assert.equal(only(facts({ routes: [quick], assumptions: calm })).brokerDedupeCovers, true);
  });

  it("tells each route its own consumers", () => {
    const other = consumer({ name: "shipping", types: ["order.placed", "order.paid"] });
    const all = guarantees(
      facts({ routes: [route(), route({ type: "order.paid" })], consumers: [consumer(), other] }),
    );
    assert.deepEqual(
      all.map((one) => one.consumers.map((at) => at.consumer)),
      [["billing", "shipping"], ["shipping"]],
    );
  });
});

describe("the retry horizon", () => {
  it("is the sum of its parts and grows with each of them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.nat(1e9),
        fc.nat(1e9),
        (attempts, outageMs, deadLetterMs) => {
          const some = { attempts, backoff: retries.backoff };
          const { totalMs, ...parts } = horizonOf(some, some, { outageMs, deadLetterMs });
          const sum = Object.values(parts).reduce((one, other) => one + other, 0);
          assert.ok(totalMs > sum);
          assert.ok(retriesMs({ ...some, attempts: attempts + 1 }) > retriesMs(some));
        },
      ),
    );
    assert.equal(retriesMs({ attempts: 1, backoff: retries.backoff }), 0);
    assert.equal(retriesMs({ attempts: 4, backoff: backoffOf({ baseMs: 1_000, jitter: "none" }) }), 7_000);
  });

  it("is told in one unit", () => {
    const told = [0, 999, 1_000, 61_000, 3_600_000, 90 * 60_000, 7 * dayMs, 45 * dayMs].map(spokenMs);
    assert.deepEqual(told, ["0 ms", "999 ms", "1 s", "1 min", "1 h", "1.5 h", "7 d", "45 d"]);
  });
});
