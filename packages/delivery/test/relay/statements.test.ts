import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import type { Token } from "../../src/relay/claimed.ts";
import { createKeptSession } from "../../src/relay/kept-session.ts";
import { statementsFor } from "../../src/relay/statements/for-dialect.ts";
import { shardStatements } from "../../src/relay/statements/shards.ts";
import { type ClaimRequest, type RelaySession, relayTables } from "../../src/relay/statements.ts";
import {
  countOf,
  insertSamples,
  relayMigrations,
  rowsOf,
  type Sample,
} from "../../src/relay/testing/harness.ts";
import { type TestStore, testStores } from "../support/stores.ts";

const leaseMs = 60_000;
const all: ClaimRequest = { limit: 100, bytesMax: 1e9, from: null, types: { without: [] }, leaseMs };
const relayA = "00000000-0000-4000-8000-00000000000a";
const relayB = "00000000-0000-4000-8000-00000000000b";
const samples = (count: number, sample: Sample = {}): Sample[] => Array.from({ length: count }, () => sample);

async function on<T>(
  { open }: TestStore,
  work: (parts: {
    readonly session: RelaySession;
    readonly statements: ReturnType<typeof statementsFor>;
    readonly shards: ReturnType<typeof shardStatements>;
    readonly insert: (list: readonly Sample[]) => Promise<readonly string[]>;
    readonly rows: () => Promise<readonly Record<string, unknown>[]>;
    readonly update: (assignment: string) => Promise<void>;
    readonly count: () => Promise<number>;
  }) => Promise<T>,
): Promise<T> {
  const { store, close } = await open(relayMigrations);
  const kept = createKeptSession(store, { purpose: "test", relaxed: true });
  const outbox = store.tables.of("outbox");
  try {
    return await kept.use((session) =>
      work({
        session,
        statements: statementsFor(store),
        shards: shardStatements(store.dialect, relayTables(store.tables)),
        insert: (list) => insertSamples(store, list),
        rows: () => rowsOf(store, `select * from ${outbox} order by id`),
        update: async (assignment) => void (await session.query(`update ${outbox} set ${assignment}`)),
        count: () => countOf(store, "outbox"),
      }),
    );
  } finally {
    await kept.close();
    await close();
  }
}

for (const store of testStores) {
  describe(`the relay's statements on ${store.name}`, { skip: store.skip }, () => {
    it("claim a message once, in the order of ids, and raise lease and start", async () => {
      await on(store, async ({ session, statements, insert }) => {
        const ids = await insert(samples(30));
        const first = await statements.claim(session, { ...all, limit: 20 });
        assert.deepEqual(
          first.claimed.map(({ token }) => token.id),
          ids.slice(0, 20),
        );
        assert.ok(
          first.claimed.every(
            ({ token, started, failed }) => token.lease === 1 && started === 1 && failed === 0,
          ),
        );
        const { envelope } = first.claimed[0] as (typeof first.claimed)[number];
        assert.equal(envelope.type, "order.placed");
        assert.deepEqual(envelope.headers, {});
        assert.equal(new TextDecoder().decode(envelope.body), "{}");
        const second = await statements.claim(session, all);
        assert.deepEqual(
          second.claimed.map(({ token }) => token.id),
          ids.slice(20),
        );
        assert.equal((await statements.claim(session, all)).claimed.length, 0);
      });
    });

    it("claim within a budget of bytes, by hint, and by name", async () => {
      await on(store, async ({ session, statements, insert }) => {
        const ids = await insert([...samples(10, { body: "x".repeat(998) }), ...samples(3, { type: "b" })]);
        const some = await statements.claim(session, { ...all, bytesMax: 2_500 });
        assert.equal(some.claimed.length, 3);
        const one = await statements.claim(session, { ...all, bytesMax: 1 });
        assert.equal(one.claimed.length, 1);
        const hinted = await statements.claim(session, { ...all, from: ids[8] ?? null, limit: 1 });
        assert.deepEqual(
          hinted.claimed.map(({ token }) => token.id),
          [ids[8]],
        );
        const without = await statements.claim(session, {
          ...all,
          types: { without: ["order.placed", "c"] },
        });
        assert.deepEqual(
          without.claimed.map(({ token }) => token.id),
          ids.slice(10),
        );
        const only = await statements.claim(session, { ...all, types: { only: ["b", "order.placed"] } });
        assert.deepEqual(
          only.claimed.map(({ token }) => token.id),
          [...ids.slice(4, 8), ids[9]],
        );
      });
    });

    it("settle under the right lease alone, whatever is tried with a stale one", async () => {
      await on(store, async ({ session, statements, insert, rows, update, count }) => {
        await insert(samples(3));
        const stale = (await statements.claim(session, all)).claimed.map(({ token }) => token);
        await update("locked_until_ms = 0");
        const fresh = (await statements.claim(session, all)).claimed.map(({ token }) => token);
        assert.ok(fresh.every(({ lease }) => lease === 2));
        const before = JSON.stringify(await rows());
        const [one] = stale as [Token];
        assert.equal(await statements.settle(session, stale), 0);
        assert.equal(
          await statements.release(
            session,
            stale.map((token, at) => ({ token, waitMs: at })),
          ),
          0,
        );
        assert.equal(
          await statements.fail(
            session,
            stale.map((token) => ({ token, waitMs: 5, history: "[]" })),
          ),
          0,
        );
        assert.deepEqual(await statements.extend(session, stale, leaseMs), new Set());
        assert.equal(await session.transaction((tx) => statements.remove(tx, one)), false);
        assert.equal(JSON.stringify(await rows()), before);
        assert.equal((await statements.extend(session, fresh, leaseMs)).size, 3);
        assert.equal(await statements.settle(session, fresh), 3);
        assert.equal(await count(), 0);
      });
    });

    it("count a failure, wait until it is due, and make ready what is", async () => {
      await on(store, async ({ session, statements, insert, rows, update }) => {
        await insert(samples(2));
        const tokens = (await statements.claim(session, all)).claimed.map(({ token }) => token);
        const failures = tokens.map((token) => ({
          token,
          waitMs: 60_000,
          history: '[{"atMs":1,"error":"no"}]',
        }));
        assert.equal(await statements.fail(session, failures), 2);
        assert.equal((await statements.claim(session, all)).claimed.length, 0);
        const waiting = await statements.promote(session, 10);
        assert.equal(waiting.promoted, 0);
        assert.ok((waiting.nextMs ?? 0) > 50_000 && (waiting.nextMs ?? 0) <= 60_000);
        await update("due_ms = 1");
        assert.equal((await statements.promote(session, 1)).promoted, 1);
        assert.equal((await statements.promote(session, 10)).promoted, 1);
        const { claimed } = await statements.claim(session, all);
        assert.deepEqual(
          claimed.map(({ started, failed, history }) => [started, failed, history[0]?.error]),
          [
            [2, 1, "no"],
            [2, 1, "no"],
          ],
        );
        assert.ok((await rows()).every((row) => Number(row["state"]) === 0));
        assert.equal((await statements.promote(session, 10)).nextMs, null);
      });
    });

    it("put aside what is not due yet and what is suspect, and claim suspects one by one", async () => {
      await on(store, async ({ session, statements, insert, update }) => {
        const ids = await insert(samples(4));
        await update(`due_ms = 9000000000000 where id = '${ids[0]}'`);
        await update(`started = 2 where id in ('${ids[1]}', '${ids[2]}')`);
        const { claimed, moved } = await statements.claim(session, all);
        assert.deepEqual(
          claimed.map(({ token }) => token.id),
          [ids[3]],
        );
        assert.equal(moved, 3);
        const first = await statements.claimSuspect(session, all);
        const second = await statements.claimSuspect(session, all);
        assert.deepEqual([first?.token.id, second?.token.id], [ids[1], ids[2]]);
        assert.equal(first?.started, 3);
        assert.equal(await statements.claimSuspect(session, all), null);
      });
    });

    it("take what was leased for longer than any lease lasts", async () => {
      await on(store, async ({ session, statements, insert, update }) => {
        await insert(samples(2));
        await statements.claim(session, all);
        assert.equal((await statements.claim(session, all)).claimed.length, 0);
        await update("locked_until_ms = locked_until_ms + 3600000");
        assert.equal((await statements.claim(session, all)).claimed.length, 2);
      });
    });

    it("hand out ordered messages by shard, key and number, under the shard's epoch alone", async () => {
      await on(store, async ({ session, statements, shards, insert, count }) => {
        await insert([3, 1, 2].flatMap((seq) => ["a", "b"].map((key) => ({ key, seq }))));
        assert.equal((await statements.claim(session, all)).claimed.length, 0);
        const old = await shards.take(session, relayA, 64, 1);
        await systemClock.sleep(5);
        const epochs = await shards.take(session, relayB, 64, leaseMs);
        const cursors = [...epochs.keys()].map((shard) => ({ shard, type: "", key: "" }));
        const pending = await statements.pending(session, cursors, 10);
        const byKey = Map.groupBy(pending, ({ key }) => key);
        assert.deepEqual([...byKey.keys()].sort(), ["a", "b"]);
        for (const list of byKey.values())
          assert.deepEqual(
            list.map(({ seq }) => seq),
            [1, 2, 3],
          );
        assert.equal((await statements.pending(session, cursors, 1)).length, 2);
        const behind = [...byKey.values()].map(([first]) => first).filter((first) => first !== undefined);
        assert.equal((await statements.pending(session, behind, 10)).length, 0);
        const ids = pending.map(({ id }) => id);
        assert.deepEqual(await statements.claimOrdered(session, { ids, epochs: old, leaseMs }), []);
        const claimed = await statements.claimOrdered(session, { ids, epochs, leaseMs });
        assert.equal(claimed.length, 6);
        const tokens = claimed.map(({ token }) => token);
        const stale = tokens.map((token) => ({ ...token, epoch: (token.epoch ?? 0) - 1 }));
        assert.equal(await statements.settle(session, stale), 0);
        assert.equal(await statements.settle(session, tokens), 6);
        assert.equal(await count(), 0);
      });
    });

    it("give a shard to one relay at a time, and to the next once it is free", async () => {
      await on(store, async ({ session, shards }) => {
        const mine = await shards.take(session, relayA, 10, leaseMs);
        assert.equal(mine.size, 10);
        const other = await shards.take(session, relayB, 64, leaseMs);
        assert.equal(other.size, 54);
        assert.equal([...other.keys()].filter((shard) => mine.has(shard)).length, 0);
        assert.equal((await shards.renew(session, mine, leaseMs)).size, 10);
        await shards.free(session, mine);
        assert.equal(
          (await shards.renew(session, mine, leaseMs)).size,
          10,
          "free shards keep their epoch until they are taken",
        );
        await shards.free(session, mine);
        const next = await shards.take(session, relayB, 64, leaseMs);
        assert.deepEqual([...next].sort(), [...mine].map(([shard, epoch]) => [shard, epoch + 1]).sort());
        assert.equal((await shards.renew(session, mine, leaseMs)).size, 0);
        assert.deepEqual(await shards.beat(session, relayB, leaseMs), { relays: 1, rank: 0 });
        assert.deepEqual(await shards.beat(session, relayA, leaseMs), { relays: 2, rank: 0 });
        assert.deepEqual(await shards.beat(session, relayB, leaseMs), { relays: 2, rank: 1 });
        await shards.leave(session, relayA);
        assert.deepEqual(await shards.beat(session, relayB, leaseMs), { relays: 1, rank: 0 });
      });
    });
  });
}
