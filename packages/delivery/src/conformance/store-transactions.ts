import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeliveryError } from "../errors.ts";
import type { Tx } from "../tx.ts";
import { coded, gate, type StoreBench, type StoreCase, write } from "./store-subject.ts";

/** What transactions of the store's own promise. */
export const transactionCases: readonly StoreCase[] = [
  {
    name: "commits what was written and gives back what the work gave",
    async run(bench) {
      const given = await bench.store.transaction(async (tx) => {
        await bench.noteIn(tx, 1);
        return { one: 1 };
      });
      assert.deepEqual(given, { one: 1 });
      assert.equal(await bench.store.transaction(() => 7), 7);
      assert.deepEqual(await bench.notes(), [1]);
    },
  },
  {
    name: "keeps nothing of work that failed, and throws its failure as it is",
    async run(bench) {
      const failure = new Error("no");
      const failing = bench.store.transaction(async (tx) => {
        await bench.noteIn(tx, 1);
        throw failure;
      });
      await assert.rejects(failing, (error) => error === failure);
      assert.deepEqual(await bench.notes(), []);
    },
  },
  {
    name: "never says committed of what is not there, whatever failure the work has passed over",
    async run(bench) {
      let written = 0;
      const end = await bench.store
        .transaction(async (tx) => {
          await bench.noteIn(tx, 1);
          await tx.query("select * from no_such_table_at_all").catch(() => {});
          await bench.noteIn(tx, 2).catch(() => {});
          written = 2;
        })
        .then(() => "committed", coded("TX_ROLLED_BACK"));
      assert.equal(written, 2);
      assert.deepEqual(await bench.notes(), end === "committed" ? [1, 2] : []);
    },
  },
  {
    name: "commits nothing of a transaction that the database took back, though the work went on",
    run: deadlocked,
  },
  {
    name: "takes no statement after its end",
    async run(bench) {
      const kept: Tx[] = [];
      await bench.store.transaction((tx) => void kept.push(tx));
      await assert.rejects(
        bench.store.transaction((tx) => {
          kept.push(tx);
          throw new Error("no");
        }),
      );
      for (const tx of kept) await assert.rejects(bench.noteIn(tx, 1), coded("TX_NOT_A_TRANSACTION"));
      assert.deepEqual(await bench.notes(), []);
    },
  },
  {
    name: "runs at READ COMMITTED: a later statement sees what was committed since",
    async run(bench) {
      if (bench.store.guarantees.writers === "one") return;
      const counts = await bench.store.transaction(async (tx) => {
        const count = async () =>
          Number((await tx.query(`select count(*) as n from ${bench.note}`)).rows[0]?.["n"]);
        const before = await count();
        await bench.stores[1].transaction((other) => bench.noteIn(other, 1));
        return [before, await count()];
      });
      assert.deepEqual(counts, [0, 1]);
    },
  },
  {
    name: "waits for a lock as long as it was told, then says STORE_BUSY",
    run: locked,
  },
  {
    name: "gives every connection back, however its transaction ended",
    async run(bench) {
      const endings: readonly ((tx: Tx, id: number) => Promise<unknown>)[] = [
        (tx, id) => bench.noteIn(tx, id),
        () => Promise.reject(new Error("no")),
        (tx) => tx.query("select * from no_such_table_at_all"),
      ];
      for (let round = 0; round < 30; round++)
        await bench.ends(
          endings.map((end, at) =>
            bench
              .nth(at)
              .transaction((tx) => end(tx, round * 3 + at), round % 2 === 0 ? {} : { lockTimeoutMs: 2_000 }),
          ),
        );
      assert.equal((await bench.notes()).length, 30);
    },
  },
  {
    name: "codes what the database refuses",
    async run(bench) {
      const refused = (sql: string) => bench.store.transaction((tx) => tx.query(sql));
      await assert.rejects(refused("select * from no_such_table_at_all"), coded("STORE_SCHEMA_MISSING"));
      await assert.rejects(
        refused(`select no_such_column_at_all from ${bench.note}`),
        coded("STORE_SCHEMA_OLD"),
      );
      await assert.rejects(refused("this is no SQL"), coded("STORE_FAILED"));
      const twice = bench.store.transaction(async (tx) => {
        await bench.noteIn(tx, 1);
        await bench.noteIn(tx, 1);
      });
      await assert.rejects(twice, (error) => isDeliveryError(error) && error.cause !== undefined);
      assert.deepEqual(await bench.notes(), []);
    },
  },
  {
    name: "gives back values as they were written, and counts the rows that a statement met",
    run: values,
  },
];

/** Two transactions lock two rows crosswise. Whoever is told to give way passes over that and writes on. */
async function deadlocked(bench: StoreBench): Promise<void> {
  if (bench.store.guarantees.writers === "one") return;
  await bench.store.transaction(async (tx) => {
    await bench.noteIn(tx, 1);
    await bench.noteIn(tx, 2);
  });
  const both = [gate(), gate()] as const;
  const crosswise = (mine: 0 | 1) =>
    bench.nth(mine).transaction(async (tx) => {
      const touch = (id: number) => write(tx, `update ${bench.note} set body = 'touched' where id = ?`, [id]);
      await touch(mine + 1);
      both[mine].open();
      await both[mine === 0 ? 1 : 0].opened;
      await touch(2 - mine).catch(() => {});
      await bench.noteIn(tx, 10 + mine).catch(() => {});
    });
  const ends = await bench.ends([crosswise(0), crosswise(1)]);
  const victims = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  assert.equal(victims.length, 1, "one of them had to give way, and was told so at its end");
  coded("TX_ROLLED_BACK", "STORE_CONFLICT")(victims[0]);
  const survivor = ends[0]?.status === "fulfilled" ? 10 : 11;
  assert.deepEqual(await bench.notes(), [1, 2, survivor]);
}

async function locked(bench: StoreBench): Promise<void> {
  if (bench.store.guarantees.writers === "one") return;
  await bench.store.transaction((tx) => bench.noteIn(tx, 1));
  const touched = gate();
  const asked = gate();
  const touch = (tx: Tx, body: string) => write(tx, `update ${bench.note} set body = ? where id = 1`, [body]);
  const holder = bench.store.transaction(async (tx) => {
    await touch(tx, "holder");
    touched.open();
    await asked.opened;
  });
  await touched.opened;
  const waiting = bench.stores[1].transaction((tx) => touch(tx, "waiting"), { lockTimeoutMs: 50 });
  await assert.rejects(waiting, coded("STORE_BUSY")).finally(asked.open);
  await holder;
  await bench.stores[1].transaction((tx) => touch(tx, "after"), { lockTimeoutMs: 50 });
  assert.deepEqual(
    (await bench.rows(`select body from ${bench.note}`)).map((row) => ({ ...row })),
    [{ body: "after" }],
  );
  await sleep(0);
}

async function values(bench: StoreBench): Promise<void> {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  const body = "Schlüssel/№ 5 😀 \\ ' \" % _ ? $1 ";
  await bench.run(`insert into ${bench.note} (id, body, number, bytes) values (?, ?, ?, ?), (2, '', ?, ?)`, [
    1,
    body,
    Number.MAX_SAFE_INTEGER,
    bytes,
    null,
    null,
  ]);
  const [first, second] = await bench.rows(`select body, number, bytes from ${bench.note} order by id`);
  assert.equal(first?.["body"], body);
  assert.equal(Number(first?.["number"]), Number.MAX_SAFE_INTEGER);
  assert.deepEqual(Uint8Array.from(first?.["bytes"] as Uint8Array), bytes);
  assert.deepEqual({ ...second }, { body: "", number: null, bytes: null });
  // Fences count rows: one that is written as it was counts too.
  assert.equal((await bench.run(`update ${bench.note} set body = body`)).count, 2);
  assert.equal((await bench.run(`update ${bench.note} set body = 'y' where id = ?`, [3])).count, 0);
  assert.equal((await bench.run(`delete from ${bench.note} where id = ?`, [1])).count, 1);
}
