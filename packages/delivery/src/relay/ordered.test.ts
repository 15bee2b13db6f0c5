import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { PublishEnd } from "../broker.ts";
import { insertSamples, type Sample, scriptedBroker } from "./testing/harness.ts";
import { eventsOf, virtualRelay } from "./testing/virtual-relay.ts";

const second = 1_000;
const ok: PublishEnd = { ok: true };
const not = (kind: "rejected" | "misconfigured" | "down" | "unknown"): PublishEnd => ({
  ok: false,
  kind,
  error: new Error(kind),
});
const strict = { order: "strict" } as const;

/** `counts[k]` messages of key `k`, written turn by turn. */
function keyed(counts: readonly number[]): readonly Sample[] {
  const samples: Sample[] = [];
  for (let seq = 1; seq <= Math.max(...counts); seq++)
    for (const [at, count] of counts.entries()) if (seq <= count) samples.push({ key: `k${at}`, seq });
  return samples;
}

describe("a relay with ordered messages", () => {
  it("lets a failed message keep its key waiting and no other one, and shows it", async () => {
    const broker = scriptedBroker(({ envelope }, nth) =>
      envelope.key === "k1" && envelope.seq === 3 && nth <= 2 ? not("rejected") : ok,
    );
    const { store, advance, stop, relay, events, left } = await virtualRelay(broker, { options: strict });
    await insertSamples(store, keyed([10, 10, 10]));
    await advance(0.5 * second);
    assert.deepEqual(
      left()
        .map(({ key, seq }) => [key, seq])
        .at(0),
      ["k1", 3],
    );
    assert.equal(left().length, 8);
    assert.deepEqual(
      relay.statistics().blockedKeys.map(({ type, key, failed }) => [type, key, failed]),
      [["order.placed", "k1", 1]],
    );
    assert.equal(eventsOf(events, "relay.key-blocked")[0]?.key, "k1");
    await advance(10 * second);
    assert.equal(left().length, 0);
    assert.deepEqual(relay.statistics().blockedKeys, []);
    const seqs = broker.confirmed
      .filter(({ envelope }) => envelope.key === "k1")
      .map(({ envelope }) => envelope.seq);
    assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await stop();
  });

  it("goes on with a key once its first message lies in the dead letters", async () => {
    const broker = scriptedBroker(({ envelope }) => (envelope.seq === 2 ? not("rejected") : ok));
    const options = { ...strict, attempts: 3 };
    const { store, advance, stop, left, dead } = await virtualRelay(broker, { options });
    await insertSamples(store, keyed([4]));
    await advance(10 * second);
    assert.equal(left().length, 0);
    assert.deepEqual(
      dead().map(({ seq, reason }) => [seq, reason]),
      [[2, "rejected"]],
    );
    assert.deepEqual(
      broker.confirmed.map(({ envelope }) => envelope.seq),
      [1, 3, 4],
    );
    await stop();
  });

  it("has one message of a key under way, or several where that was asked for", async () => {
    for (const [order, least, most] of [
      ["strict", 3, 3],
      ["pipelined", 20, 1_000],
    ] as const) {
      const broker = scriptedBroker(async () => {
        await clock.sleep(10);
        return ok;
      });
      const { store, advance, stop, clock } = await virtualRelay(broker, { options: { order } });
      await insertSamples(store, keyed([60, 60, 60]));
      await advance(5 * second);
      assert.equal(broker.confirmed.length, 180);
      assert.ok(broker.most() >= least && broker.most() <= most, `${order}: ${broker.most()} at once`);
      await stop();
    }
  });

  it("keeps an outage from counting attempts, and the order through it", async () => {
    let up = true;
    const broker = scriptedBroker(() => (up ? ok : not("down")));
    const { store, advance, stop, left } = await virtualRelay(broker, { options: strict });
    up = false;
    await insertSamples(store, keyed([20, 20]));
    await advance(10 * second);
    assert.ok(left().every(({ started, failed }) => started === 0 && failed === 0));
    up = true;
    await advance(20 * second);
    assert.equal(left().length, 0);
    for (const key of ["k0", "k1"]) {
      const seqs = broker.confirmed.flatMap(({ envelope }) => (envelope.key === key ? [envelope.seq] : []));
      assert.deepEqual(
        seqs,
        Array.from({ length: 20 }, (_, at) => at + 1),
      );
    }
    await stop();
  });

  it("sends a suspect alone, and buries the one that has brought down three processes", async () => {
    const broker = scriptedBroker();
    const { store, advance, stop, left, dead, database } = await virtualRelay(broker, { options: strict });
    await insertSamples(store, keyed([3, 3]));
    const outbox = store.tables.of("outbox");
    database.exec(`update ${outbox} set started = 2 where key = 'k0' and seq = 2`);
    database.exec(`update ${outbox} set started = 3 where key = 'k1' and seq = 2`);
    await advance(10 * second);
    assert.equal(left().length, 0);
    assert.deepEqual(
      dead().map(({ key, seq, reason }) => [key, seq, reason]),
      [["k1", 2, "crashed"]],
    );
    assert.deepEqual(
      broker.confirmed.flatMap(({ envelope }) => (envelope.key === "k0" ? [envelope.seq] : [])),
      [1, 2, 3],
    );
    await stop();
  });

  it("confirms the messages of every key in order, whatever fails", async () => {
    const kinds = ["ok", "rejected", "unknown", "down", "misconfigured"] as const;
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 40, size: "max" }),
        fc.nat(),
        async (counts, script, seed) => {
          let at = 0;
          const broker = scriptedBroker(async () => {
            const kind = at < script.length ? (script[at++] ?? "ok") : "ok";
            reached.add(kind);
            await clock.sleep(at % 3);
            return kind === "ok" ? ok : not(kind);
          });
          const options = {
            ...strict,
            attempts: 50,
            backoff: { baseMs: 20, capMs: 200 },
            outageBackoff: { capMs: 500 },
          };
          const { store, advance, stop, left, clock } = await virtualRelay(broker, { options, seed });
          await insertSamples(store, keyed(counts));
          for (let round = 0; round < 60 && left().length > 0; round++) await advance(second);
          assert.equal(left().length, 0);
          for (const [key, count] of counts.entries()) {
            const seqs = broker.confirmed.flatMap(({ envelope }) =>
              envelope.key === `k${key}` ? [envelope.seq] : [],
            );
            assert.deepEqual(
              seqs,
              Array.from({ length: count }, (_, one) => one + 1),
            );
          }
          await stop();
        },
      ),
      { numRuns: 12 },
    );
    assert.deepEqual([...reached].sort(), [...kinds].sort());
  });
});
