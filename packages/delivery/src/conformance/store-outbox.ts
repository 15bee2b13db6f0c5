import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { bury } from "../dead-letters/dead-letter.ts";
import type { Claim, Token } from "../relay/claimed.ts";
import { statementsFor } from "../relay/statements/for-dialect.ts";
import type { ClaimRequest, RelayStatements } from "../relay/statements.ts";
import type { Session } from "../store.ts";
import type { SqlValue, Tx } from "../tx.ts";
import { Pinged, Placed, publisherOn } from "./store-connections.ts";
import type { StoreBench, StoreCase } from "./store-subject.ts";

const all: ClaimRequest = {
  limit: 100,
  bytesMax: 1e9,
  from: null,
  types: { without: [] },
  leaseMs: 60_000,
};

/** What publishing and the relay's claims promise. */
export const outboxCases: readonly StoreCase[] = [
  { name: "publishes any number of messages in as few statements as its dialect can", run: fewStatements },
  { name: "numbers the messages of a key without gaps, whoever writes at once and rolls back", run: gapless },
  {
    name: "hands each message to one claim, however many look at once",
    run: (bench) =>
      withSessions(bench, async (sessions, statements) => {
        await publish(bench, 60);
        const claims = await Promise.all(
          Array.from({ length: 8 }, async (_, at) => {
            const session = await bench.nth(at).connect({ purpose: "holdfast relay", relaxed: true });
            return statements.claim(session, { ...all, limit: 10 }).finally(() => session.close());
          }),
        );
        const rest = await statements.claim(sessions[0], all);
        const ids = [...claims, rest].flatMap(idsOf);
        assert.equal(ids.length, 60);
        assert.equal(new Set(ids).size, 60);
        assert.deepEqual(idsOf(await statements.claim(sessions[1], all)), []);
      }),
  },
  {
    name: "lets nobody claim what the user's transaction has not committed",
    run: (bench) =>
      withSessions(bench, async ([session], statements) => {
        let claim: Promise<Claim> | null = null;
        const failing = bench.opened.inUserTransaction(async (handle) => {
          await publisherOn(bench.store).publish(bench.store.adopt(handle), [Pinged(1)]);
          claim = statements.claim(session, all);
          await sleep(50);
          throw new Error("no");
        });
        await assert.rejects(failing, /^Error: no$/);
        assert.deepEqual(idsOf((await claim) ?? { claimed: [], moved: 1 }), []);
      }),
  },
  {
    name: "ends leases by the database's clock, and raises the lease with each claim",
    run: (bench) =>
      withSessions(bench, async ([one, other], statements) => {
        await publish(bench, 3);
        const first = await statements.claim(one, { ...all, leaseMs: 1 });
        const second = await bench.until(async () => {
          const claim = await statements.claim(other, all);
          return claim.claimed.length === 3 ? claim : null;
        }, "the lease ended");
        assert.deepEqual(idsOf(second).toSorted(), idsOf(first).toSorted());
        assert.deepEqual(
          second.claimed.map(({ token, started }) => [token.lease, started]),
          [
            [2, 2],
            [2, 2],
            [2, 2],
          ],
        );
      }),
  },
  { name: "lets a stale lease change nothing, and the right one everything", run: fenced },
  { name: "moves a message into the dead letters whole, or not at all", run: buried },
];

async function fewStatements(bench: StoreBench): Promise<void> {
  const statements: string[] = [];
  const counted = (tx: Tx): Tx => ({
    dialect: tx.dialect,
    query: (sql: string, params?: readonly SqlValue[], name?: string) => {
      statements.push(sql);
      return tx.query(sql, params, name);
    },
  });
  const publisher = publisherOn(bench.store);
  await bench.store.transaction(async (tx) => {
    await publisher.publish(
      counted(tx),
      Array.from({ length: 40 }, (_, at) => Pinged(at)),
    );
    assert.equal(statements.length, 1);
    await publisher.publish(counted(tx), [Placed({ key: "b" }), Pinged(1), Placed({ key: "a" })]);
    assert.equal(statements.length, bench.store.dialect === "postgres" ? 2 : 3);
  });
  assert.equal(await bench.count("outbox"), 43);
}

async function gapless(bench: StoreBench): Promise<void> {
  const keys = ["a", "b", "c"];
  const transaction = (at: number) =>
    bench.nth(at).transaction(async (tx) => {
      const messages = keys.map((_, shift) => Placed({ key: keys[(at + shift) % keys.length], at }));
      await publisherOn(bench.nth(at)).publish(tx, messages);
      if (at % 5 === 0) throw new Error("no");
    });
  const ends = await bench.ends(Array.from({ length: 40 }, (_, at) => bench.retried(() => transaction(at))));
  assert.deepEqual(
    ends.flatMap((end, at) => (end.status === "rejected" && at % 5 !== 0 ? [end.reason] : [])),
    [],
  );
  const key = bench.store.dialect === "mysql" ? "`key`" : "key";
  const rows = await bench.rows(
    `select ${key}, seq from ${bench.store.tables.of("outbox")} order by ${key}, seq`,
  );
  assert.deepEqual(
    rows.map((row) => `${row["key"]} ${row["seq"]}`),
    keys.flatMap((one) => Array.from({ length: 32 }, (_, at) => `${one} ${at + 1}`)),
  );
}

async function fenced(bench: StoreBench): Promise<void> {
  await withSessions(bench, async ([session], statements) => {
    await publish(bench, 5);
    const stale = (await statements.claim(session, all)).claimed.map(({ token }) => token);
    const outbox = bench.store.tables.of("outbox");
    await bench.run(`update ${outbox} set locked_until_ms = 0`);
    const fresh = (await statements.claim(session, all)).claimed.map(({ token }) => token);
    const look = () => bench.rows(`select * from ${outbox} order by id`);
    const before = await look();
    const remove = (token: Token) => session.transaction((tx) => statements.remove(tx, token));
    const [first] = stale as [Token];
    assert.equal(await statements.settle(session, stale), 0);
    assert.equal(await statements.release(session, stale.map(released)), 0);
    assert.equal(await statements.fail(session, stale.map(failed)), 0);
    assert.deepEqual([...(await statements.extend(session, stale, 90_000))], []);
    assert.equal(await remove(first), false);
    assert.deepEqual(await look(), before);

    const [a, b, c, d, e] = fresh as [Token, Token, Token, Token, Token];
    assert.equal(await statements.settle(session, [a]), 1);
    assert.equal(await remove(b), true);
    assert.equal(await statements.fail(session, [failed(c)]), 1);
    assert.equal(await statements.release(session, [released(d)]), 1);
    assert.deepEqual([...(await statements.extend(session, [e, a], 90_000))], [e.id]);
    const left = await bench.rows(`select id, failed, started, state from ${outbox} order by id`);
    assert.deepEqual(
      left.map((row) => [row["id"], ...["failed", "started", "state"].map((one) => Number(row[one]))]),
      [
        [c.id, 1, 2, 1],
        [d.id, 0, 1, 0],
        [e.id, 0, 2, 0],
      ],
    );
  });
}

async function buried(bench: StoreBench): Promise<void> {
  await withSessions(bench, async ([session], statements) => {
    await publish(bench, 1);
    const [claimed] = (await statements.claim(session, all)).claimed;
    assert.ok(claimed);
    const move = (fails: boolean) =>
      session.transaction(async (tx) => {
        assert.equal(await statements.remove(tx, claimed.token), true);
        const { envelope } = claimed;
        const why = { reason: "rejected", error: "no \\ 😀", history: [], redrives: 0 } as const;
        const letter = { id: bench.freshId(), origin: "relay", consumer: null, envelope, ...why } as const;
        await bury(tx, bench.store.tables, letter);
        if (fails) throw new Error("the process died");
      });
    await assert.rejects(move(true), /died/);
    assert.deepEqual([await bench.count("outbox"), await bench.count("dead_letter")], [1, 0]);
    await move(false);
    assert.deepEqual([await bench.count("outbox"), await bench.count("dead_letter")], [0, 1]);
  });
}

const idsOf = ({ claimed }: Claim): readonly string[] => claimed.map(({ token }) => token.id);
const released = (token: Token) => ({ token, waitMs: 0 });
const failed = (token: Token) => ({ token, waitMs: 60_000, history: "[]" });

async function publish(bench: StoreBench, messages: number): Promise<void> {
  const list = Array.from({ length: messages }, (_, at) => Pinged(at));
  await bench.store.transaction((tx) => publisherOn(bench.store).publish(tx, list));
}

/** Runs with a session on each of the two stores, as two relays have them. */
async function withSessions(
  bench: StoreBench,
  run: (sessions: readonly [Session, Session], statements: RelayStatements) => Promise<void>,
): Promise<void> {
  const options = { purpose: "holdfast relay", relaxed: true };
  const one = await bench.stores[0].connect(options);
  const other = await bench.stores[1].connect(options);
  try {
    await run([one, other], statementsFor(bench.store));
  } finally {
    await one.close();
    await other.close();
  }
}
