import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Broker, PublishEnd } from "../broker.ts";
import { assertOk, type Bench, type BrokerCase } from "./broker-subject.ts";

/** Publishes without waiting: a broker that confirms what was consumed does so later. */
function send(bench: Bench, broker: Broker, count: number): Promise<readonly PublishEnd[]> {
  return Promise.all(Array.from({ length: count }, () => bench.publish(broker, bench.envelope())));
}

/** What consuming promises. */
export const consumingCases: readonly BrokerCase[] = [
  {
    name: "delivers again what was not settled when its consumer went, to another one",
    async run(bench) {
      const broker = await bench.open();
      if (!broker.guarantees.redelivers) return;
      const other = broker.guarantees.confirms === "consumed" ? broker : await bench.open();
      const first = await bench.collect(broker, {}, () => {});
      const sent = send(bench, broker, 3);
      await bench.until(() => first.got.length === 3, "3 arrived");
      first.got[0]?.ack();
      const second = await bench.collect(other);
      await first.close();
      await bench.until(() => second.got.length >= 2, "2 arrived again");
      for (const end of await sent) assertOk(end);
      assert.deepEqual(second.ids().toSorted(), first.ids().slice(1).toSorted());
      assert.ok(second.got.every(({ redelivered }) => redelivered));
      await second.close();
    },
  },
  {
    name: "delivers again what is released, and counts if it counts",
    async run(bench) {
      const broker = await bench.open();
      const consumer = await bench.collect(broker, {}, (delivery) => {
        if (consumer.got.length < 3) delivery.release();
        else delivery.ack();
      });
      const sent = send(bench, broker, 1);
      await bench.until(() => consumer.got.length === 3, "it came three times");
      for (const end of await sent) assertOk(end);
      assert.deepEqual(
        consumer.got.map(({ redelivered }) => redelivered),
        [false, true, true],
      );
      const counts = consumer.got.map(({ deliveries }) => deliveries);
      if (counts[1] !== undefined) assert.deepEqual(counts, [1, 2, 3]);
      await consumer.close();
    },
  },
  {
    name: "waits with what is released for later",
    async run(bench) {
      const broker = await bench.open();
      const times: number[] = [];
      const consumer = await bench.collect(broker, {}, (delivery) => {
        times.push(performance.now());
        if (times.length === 1) delivery.release(400);
        else delivery.ack();
      });
      const sent = send(bench, broker, 1);
      await bench.until(() => times.length === 2, "it came again");
      for (const end of await sent) assertOk(end);
      assert.ok(times[1]! - times[0]! >= 390, `after ${times[1]! - times[0]!} ms`);
      await consumer.close();
    },
  },
  {
    name: "shares a consumer's messages among its instances",
    async run(bench) {
      const broker = await bench.open();
      const other = broker.guarantees.confirms === "consumed" ? broker : await bench.open();
      // Nobody settles at first, so that neither instance can take all.
      const held: (() => void)[] = [];
      const hold = (delivery: { ack(): void }): void => void held.push(() => delivery.ack());
      const one = await bench.collect(broker, { prefetch: 10 }, hold);
      const two = await bench.collect(other, { prefetch: 10 }, hold);
      const sent = send(bench, broker, 40);
      await bench.until(() => held.length === 20, "each has its 10");
      assert.deepEqual([one.got.length, two.got.length], [10, 10]);
      const release = setInterval(() => {
        for (const ack of held.splice(0)) ack();
      }, 1);
      await bench.until(() => one.got.length + two.got.length >= 40, "all arrived");
      for (const end of await sent) assertOk(end);
      clearInterval(release);
      assert.equal(new Set([...one.ids(), ...two.ids()]).size, 40);
      await one.close();
      await two.close();
    },
  },
  {
    name: "gives every consumer its own copy",
    async run(bench) {
      const broker = await bench.open();
      const billing = await bench.collect(broker, { consumer: `${bench.type.slice(0, 9)}-billing` });
      const mail = await bench.collect(broker, { consumer: `${bench.type.slice(0, 9)}-mail` });
      for (const end of await send(bench, broker, 20)) assertOk(end);
      await bench.until(() => billing.got.length >= 20 && mail.got.length >= 20, "both have 20");
      assert.deepEqual(billing.ids().toSorted(), mail.ids().toSorted());
      await billing.close();
      await mail.close();
    },
  },
  {
    name: "never has more under way than its prefetch, and goes on as they are settled",
    async run(bench) {
      const broker = await bench.open();
      const open: (() => void)[] = [];
      let most = 0;
      const consumer = await bench.collect(broker, { prefetch: 4 }, (delivery) => {
        open.push(() => delivery.ack());
        most = Math.max(most, open.length);
      });
      const sent = send(bench, broker, 30);
      await bench.until(() => open.length === 4, "4 are under way");
      await sleep(100);
      assert.equal(consumer.got.length, 4);
      while (consumer.got.length < 30 || open.length > 0) {
        await bench.until(() => open.length > 0, "the next one arrived");
        open.shift()?.();
      }
      for (const end of await sent) assertOk(end);
      assert.equal(most, 4);
      assert.equal(new Set(consumer.ids()).size, 30);
      await consumer.close();
    },
  },
  {
    name: "takes nothing more once it is stopped, and still settles what is under way",
    async run(bench) {
      const broker = await bench.open();
      const first = await bench.collect(broker, { prefetch: 2 }, () => {});
      const sent = send(bench, broker, 6);
      await bench.until(() => first.got.length === 2, "2 are under way");
      await first.stop();
      for (const delivery of first.got) {
        delivery.ack();
        delivery.ack();
        delivery.release();
      }
      await sleep(150);
      assert.equal(first.got.length, 2);
      const second = await bench.collect(broker);
      await first.close();
      await bench.until(() => second.got.length >= 4, "the other 4 arrived");
      for (const end of await sent) assertOk(end);
      await sleep(50);
      assert.equal(new Set([...first.ids(), ...second.ids()]).size, 6);
      assert.equal(second.got.length, 4);
      await second.close();
    },
  },
  {
    name: "keeps what arrives while nobody consumes, in the broker or in the outbox",
    async run(bench) {
      const broker = await bench.open();
      const first = await bench.collect(broker);
      await first.close();
      const [end] = await send(bench, broker, 1);
      if (broker.guarantees.confirms === "consumed") {
        assert.equal(end?.ok, false);
        return;
      }
      assertOk(end as PublishEnd);
      const second = await bench.collect(await bench.open());
      await bench.until(() => second.got.length === 1, "it arrived");
      await second.close();
    },
  },
];
