import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { systemClock, systemRandom } from "@holdfast/core";
import { type Effects, effectsOn, post, routeOn, within } from "../../src/conformance/idempotency-subject.ts";
import { isDeliveryError } from "../../src/errors.ts";
import { idempotency } from "../../src/idempotency/idempotent.ts";
import { idempotencyMigrations } from "../../src/idempotency/migrations.ts";
import type { TxContext } from "../../src/idempotency/options.ts";
import type { RecordDraft } from "../../src/idempotency/record.ts";
import { sqlIdempotency } from "../../src/idempotency/sql-records.ts";
import { sweepIdempotency } from "../../src/idempotency/sweep.ts";
import type { Message } from "../../src/message.ts";
import type { Publisher } from "../../src/publisher.ts";
import type { Tx } from "../../src/tx.ts";
import { type OpenStore, testStores } from "../support/stores.ts";

const coded = (code: string) => (error: unknown) => isDeliveryError(error) && error.code === code;

for (const { name, skip, open } of testStores)
  describe(`idempotency in a database: ${name}`, { skip }, () => {
    let opened: OpenStore;
    let effects: Effects;
    before(async () => {
      opened = await open(idempotencyMigrations);
      effects = await effectsOn(sqlIdempotency(opened.store));
    });
    after(() => opened.close());

    /** An outbox that is the table of effects. */
    const publisher: Publisher = {
      async publish(tx: Tx, messages: readonly Message[]) {
        for (const { type } of messages) await effects.run({ tx } as TxContext, type);
        return messages.map(({ type }) => type);
      },
      publishSync: () => [],
    };
    const surroundings = { clock: systemClock, random: systemRandom, emit: () => {} };
    const make = () => idempotency({ surroundings, store: sqlIdempotency(opened.store), publisher });
    const messageOf = (type: string): Message => ({ type }) as never;

    it("commits rows, messages and answer together, also messages that nobody waited for", async () => {
      const key = randomUUID();
      let status = 500;
      const route = make().idempotent({ mode: "tx", scope: () => "s" }, async (_request, context) => {
        await effects.run(context, key);
        void context.publish(messageOf(key), messageOf(key));
        return new Response(null, { status });
      });
      assert.equal((await route(post(key))).status, 500);
      assert.equal(await effects.count(key), 0);
      status = 201;
      await route(post(key));
      await route(post(key));
      assert.equal(await effects.count(key), 3);
    });

    it("rolls back what was written when publishing fails and nobody looked", async () => {
      const key = randomUUID();
      const failing: Publisher = { ...publisher, publish: () => Promise.reject(new RangeError("no route")) };
      const store = sqlIdempotency(opened.store);
      const route = idempotency({ surroundings, store, publisher: failing }).idempotent(
        { mode: "tx", scope: () => "s" },
        async (_request, context) => {
          await effects.run(context, key);
          void context.publish(messageOf(key));
          return new Response("done");
        },
      );
      await assert.rejects(route(post(key)), /^RangeError: no route$/);
      assert.equal(await effects.count(key), 0);
    });

    it("does a step in the database once, with its recovery point and its messages, or not at all", async () => {
      const key = randomUUID();
      let fails = 2;
      const route = make().idempotent(
        { mode: "lease", scope: () => "s" },
        async (_request, { atomic, recoveryPoint }) => {
          const made = await atomic("book", async ({ tx, publish, key: stepKey }) => {
            await effects.run({ tx } as TxContext, key);
            await publish(messageOf(key));
            if (--fails === 1) throw new RangeError("within");
            return { stepKey };
          });
          if (fails === 0) {
            fails--;
            throw new RangeError("behind");
          }
          return Response.json({ made, recoveryPoint });
        },
      );
      await assert.rejects(route(post(key)), /within/);
      assert.equal(await effects.count(key), 0);
      await assert.rejects(route(post(key)), /behind/);
      assert.equal(await effects.count(key), 2);
      const answer = await route(post(key));
      assert.deepEqual(await answer.json(), {
        made: { stepKey: `idem:s:${key}:book` },
        recoveryPoint: "book",
      });
      assert.equal(await effects.count(key), 2);
    });

    it("lets a run that lost its key commit nothing", async () => {
      const key = randomUUID();
      const store = sqlIdempotency(opened.store);
      const entry = { scope: "tenant", key };
      const route = routeOn(store, { mode: "lease" }, async (_request, { atomic }) => {
        const seen = await store.records.find(entry);
        assert.ok(seen);
        const { token, untilMs } = seen;
        const thief: RecordDraft = { ...seen, token: "thief", leaseMs: 60_000, ttlMs: 60_000 };
        await store.records.replace(entry, { kind: "seen", token, untilMs }, thief);
        await assert.rejects(
          atomic("book", async ({ tx }) => void (await effects.run({ tx } as TxContext, key))),
          coded("LEASE_LOST"),
        );
        return new Response("zombie");
      });
      assert.equal((await route(post(key))).status, 409);
      assert.equal(await effects.count(key), 0);
      assert.equal((await store.records.find(entry))?.token, "thief");
    });

    it("answers 409 when the key's row is locked for longer than the route waits", async (test) => {
      if (opened.store.dialect === "sqlite") {
        test.diagnostic("SQLite has one writer: duplicates queue up instead");
        return;
      }
      const key = randomUUID();
      const gate = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      const route = routeOn(sqlIdempotency(opened.store), { mode: "tx", waitMs: 50 }, async () => {
        started.resolve();
        await within(gate.promise);
        return new Response("done");
      });
      const first = route(post(key));
      await started.promise;
      const busy = await route(post(key));
      assert.deepEqual([busy.status, busy.headers.get("retry-after")], [409, "1"]);
      gate.resolve();
      assert.equal(await (await first).text(), "done");
      assert.equal((await route(post(key))).headers.get("idempotency-replayed"), "true");
    });

    it("gives connections back as they came, also after a rollback", async (test) => {
      if (opened.store.dialect !== "mysql") {
        test.diagnostic("the limit ends with the transaction");
        return;
      }
      const route = routeOn(sqlIdempotency(opened.store), { mode: "tx", waitMs: 7_000 }, () => {
        throw new RangeError("no");
      });
      await Promise.allSettled(Array.from({ length: 20 }, () => route(post(randomUUID()))));
      const limits = await Promise.all(
        Array.from({ length: 20 }, () =>
          opened.store.transaction((tx) =>
            tx.query("select @@session.innodb_lock_wait_timeout = @@global.innodb_lock_wait_timeout as same"),
          ),
        ),
      );
      assert.deepEqual(new Set(limits.map(({ rows }) => Number(rows[0]?.["same"]))), new Set([1]));
    });

    it("runs the waiting one when the first one rolls back", async () => {
      const key = randomUUID();
      let runs = 0;
      const route = routeOn(sqlIdempotency(opened.store), { mode: "tx" }, async (_request, context) => {
        await effects.run(context, key);
        if (++runs < 4) throw new RangeError("no");
        return new Response("done");
      });
      const ends = await Promise.allSettled(Array.from({ length: 12 }, () => route(post(key))));
      assert.equal(ends.filter(({ status }) => status === "rejected").length, 3);
      assert.deepEqual([runs, await effects.count(key)], [4, 1]);
    });

    it("reads a request of 900 kB and answers with 60 kB within a transaction", async () => {
      const key = randomUUID();
      const route = routeOn(sqlIdempotency(opened.store), { mode: "tx" }, async (request, context) => {
        await effects.run(context, key);
        const text = await request.text();
        return new Response(text.slice(0, 60_000));
      });
      const body = "x".repeat(900_000);
      assert.equal((await (await route(post(key, body))).text()).length, 60_000);
      assert.equal((await (await route(post(key, body))).text()).length, 60_000);
    });

    it("sweeps what is over, in chunks, and no run that is under way", async () => {
      const store = sqlIdempotency(opened.store);
      const draft: RecordDraft = {
        state: "running",
        token: "t",
        fingerprint: "f",
        attempt: 1,
        leaseMs: 0,
        ttlMs: 0,
        steps: {},
        response: null,
      };
      const { database } = store;
      assert.ok(database);
      await sweepIdempotency(opened.store);
      await database.store.transaction(async (tx) => {
        const records = database.recordsIn(tx);
        for (let at = 0; at < 1_050; at++) await records.insert({ scope: "old", key: `${at}` }, draft);
        await records.insert({ scope: "new", key: "running" }, { ...draft, leaseMs: 60_000 });
        await records.insert({ scope: "new", key: "kept" }, { ...draft, ttlMs: 60_000 });
      });
      await systemClock.sleep(2);
      const swept = await Promise.all([sweepIdempotency(opened.store), sweepIdempotency(opened.again())]);
      assert.equal(swept[0] + swept[1], 1_050);
      for (const key of ["running", "kept"]) assert.ok(await store.records.find({ scope: "new", key }));
    });
  });

describe("mode tx on SQLite", () => {
  it("rolls back a handler that awaits anything but its transaction, and says so", async () => {
    const opened = await testStores[0]!.open(idempotencyMigrations);
    const route = routeOn(sqlIdempotency(opened.store), { mode: "tx" }, async () => {
      await systemClock.sleep(5);
      return new Response("done");
    });
    await assert.rejects(route(post("k")), coded("TX_AWAITS_OUTSIDE"));
    assert.equal(await sqlIdempotency(opened.store).records.find({ scope: "tenant", key: "k" }), null);
    await opened.close();
  });
});
