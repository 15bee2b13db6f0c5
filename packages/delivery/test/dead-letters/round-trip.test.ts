import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivery } from "../../src/delivery.ts";
import type { DeliveryEvent } from "../../src/events.ts";
import { message } from "../../src/message.ts";
import { migrations } from "../../src/schema.ts";
import type { StandardSchema } from "../../src/standard-schema.ts";
import { rowsIn } from "../support/letters.ts";
import { testStores } from "../support/stores.ts";

const anything: StandardSchema<{ readonly n: number }, { readonly n: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => ({ value: value as { readonly n: number } }),
  },
};
const OrderPlaced = message("order.placed", { schema: anything, key: ({ n }) => `o${n % 3}` });

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    assert.ok(waited < 15_000, "it never came");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

for (const { name, skip, open } of testStores) {
  describe(`a message that died and is redriven: ${name}`, { skip }, () => {
    it("is handled once under its own id when the cause is mended, and dies again when it is not", async () => {
      const { store, close } = await open(migrations);
      const events: DeliveryEvent[] = [];
      const handled: number[] = [];
      let mended = false;
      const d = delivery({ store, onEvent: (event) => void events.push(event) });
      d.consume(
        "billing",
        OrderPlaced,
        ({ n }) => {
          if (!mended && n % 2 === 0) throw new Error(`no customer ${n}`);
          handled.push(n);
        },
        { attempts: 1 },
      );
      const abort = new AbortController();
      const running = d.run({ signal: abort.signal });
      const died = () => events.filter(({ type }) => type === "consume.dead-lettered").length;

      const ids = await d.publishNow([0, 1, 2, 3].map((n) => OrderPlaced({ n })));
      d.wake();
      await until(() => died() === 2 && handled.length === 2);
      assert.equal(
        (await d.dead.redrive({ text: "no customer" }, { actor: "ann", rate: 1_000 })).redriven,
        2,
      );
      await until(() => died() === 4);
      const redrives: number[] = [];
      for await (const letter of d.dead.list()) {
        assert.ok(ids.includes(letter.messageId));
        redrives.push(letter.redrives);
      }
      assert.deepEqual(redrives, [1, 1]);

      mended = true;
      assert.equal(
        (await d.dead.redrive({ consumer: "billing" }, { actor: "ann", rate: 1_000 })).redriven,
        2,
      );
      await until(() => handled.length === 4);
      assert.deepEqual(handled.toSorted(), [0, 1, 2, 3]);
      abort.abort();
      await running;
      assert.deepEqual(
        [
          await rowsIn(store, "dead_letter"),
          await rowsIn(store, "parked"),
          await rowsIn(store, "dead_letter_audit"),
        ],
        [0, 0, 4],
      );
      await d.close();
      await close();
    });
  });
}
