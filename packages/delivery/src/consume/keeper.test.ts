import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import { DeliveryError } from "../errors.ts";
import type { Store } from "../store.ts";
import { tablesOf } from "../tables.ts";
import type { Tx } from "../tx.ts";
import type { Consuming } from "./consuming.ts";
import { keeperOf } from "./keeper.ts";

/** A keeper of leases of 300 ms over a store that answers as it is told. */
function keeperOn(answer: (atMs: number) => number | Promise<number>) {
  const clock = virtualClock();
  const giveUp = new AbortController();
  const asked: number[] = [];
  const errors: string[] = [];
  const tx: Tx = {
    dialect: "sqlite",
    async query() {
      asked.push(clock.monotonic());
      return { rows: [], count: await answer(clock.monotonic()) };
    },
  };
  const consuming = {
    settings: { name: "keeping", leaseMs: 300 },
    store: {
      tables: tablesOf("sqlite"),
      transaction: (work: (tx: Tx) => unknown) => work(tx),
    } as unknown as Store,
    clock,
    giveUp: giveUp.signal,
    emit: (event: { doing?: string }) => errors.push(event.doing ?? ""),
  } as unknown as Consuming;
  const ended = new AbortController();
  const keeper = keeperOf(consuming);
  return { clock, keeper, giveUp, asked, errors, ended, held: { consumer: "keeping", id: "1", lease: 1 } };
}

const reason = ({ reason }: AbortSignal): unknown => (reason as { code?: string } | undefined)?.code;

describe("a keeper of leases", () => {
  it("prolongs what it keeps every third of the lease, and nothing else", async () => {
    const { clock, keeper, asked, ended, held } = keeperOn(() => 1);
    await clock.run(async () => {
      const running = keeper.run(ended.signal);
      await clock.sleep(150);
      const kept = keeper.keep(held, clock.monotonic());
      await clock.sleep(1_000);
      assert.equal(kept.signal.aborted, false);
      kept.end();
      await clock.sleep(500);
      ended.abort();
      await running;
    });
    assert.deepEqual(asked, [200, 300, 400, 500, 600, 700, 800, 900, 1_000, 1_100]);
  });

  it("aborts when the lease is somebody else's", async () => {
    const { clock, keeper, ended, held } = keeperOn((atMs) => (atMs < 250 ? 1 : 0));
    await clock.run(async () => {
      const running = keeper.run(ended.signal);
      const kept = keeper.keep(held, 0);
      await clock.sleep(299);
      assert.equal(kept.signal.aborted, false);
      await clock.sleep(2);
      assert.equal(reason(kept.signal), "LEASE_LOST");
      ended.abort();
      await running;
    });
  });

  it("aborts before the lease is over when it can no longer be prolonged, by failure or by silence", async () => {
    const ways: readonly (() => Promise<number>)[] = [
      () => Promise.reject(new DeliveryError("STORE_UNREACHABLE", "away")),
      () => new Promise(() => {}),
    ];
    for (const way of ways) {
      const { clock, keeper, errors, ended, held } = keeperOn((atMs) => (atMs < 150 ? 1 : way()));
      await clock.run(async () => {
        const running = keeper.run(ended.signal);
        // Prolonged at 100, so it is ours until 400.
        const kept = keeper.keep(held, 0);
        let lostMs = 0;
        kept.signal.addEventListener("abort", () => {
          lostMs = clock.monotonic();
        });
        await clock.sleep(2_000);
        assert.ok(lostMs > 0 && lostMs < 400, String(lostMs));
        assert.equal(reason(kept.signal), "LEASE_LOST");
        ended.abort();
        await running;
      });
      assert.ok(errors.length > 0 && errors.every((doing) => doing === "extend"));
    }
  });

  it("passes on that work is given up", () => {
    const { keeper, giveUp, held } = keeperOn(() => 1);
    const kept = keeper.keep(held, 0);
    const over = keeper.keep({ ...held, id: "2" }, 0);
    over.end();
    giveUp.abort(new Error("stop"));
    assert.deepEqual(
      [kept.signal.aborted, over.signal.aborted, keeper.keep(held, 0).signal.aborted],
      [true, false, true],
    );
  });
});
