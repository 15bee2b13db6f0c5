import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { testStores } from "../support/stores.ts";
import { Counted, effect, envelopeOf, quick, rigOn } from "./rig.ts";

const testStore = testStores.find(({ name }) => name === "postgres by pg")!;

describe("a handler that leaves its transaction idle for longer than PostgreSQL allows", {
  skip: testStore.skip,
}, () => {
  it("fails, counted and told why, and is given up: that is no outage, which would be waited out without end (D11)", async (test) => {
    const rig = await rigOn(test, testStore);
    const { broker } = await rig.start({
      name: "billing",
      messages: Counted,
      handler: async ({ n }, { tx, messageId }) => {
        await effect(tx, rig.open.store, "billing", messageId, n);
        if (n === 1) return;
        await tx.query("set local idle_in_transaction_session_timeout = 60");
        await sleep(200);
        // One asks once more, and one leaves it to COMMIT to find out.
        if (n === 2) await tx.query("select 1");
      },
      ...quick,
      attempts: 2,
    });
    const [harmless, ...slow] = [1, 2, 3].map((n) => envelopeOf({ n }));
    for (const envelope of slow) await broker.deliver(envelope);
    await broker.deliver(harmless!);
    await rig.until(() => rig.of("consume.dead-lettered").length === 2, "both are given up");
    assert.deepEqual(await rig.effects(), [{ id: harmless!.id, n: 1 }]);
    for (const { error, reason } of rig.of("consume.dead-lettered"))
      assert.match(`${reason}: ${error}`, /^failed: .*idle-in-transaction timeout/);
    assert.deepEqual(rig.of("consume.released"), []);
  });
});
