import assert from "node:assert/strict";
import type { Broker, PublishEnd } from "../broker.ts";
import type { Envelope } from "../envelope.ts";
import { assertFailed, assertOk, type Bench } from "./broker-subject.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** One law that holds although the network fails. */
export interface BrokerFaultCase {
  readonly name: string;
  run(bench: Bench, proxy: TcpProxy): Promise<void>;
}

interface Sent {
  readonly envelope: Envelope;
  readonly end: PublishEnd;
}

async function sendAll(
  bench: Bench,
  broker: Broker,
  envelopes: readonly Envelope[],
): Promise<readonly Sent[]> {
  return Promise.all(
    envelopes.map(async (envelope) => ({ envelope, end: await bench.publish(broker, envelope) })),
  );
}

/** Sends again what was not confirmed, until all is: what a relay does. */
async function sendUntilConfirmed(
  bench: Bench,
  broker: Broker,
  envelopes: readonly Envelope[],
): Promise<void> {
  let left = envelopes;
  await bench.until(() => true, "");
  for (let round = 0; left.length > 0; round++) {
    assert.ok(round < 200, `${left.length} messages were not confirmed`);
    const sent = await sendAll(bench, broker, left);
    for (const { end } of sent) if (!end.ok) assertFailed(end, ["unknown", "down"]);
    left = sent.filter(({ end }) => !end.ok).map(({ envelope }) => envelope);
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function several(bench: Bench, count: number): readonly Envelope[] {
  return Array.from({ length: count }, () => bench.envelope({ body: Buffer.alloc(300, 120) }));
}

/** What holds when the connection is taken away. */
export const faultCases: readonly BrokerFaultCase[] = [
  {
    name: "never confirms what it did not keep when the connection is cut at any byte, and connects again",
    async run(bench, proxy) {
      const watcher = await bench.collect(await bench.open());
      const broker = await bench.open({ port: proxy.port });
      assertOk(await bench.publish(broker, bench.envelope()));
      const seen = { ok: 0, notOk: 0 };
      const confirmedIds = new Set<string>();
      for (const bytes of [1, 700, 5_000, 20_011, 60_003]) {
        const envelopes = several(bench, 200);
        proxy.cutAfter(bytes);
        for (const { envelope, end } of await sendAll(bench, broker, envelopes)) {
          seen[end.ok ? "ok" : "notOk"]++;
          if (end.ok) confirmedIds.add(envelope.id);
          else assertFailed(end, ["unknown", "down"]);
        }
        await sendUntilConfirmed(bench, broker, envelopes);
        for (const { id } of envelopes) confirmedIds.add(id);
      }
      assert.ok(seen.notOk > 100, `the cuts did nothing: ${JSON.stringify(seen)}`);
      await bench.until(() => {
        const arrived = new Set(watcher.ids());
        return [...confirmedIds].every((id) => arrived.has(id));
      }, "all that was confirmed arrived");
      await watcher.close();
    },
  },
  {
    name: "calls a silent server's confirms unknown after its time limit, and goes on when it is back",
    async run(bench, proxy) {
      const watcher = await bench.collect(await bench.open());
      const broker = await bench.open({ port: proxy.port, confirmTimeoutMs: 500 });
      assertOk(await bench.publish(broker, bench.envelope()));
      proxy.blackHole();
      const startedMs = performance.now();
      const envelopes = several(bench, 50);
      for (const { end } of await sendAll(bench, broker, envelopes)) assertFailed(end, ["unknown"]);
      assert.ok(performance.now() - startedMs >= 490);
      await proxy.restore();
      await sendUntilConfirmed(bench, broker, envelopes);
      await bench.until(() => new Set(watcher.ids()).size === 51, "all arrived");
      await watcher.close();
    },
  },
  {
    name: "says that nothing was sent while the server cannot be reached",
    async run(bench, proxy) {
      const watcher = await bench.collect(await bench.open());
      const broker = await bench.open({ port: proxy.port });
      await proxy.refuse();
      const envelopes = several(bench, 20);
      for (const { end } of await sendAll(bench, broker, envelopes)) {
        assertFailed(end, ["down"]);
        assert.equal((end as { error: { code?: string } }).error.code, "BROKER_UNREACHABLE");
      }
      await assert.rejects(broker.inspect([]), { code: "BROKER_UNREACHABLE" });
      await proxy.restore();
      await sendUntilConfirmed(bench, broker, envelopes);
      await bench.until(() => watcher.got.length >= 20, "all arrived");
      assert.equal(new Set(watcher.ids()).size, 20);
      await watcher.close();
    },
  },
  {
    name: "consumes on after its connection was cut, and what it had not settled comes again",
    async run(bench, proxy) {
      const publisher = await bench.open();
      const broker = await bench.open({ port: proxy.port });
      let settle = false;
      const consumer = await bench.collect(broker, {}, (delivery) => {
        if (settle) delivery.ack();
      });
      for (const { end } of await sendAll(bench, publisher, several(bench, 5))) assertOk(end);
      await bench.until(() => consumer.got.length === 5, "5 are under way");
      const held = [...consumer.got];
      proxy.cut();
      settle = true;
      const later = several(bench, 5);
      await sendUntilConfirmed(bench, publisher, later);
      await bench.until(() => later.every(({ id }) => consumer.ids().includes(id)), "the later ones arrived");
      // Settled over a connection that is gone, or over the next one: either way nothing throws.
      for (const delivery of held) delivery.ack();
      await consumer.close();
    },
  },
  {
    name: "closes although the server says nothing any more",
    async run(bench, proxy) {
      const broker = await bench.open({ port: proxy.port, confirmTimeoutMs: 60_000 });
      const consumer = await bench.collect(broker);
      assertOk(await bench.publish(broker, bench.envelope()));
      await bench.until(() => consumer.got.length === 1, "it arrived");
      proxy.blackHole();
      const pending = bench.publish(broker, bench.envelope());
      const startedMs = performance.now();
      await Promise.race([consumer.close(), new Promise((resolve) => setTimeout(resolve, 3_000))]);
      await broker.close();
      assertFailed(await pending, ["unknown"]);
      assert.ok(performance.now() - startedMs < 6_000, "closing hung");
    },
  },
];
