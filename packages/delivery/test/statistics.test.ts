import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { park } from "../src/consume/parked.ts";
import { deadLetterMigrations } from "../src/dead-letters/migrations.ts";
import { appendRows } from "../src/outbox/append.ts";
import { outboxMigrations } from "../src/outbox/migrations.ts";
import type { OutboxRow } from "../src/outbox/row.ts";
import { backlog } from "../src/statistics.ts";
import type { Store } from "../src/store.ts";
import { ask, buryAll, letter, letterMigrations, newId } from "./support/letters.ts";
import { testStores } from "./support/stores.ts";

const row = (part: Partial<OutboxRow> = {}): OutboxRow => {
  const { timeMs: _, seq: __, ...envelope } = letter().envelope;
  return { ...envelope, ordered: false, delayMs: 0, ...part };
};

async function read(store: Store, most?: number) {
  const session = await store.connect({ purpose: "test" });
  try {
    return await backlog(session, store.tables, most);
  } finally {
    await session.close();
  }
}

/** A length of time that began a known while ago, give or take what the test itself took. */
function about(ms: number | null | undefined, expectedMs: number): void {
  assert.ok(
    ms !== null && ms !== undefined && ms >= expectedMs - 5 && ms < expectedMs + 20_000,
    `${ms} for ${expectedMs}`,
  );
}

for (const { name, skip, open } of testStores) {
  describe(`what waits: ${name}`, { skip }, () => {
    it("is nothing at first, whether or not there are consumers' tables", async () => {
      for (const migrations of [letterMigrations, [...outboxMigrations, ...deadLetterMigrations]]) {
        const { store, close } = await open(migrations);
        assert.deepEqual(await read(store), {
          outbox: { messages: 0, delayed: 0, failing: 0, oldestMs: null, capped: false },
          parked: [],
          deadLetters: { letters: 0, oldestMs: null, groups: [], capped: false },
        });
        await close();
      }
    });

    it("counts messages, and for how long the oldest has waited against anybody's will", async () => {
      const { store, close } = await open(letterMigrations);
      const outbox = store.tables.of("outbox");
      const [plain, later, overdue, failing] = [newId(), newId(), newId(), newId()];
      const rows = [
        row({ id: plain }),
        row({ id: later, delayMs: 3_600_000 }),
        row({ id: overdue, delayMs: 1_000 }),
        row({ id: failing }),
      ];
      await store.transaction((tx) => appendRows(tx, store.tables, rows));
      const old = (id: string, ms: number) =>
        ask(store, `update ${outbox} set created_ms = created_ms - ${ms} where id = '${id}'`);

      // Only what waits on purpose is old: nothing waits for long.
      await old(later, 9_000_000);
      about((await read(store)).outbox.oldestMs, 0);
      // Written long ago, due for half a minute.
      await ask(
        store,
        `update ${outbox} set created_ms = created_ms - 9000000, due_ms = due_ms - 31000 where id = '${overdue}'`,
      );
      about((await read(store)).outbox.oldestMs, 30_000);
      // Tried, failed, and to be tried again in a while: it has waited all the time.
      await ask(
        store,
        `update ${outbox} set created_ms = created_ms - 60000, started = 1, failed = 1, state = 1, due_ms = created_ms + 99000000 where id = '${failing}'`,
      );
      const found = await read(store);
      about(found.outbox.oldestMs, 60_000);
      assert.deepEqual(
        { ...found.outbox, oldestMs: 0 },
        { messages: 4, delayed: 1, failing: 1, oldestMs: 0, capped: false },
      );
      const capped = await read(store, 3);
      assert.deepEqual([capped.outbox.messages, capped.outbox.capped], [3, true]);
      await close();
    });

    it("counts what each consumer has parked, and what was given up", async () => {
      const { store, close } = await open(letterMigrations);
      const envelope = () => letter().envelope;
      await store.transaction(async (tx) => {
        await park(tx, store.tables, { consumer: "billing", envelope: envelope() });
        await park(tx, store.tables, { consumer: "billing", envelope: envelope(), state: "gap" });
        await park(tx, store.tables, { consumer: "shipping", envelope: envelope(), waitMs: 60_000 });
      });
      await ask(
        store,
        `update ${store.tables.of("parked")} set parked_ms = parked_ms - 5000 where consumer = 'billing'`,
      );
      await buryAll(store, [letter(), letter(), letter()]);

      const { parked, deadLetters } = await read(store);
      assert.deepEqual(
        parked.map(({ consumer, messages, gaps }) => [consumer, messages, gaps]),
        [
          ["billing", 2, 1],
          ["shipping", 1, 0],
        ],
      );
      about(parked[0]?.oldestMs, 5_000);
      assert.equal(deadLetters.letters, 3);
      const capped = await read(store, 2);
      assert.deepEqual([capped.deadLetters.letters, capped.deadLetters.capped], [2, true]);
      await close();
    });
  });
}
