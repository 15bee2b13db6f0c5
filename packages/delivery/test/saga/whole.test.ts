import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivery, forever, message, saga } from "../../src/index.ts";
import { testStores } from "../support/stores.ts";
import { schemaOf } from "./support.ts";

interface Order {
  readonly orderId: string;
}
const ShipParcel = message("parcel.ship", { schema: schemaOf<Order>() });
const ParcelShipped = message("parcel.shipped", { schema: schemaOf<Order & { readonly parcel: string }>() });

for (const testStore of testStores) {
  describe(`a saga in a delivery on ${testStore.name}`, { skip: testStore.skip, timeout: 30_000 }, () => {
    it("commands by message, waits for the reply, and goes on with it", async () => {
      const open = await testStore.open([]);
      const thanked = Promise.withResolvers<string>();
      const PlaceOrder = saga("place-order", schemaOf<Order>())
        .step("reserve", { do: () => ({ id: 7 }), undo: () => {} })
        .pivot("order", { do: (s, c) => c.publish(ShipParcel({ orderId: s.orderId })), retry: forever() })
        .wait("shipped", { for: ParcelShipped, match: ({ orderId }) => orderId, by: "1h", else: "escalate" })
        .step("thank", { do: (s) => thanked.resolve(`${s.reserve.id} in ${s.shipped.parcel}`) });
      const d = delivery({ store: open.store, sagas: [PlaceOrder] });
      d.route(ShipParcel, "local");
      d.route(ParcelShipped, "local");
      d.consume("carrier", ShipParcel, async ({ orderId }, { publish }) => {
        publish(ParcelShipped({ orderId, parcel: "box" }));
      });
      await d.migrate();
      const running = d.run();
      await open.inUserTransaction((handle) =>
        d.start(handle, PlaceOrder, { orderId: "o-1" }, { id: "o-1" }),
      );
      d.wake();
      assert.equal(await thanked.promise, "7 in box");
      while ((await d.sagas.get("o-1")).status !== "completed")
        await new Promise((resolve) => setTimeout(resolve, 10));
      await d.close();
      await running;
      await open.close();
    });
  });
}
