import { Pool } from "pg";
import { systemClock, systemRandom } from "../../packages/core/src/index.ts";
import { createConsumer } from "../../packages/delivery/src/consume/consumer.ts";
import { consumeMigrations } from "../../packages/delivery/src/consume/migrations.ts";
import { sweepInbox } from "../../packages/delivery/src/consume/sweep.ts";
import { deadLetterMigrations } from "../../packages/delivery/src/dead-letters/migrations.ts";
import { migrate } from "../../packages/delivery/src/migrations.ts";
import { outboxMigrations } from "../../packages/delivery/src/outbox/migrations.ts";
import { createPublisher } from "../../packages/delivery/src/outbox/publisher.ts";
import { postgres } from "../../packages/delivery/src/stores/postgres.ts";
import { Counted, envelopeOf, Stepped, stepOf } from "../../packages/delivery/test/consume/rig.ts";
import { scriptedBroker } from "../../packages/delivery/test/support/scripted-broker.ts";
import { ownName, servers } from "../../packages/delivery/test/support/servers.ts";

/**
 * How fast messages are consumed on PostgreSQL beside the same writes by hand, and what sweeping an inbox costs. Ratios count: both sides run
 * in this process, one after the other. `node --conditions=@holdfast/source bench/delivery/consume-smoke.ts [messages] [rows]`
 */
const messages = Number(process.argv[2] ?? 4_000);
const rows = Number(process.argv[3] ?? 200_000);
const schema = ownName();
const pool = new Pool({ ...servers.postgres, max: 34 });
const store = postgres(pool, { schema, notify: false });
await migrate(store, [...outboxMigrations, ...deadLetterMigrations, ...consumeMigrations]);
await pool.query(`create table ${store.tables.of("effect")} (id uuid, n integer)`);

const timed = async (name: string, count: number, work: () => Promise<void>): Promise<number> => {
  const startMs = performance.now();
  await work();
  const perSecond = (count / (performance.now() - startMs)) * 1_000;
  console.log(`${name.padEnd(46)} ${Math.round(perSecond)} /s`);
  return perSecond;
};
const inLanes = async (each: (at: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < messages) await each(next++);
  };
  await Promise.all(Array.from({ length: 32 }, lane));
};

const byHand = await timed("by hand: begin, insert, insert, commit", messages, () =>
  inLanes(async (at) => {
    const { id } = envelopeOf({ n: at });
    const client = await pool.connect();
    await client.query("begin");
    await client.query(
      `insert into ${store.tables.of("inbox")} (consumer, message_id, outcome, done_ms) values ('hand', $1, 0, 1) on conflict do nothing`,
      [id],
    );
    await client.query(`insert into ${store.tables.of("effect")} values ($1, $2)`, [id, at]);
    await client.query("commit");
    client.release();
  }),
);
for (const dedupe of ["7d", "sequence"]) {
  const surroundings = { clock: systemClock, random: systemRandom, emit: () => {} };
  const broker = scriptedBroker();
  const publisher = createPublisher({ store, source: "/bench", ...surroundings });
  const consumer = createConsumer(
    { store, broker, publisher, ...surroundings },
    {
      name: `bench-${dedupe}`,
      messages: dedupe === "sequence" ? Stepped : Counted,
      dedupe,
      handler: async ({ n }, { tx, messageId }) => {
        await tx.query(`insert into ${store.tables.of("effect")} values ($1, $2)`, [messageId, n]);
      },
    },
  );
  const stopping = new AbortController();
  const running = consumer.run(stopping.signal);
  while (!broker.subscribed) await systemClock.sleep(1);
  const make = (at: number) =>
    dedupe === "sequence" ? stepOf(`k${at % 64}`, Math.floor(at / 64) + 1) : envelopeOf({ n: at });
  const perSecond = await timed(`consumed, dedupe ${dedupe}`, messages, () =>
    inLanes((at) => broker.deliver(make(at))),
  );
  console.log(`${"  of by hand".padEnd(46)} ${(perSecond / byHand).toFixed(2)}`);
  const { handled, waited } = consumer.statistics();
  console.log(`  handled ${handled}, waited for the one before ${waited}`);
  stopping.abort();
  await running;
}

await pool.query(
  `insert into ${store.tables.of("inbox")} select 'swept', gen_random_uuid(), 0, case when at % 2 = 0 then 1 else (extract(epoch from now()) * 1000)::bigint end from generate_series(1, ${rows}) as at`,
);
const session = await store.connect({ purpose: "bench", relaxed: true });
const inserts: number[] = [];
let sweeping = true;
const inserting = (async () => {
  for (; sweeping; ) {
    const startMs = performance.now();
    await pool.query(
      `insert into ${store.tables.of("inbox")} values ('swept', gen_random_uuid(), 0, (extract(epoch from now()) * 1000)::bigint)`,
    );
    inserts.push(performance.now() - startMs);
  }
})();
const chunks: number[] = [];
await timed(`rows swept in chunks of 1,000, with inserts beside`, rows / 2, async () => {
  for (let count = 1; count > 0; ) {
    const startMs = performance.now();
    count = await sweepInbox(session, store.tables, {
      consumer: "swept",
      windowMs: 86_400_000,
      chunksMax: 1,
    });
    chunks.push(performance.now() - startMs);
  }
});
sweeping = false;
await inserting;
const at = (all: number[], share: number): string =>
  (all.toSorted((a, b) => a - b)[Math.floor(all.length * share)] ?? 0).toFixed(1);
console.log(`  a chunk: p50 ${at(chunks, 0.5)} ms, p99 ${at(chunks, 0.99)} ms`);
console.log(`  an insert meanwhile: p50 ${at(inserts, 0.5)} ms, p99 ${at(inserts, 0.99)} ms`);
await session.close();
await store.close();
await pool.query(`drop schema "${schema}" cascade`);
await pool.end();
