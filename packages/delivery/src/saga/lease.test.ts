import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import type { Store } from "../store.ts";
import { tablesOf } from "../tables.ts";
import { holdLease } from "./lease.ts";

/** A store whose database says, at each extension, whether the lease is still there; or does not answer. */
function storeOf(answers: (extension: number) => number | Promise<never>): {
  store: Store;
  asked: () => number;
} {
  let asked = 0;
  const store = {
    dialect: "sqlite",
    tables: tablesOf("sqlite"),
    transaction: async (work: (tx: unknown) => unknown) =>
      work({ dialect: "sqlite", query: async () => ({ rows: [], count: await answers(++asked) }) }),
  } as unknown as Store;
  return { store, asked: () => asked };
}
const row = { id: "a", lease: 3 };

describe("a saga's lease", () => {
  it("is extended three times in its length until it is ended", async () => {
    const clock = virtualClock();
    const { store, asked } = storeOf(() => 1);
    const lease = holdLease({ store, clock, leaseMs: 30_000 }, row);
    await clock.advance(95_000);
    assert.deepEqual([asked(), lease.lost.aborted], [9, false]);
    lease.end();
    await clock.advance(95_000);
    assert.deepEqual([asked(), clock.sleeping()], [9, 0]);
  });

  it("is lost as soon as the database says that another one has it", async () => {
    const clock = virtualClock();
    const lease = holdLease({ store: storeOf((at) => (at < 3 ? 1 : 0)).store, clock, leaseMs: 30_000 }, row);
    await clock.advance(29_000);
    assert.equal(lease.lost.aborted, false);
    await clock.advance(1_000);
    assert.equal(lease.lost.reason.code, "LEASE_LOST");
    lease.end();
  });

  it("counts as lost before it ends when the database fails or does not answer", async () => {
    for (const answer of [Promise.reject(new Error("down")), new Promise<never>(() => {})]) {
      answer.catch(() => {});
      const clock = virtualClock();
      const lease = holdLease(
        { store: storeOf((at) => (at === 1 ? 1 : answer)).store, clock, leaseMs: 30_000 },
        row,
      );
      await clock.advance(33_900);
      assert.equal(lease.lost.aborted, false);
      await clock.advance(200);
      assert.equal(lease.lost.aborted, true);
      lease.end();
    }
  });
});
