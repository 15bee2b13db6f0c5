import assert from "node:assert/strict";
import { systemClock, systemRandom } from "@holdfast/core";
import { enterFresh } from "../consume/inbox.ts";
import { claimParked, extend, giveBack, type Held, recordFailure, unpark } from "../consume/leases.ts";
import { type Parked, park } from "../consume/parked.ts";
import { bury } from "../dead-letters/dead-letter.ts";
import { deadLetters } from "../dead-letters/dead-letters.ts";
import type { Envelope } from "../envelope.ts";
import type { Store } from "../store.ts";
import type { StoreBench, StoreCase } from "./store-subject.ts";

const consumer = "conformance";
const windowMs = 3_600_000;
const ordinary = { consumer, limit: 5, leaseMs: 60_000, kind: "ordinary" } as const;

/** What the inbox, retries and dead letters promise. */
export const inboxCases: readonly StoreCase[] = [
  {
    name: "lets a message take effect once under 20 deliveries at the same time",
    async run(bench) {
      const envelope = bench.envelope();
      const entries = await Promise.all(
        Array.from({ length: 20 }, (_, at) => handle(bench, bench.nth(at), envelope, at)),
      );
      assert.equal(entries.filter((entry) => entry === "new").length, 1);
      assert.deepEqual(
        entries.filter((entry) => entry !== "new"),
        Array.from({ length: 19 }, () => ({ known: "done" })),
      );
      assert.equal((await bench.notes()).length, 1);
    },
  },
  {
    name: "lets a message take effect once when some of its deliveries fail",
    async run(bench) {
      const envelope = bench.envelope();
      const ends = await bench.ends(
        Array.from({ length: 20 }, (_, at) =>
          bench.retried(() => handle(bench, bench.nth(at), envelope, at, at < 10)),
        ),
      );
      const news = ends.filter((end) => end.status === "fulfilled" && end.value === "new");
      assert.equal(news.length, 1);
      assert.equal((await bench.notes()).length, 1);
    },
  },
  {
    name: "tells consumers apart, and refuses what is older than the window",
    async run(bench) {
      const envelope = bench.envelope();
      const enter = (change: Partial<Envelope>, who = consumer) =>
        bench.store.transaction((tx) =>
          enterFresh(tx, bench.store.tables, {
            consumer: who,
            envelope: { ...envelope, ...change },
            windowMs,
          }),
        );
      assert.deepEqual(await enter({}), "new");
      assert.deepEqual(await enter({}, "another"), "new");
      assert.deepEqual(await enter({}), { known: "done" });
      const old = { id: bench.freshId(), timeMs: systemClock.wall() - 2 * windowMs };
      assert.deepEqual(await enter(old), "too-old");
      assert.equal(await bench.count("inbox"), 2);
    },
  },
  { name: "parks a message once, and hands it to one worker when it is due", run: parkedOnce },
  { name: "lets a stale lease change nothing of a parked message", run: fenced },
  { name: "redrives a dead letter once, whoever does it at the same time", run: redriven },
];

/** One delivery: the inbox' row and the effect in one transaction. */
function handle(bench: StoreBench, store: Store, envelope: Envelope, at: number, fails = false) {
  return store.transaction(async (tx) => {
    const entry = await enterFresh(tx, store.tables, { consumer, envelope, windowMs });
    if (entry === "new") await bench.noteIn(tx, at);
    if (fails) throw new Error("the handler failed");
    return entry;
  });
}

async function parkSome(bench: StoreBench, messages: number): Promise<readonly Envelope[]> {
  const envelopes = Array.from({ length: messages }, () =>
    bench.envelope({ key: "k 😀", headers: { a: "ü" }, body: Uint8Array.of(0, 255) }),
  );
  await bench.store.transaction(async (tx) => {
    for (const envelope of envelopes)
      assert.equal(await park(tx, bench.store.tables, { consumer, envelope }), true);
  });
  return envelopes;
}

function claim(store: Store, change: Partial<Parameters<typeof claimParked>[2]> = {}) {
  return store.transaction((tx) => claimParked(tx, store.tables, { ...ordinary, ...change }));
}

const heldOf = ({ envelope, lease }: Parked): Held => ({ consumer, id: envelope.id, lease });

async function parkedOnce(bench: StoreBench): Promise<void> {
  const envelopes = await parkSome(bench, 20);
  const [again] = envelopes as [Envelope];
  const twice = bench.store.transaction((tx) =>
    park(tx, bench.store.tables, { consumer, envelope: again, waitMs: 0 }),
  );
  assert.equal(await twice, false);
  const later = { consumer, envelope: bench.envelope(), waitMs: 3_600_000 };
  await bench.store.transaction((tx) => park(tx, bench.store.tables, later));
  const claims = await Promise.all(Array.from({ length: 8 }, (_, at) => claim(bench.nth(at))));
  const rest = await claim(bench.store, { limit: 100 });
  const claimed = [...claims.flat(), ...rest];
  assert.deepEqual(
    claimed.map(({ envelope }) => envelope.id).toSorted(),
    envelopes.map(({ id }) => id).toSorted(),
  );
  const one = claimed.find(({ envelope }) => envelope.id === again.id)?.envelope;
  assert.deepEqual({ ...one, body: [...(one?.body ?? [])] }, { ...again, body: [0, 255] });
}

async function fenced(bench: StoreBench): Promise<void> {
  await parkSome(bench, 1);
  const { store } = bench;
  const parked = store.tables.of("parked");
  const [first] = await claim(store, { leaseMs: 1 });
  assert.ok(first);
  await bench.until(
    async () => (await claim(bench.stores[1]))[0] ?? null,
    "the lease ended by the database's clock",
  );
  const stale = heldOf(first);
  const look = () => bench.rows(`select * from ${parked}`);
  const before = await look();
  await store.transaction(async (tx) => {
    const wait = { waitMs: 1, history: [] };
    assert.equal(await unpark(tx, store.tables, stale), false);
    assert.equal(await extend(tx, store.tables, stale, 90_000), false);
    assert.equal(await giveBack(tx, store.tables, stale, wait), false);
    assert.equal(await recordFailure(tx, store.tables, stale, wait), false);
  });
  assert.deepEqual(await look(), before);
  const right = { ...stale, lease: stale.lease + 1 };
  await store.transaction(async (tx) => {
    assert.equal(await extend(tx, store.tables, right, 90_000), true);
    assert.equal(await recordFailure(tx, store.tables, right, { waitMs: 60_000, history: [] }), true);
    assert.equal(await unpark(tx, store.tables, right), true);
  });
  assert.equal((await look()).length, 0);
}

async function redriven(bench: StoreBench): Promise<void> {
  const { store } = bench;
  for (const origin of ["consumer", "relay"] as const)
    await store.transaction((tx) =>
      bury(tx, store.tables, {
        id: bench.freshId(),
        origin,
        consumer: origin === "relay" ? null : consumer,
        envelope: bench.envelope(),
        reason: "failed",
        error: "no",
        history: [{ atMs: 1, error: "no" }],
        redrives: 0,
      }),
    );
  const surroundings = { clock: systemClock, random: systemRandom, emit: () => {} };
  const results = await Promise.all(
    [0, 1, 2].map((at) =>
      deadLetters({ ...surroundings, store: bench.nth(at) }).redrive({}, { actor: `operator ${at}` }),
    ),
  );
  assert.equal(
    results.reduce((sum, result) => sum + result.redriven, 0),
    2,
  );
  const counts = ["dead_letter", "parked", "outbox", "dead_letter_audit"].map((name) => bench.count(name));
  assert.deepEqual(await Promise.all(counts), [0, 1, 1, 2]);
}
