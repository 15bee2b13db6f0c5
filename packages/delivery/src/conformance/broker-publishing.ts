import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import type { Envelope } from "../envelope.ts";
import { assertFailed, assertOk, type Bench, type BrokerCase } from "./broker-subject.ts";

/** What publishing promises. */
export const publishingCases: readonly BrokerCase[] = [
  {
    name: "confirms a message and delivers it as it was",
    run: (bench) =>
      roundTrip(bench, [
        {
          key: "order-1",
          seq: 7,
          headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
        },
      ]),
  },
  {
    name: "keeps content and headers byte for byte",
    run: (bench) =>
      roundTrip(bench, [
        { body: new Uint8Array(0) },
        { body: Uint8Array.from({ length: 256 }, (_, at) => at), contentType: "application/octet-stream" },
        { body: randomBytes(255 * 1024) },
        { body: Buffer.from('{"a":"€ 😀 \\u0000"}'), contentType: "application/json; charset=utf-8" },
        {
          key: 'Schlüssel/№ 5 😀%20 "x"',
          headers: { name: "Ünïcödé ✓ 😀", spaced: " a  b ", percent: "100%25 %zz" },
        },
        { headers: { "x-empty": "", "x-long": "y".repeat(4_000) }, seq: Number.MAX_SAFE_INTEGER },
      ]),
  },
  {
    name: "loses none of 1,000 messages under way at once and doubles none",
    async run(bench) {
      const broker = await bench.open();
      const consumer = await bench.collect(broker);
      const envelopes = Array.from({ length: 1_000 }, (_, n) =>
        bench.envelope({ body: Buffer.from(String(n)) }),
      );
      const ends = await Promise.all(envelopes.map((envelope) => bench.publish(broker, envelope)));
      for (const end of ends) assertOk(end);
      await bench.until(() => consumer.got.length >= 1_000, "1,000 arrived");
      assert.deepEqual(consumer.ids().toSorted(), envelopes.map(({ id }) => id).toSorted());
      await consumer.close();
    },
  },
  {
    name: "keeps the order of each key, if it says so",
    async run(bench) {
      const broker = await bench.open();
      if (!broker.guarantees.ordered) return;
      const consumer = await bench.collect(broker);
      const envelopes = Array.from({ length: 500 }, (_, n) =>
        bench.envelope({ key: `k${n % 10}`, seq: Math.floor(n / 10) + 1 }),
      );
      for (const end of await Promise.all(envelopes.map((one) => bench.publish(broker, one)))) assertOk(end);
      await bench.until(() => consumer.got.length >= 500, "500 arrived");
      for (let key = 0; key < 10; key++) {
        const seqs = consumer.got.map((one) => one.envelope).filter((one) => one.key === `k${key}`);
        assert.deepEqual(
          seqs.map(({ seq }) => seq),
          Array.from({ length: 50 }, (_, at) => at + 1),
        );
      }
      await consumer.close();
    },
  },
  {
    name: "says when no queue takes a message, if it says so, and goes on with the others",
    async run(bench) {
      const broker = await bench.open();
      if (!broker.guarantees.reportsUnroutable) return;
      const consumer = await bench.collect(broker);
      const astray = bench.envelope({ type: `t${randomUUID().slice(0, 8)}.astray` });
      const ends = await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          n % 3 === 1
            ? broker.publish({
                destination: broker.destination(astray.type, bench.subject.unroutable),
                envelope: astray,
              })
            : bench.publish(broker, bench.envelope()),
        ),
      );
      for (const [n, end] of ends.entries())
        if (n % 3 === 1) assertFailed(end, ["misconfigured"]);
        else assertOk(end);
      await bench.until(() => consumer.got.length === 40, "the others arrived");
      await consumer.close();
    },
  },
  {
    name: "recognises a message that is published again, if it says so",
    async run(bench) {
      const broker = await bench.open();
      if (broker.guarantees.dedupeMs === 0) return;
      const consumer = await bench.collect(broker);
      const envelope = bench.envelope();
      assertOk(await bench.publish(broker, envelope));
      assert.deepEqual(await bench.publish(broker, envelope), { ok: true, duplicate: true });
      const redriven = bench.envelope({ id: envelope.id, headers: { redriveid: randomUUID() } });
      assert.deepEqual(await bench.publish(broker, redriven), { ok: true });
      await bench.until(() => consumer.got.length === 2, "it and its redrive arrived");
      assert.deepEqual(consumer.ids(), [envelope.id, envelope.id]);
      await consumer.close();
    },
  },
  {
    name: "rejects what is too large and goes on with the others",
    async run(bench) {
      const broker = await bench.open();
      const { bytesMax } = broker.guarantees;
      const consumer = await bench.collect(broker);
      if (bytesMax <= 32 * 1024 * 1024) {
        const large = bench.envelope({ body: Buffer.alloc(bytesMax + 1) });
        const [end, other] = await Promise.all([
          bench.publish(broker, large),
          bench.publish(broker, bench.envelope()),
        ]);
        assertFailed(end, ["rejected"]);
        assertOk(other);
        assertOk(await bench.publish(broker, bench.envelope({ body: Buffer.alloc(bytesMax) })));
        await bench.until(() => consumer.got.length === 2, "the others arrived");
      }
      if (bench.subject.address !== null) {
        const laden = bench.envelope({ headers: { huge: "h".repeat(1_100_000) } });
        assertFailed(await bench.publish(broker, laden), ["rejected"]);
        assertOk(await bench.publish(broker, bench.envelope()));
      }
      await consumer.close();
    },
  },
  {
    name: "takes nothing once it is closed, closes twice, and leaves no socket and no timer",
    async run(bench) {
      const before = resources();
      const broker = await bench.open();
      const consumer = await bench.collect(broker);
      assertOk(await bench.publish(broker, bench.envelope()));
      await consumer.close();
      await broker.close();
      await broker.close();
      assertFailed(await bench.publish(broker, bench.envelope()), ["down"]);
      await assert.rejects(
        broker.subscribe({ consumer: "late", types: [bench.type], prefetch: 1 }, () => {}),
        { code: "DISPOSED" },
      );
      await bench.until(() => resources() <= before, "sockets and timers are gone");
    },
  },
];

function resources(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|TLS|Timeout/.test(kind)).length;
}

async function roundTrip(bench: Bench, changes: readonly Partial<Envelope>[]): Promise<void> {
  const broker = await bench.open();
  const consumer = await bench.collect(broker);
  const envelopes = changes.map((change) => bench.envelope(change));
  for (const envelope of envelopes) assertOk(await bench.publish(broker, envelope));
  await bench.until(() => consumer.got.length >= envelopes.length, "all arrived");
  for (const [at, envelope] of envelopes.entries()) {
    const { envelope: arrived, redelivered, problem } = consumer.got[at]!;
    assert.deepEqual({ ...arrived, body: [...arrived.body] }, { ...envelope, body: [...envelope.body] });
    assert.deepEqual([redelivered, problem], [false, undefined]);
  }
  await consumer.close();
}
