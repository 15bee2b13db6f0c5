import assert from "node:assert/strict";
import { saga } from "../saga/builder.ts";
import { sagaRegistry } from "../saga/registry.ts";
import type { SagaRow } from "../saga/rows.ts";
import { startSaga } from "../saga/start.ts";
import { changeSaga, claimDue, extendLease } from "../saga/statements.ts";
import type { StandardSchema } from "../standard-schema.ts";
import type { Store } from "../store.ts";
import { coded, type StoreBench, type StoreCase } from "./store-subject.ts";

const schema: StandardSchema<{ readonly n: number }> = {
  "~standard": {
    version: 1,
    vendor: "conformance",
    validate: (value) => ({ value: value as { readonly n: number } }),
  },
};
const charge = saga("conformance", schema).step("charge", { do: () => 1, undo: () => {} });
const registry = sagaRegistry([charge]);

/** What leases of sagas promise. */
export const sagaCases: readonly StoreCase[] = [
  {
    name: "starts a saga once, whoever starts it at the same time",
    async run(bench) {
      const started = await Promise.all(
        Array.from({ length: 10 }, (_, at) => start(bench.nth(at), "o-1", { n: 1 })),
      );
      assert.equal(started.filter((one) => one.started).length, 1);
      await assert.rejects(start(bench.store, "o-1", { n: 2 }), coded("SAGA_EXISTS"));
      assert.equal(await bench.count("saga"), 1);
    },
  },
  {
    name: "hands each saga to one worker, and to another one when its lease has ended",
    async run(bench) {
      const ids = Array.from({ length: 12 }, (_, at) => `o-${at}`);
      for (const id of ids) await start(bench.store, id, { n: 1 });
      const claims = await Promise.all(
        Array.from({ length: 6 }, (_, at) => claim(bench.nth(at), { limit: 4 })),
      );
      const claimed = [...claims.flat(), ...(await claim(bench.store))].map(({ id }) => id);
      assert.deepEqual(claimed.toSorted(), ids.toSorted());
      assert.deepEqual(await claim(bench.stores[1]), []);
    },
  },
  { name: "lets a worker that lost its saga change nothing", run: fenced },
];

function start(store: Store, id: string, input: { readonly n: number }) {
  return store.transaction((tx) => startSaga(tx, { store, registry }, charge, input, { id }));
}

function claim(store: Store, { limit = 100, leaseMs = 60_000 } = {}): Promise<readonly SagaRow[]> {
  const request = { hashes: registry.hashes, limit, leaseMs };
  return store.transaction((tx) => claimDue(tx, store.tables, request));
}

async function fenced(bench: StoreBench): Promise<void> {
  await start(bench.store, "o-1", { n: 1 });
  const [first] = await claim(bench.store, { leaseMs: 1 });
  assert.ok(first);
  const second = await bench.until(
    async () => (await claim(bench.stores[1]))[0] ?? null,
    "the lease ended by the database's clock",
  );
  assert.deepEqual([second.id, second.lease], [first.id, first.lease + 1]);
  const done = {
    state: { status: "completed", marks: ["done"] },
    error: null,
    dueInMs: null,
    leaseMs: 0,
  } as const;
  const change = (row: SagaRow) =>
    bench.store.transaction((tx) => changeSaga(tx, bench.store.tables, row, done));
  const longer = (row: SagaRow) =>
    bench.store.transaction((tx) => extendLease(tx, bench.store.tables, row, 90_000));
  assert.deepEqual([await change(first), await longer(first)], [false, false]);
  assert.equal(await bench.count("saga", "status = 'running'"), 1);
  assert.deepEqual([await longer(second), await change(second), await change(second)], [true, true, false]);
  assert.equal(await bench.count("saga", "status = 'completed'"), 1);
}
