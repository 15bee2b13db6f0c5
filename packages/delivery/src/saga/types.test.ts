import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "../message.ts";
import type { StandardSchema } from "../standard-schema.ts";
import { saga } from "./builder.ts";
import type { SagaDefinition } from "./definition.ts";
import type { Kept } from "./kept.ts";
import { forever } from "./retry-policy.ts";

/** What the types must refuse and infer: `tsc` reads this file, and a line below `@ts-expect-error` that is no error is an error. */
const never = (_work: () => unknown): void => {};
const equals = <A, B>(same: [A] extends [B] ? ([B] extends [A] ? true : false) : false): void =>
  assert.equal(same, true);

interface Order {
  readonly orderId: string;
  readonly sku: string;
}
const schemaOf = <T>(): StandardSchema<T> => ({
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as T }) },
});
const order = schemaOf<Order>();
const Delivered = message("parcel.delivered", { schema: schemaOf<{ orderId: string; at: Date }>() });

describe("the types of a saga", () => {
  it("know the input, and every earlier result as JSON gives it back", () => {
    const placed = saga("place-order", order)
      .step("reserve", {
        do: async (s, c) => {
          equals<typeof s.sku, string>(true);
          equals<typeof c.key, string>(true);
          return { id: 7, until: new Date(0) };
        },
        undo: (s, result, c) => {
          equals<typeof s.orderId, string>(true);
          equals<typeof result, Kept<{ id: number; until: Date }> | undefined>(true);
          equals<typeof c.doKey, string>(true);
        },
      })
      .pivot("capture", { do: (s) => (s.reserve.id + s.reserve.until.length).toString() })
      .step("ship", { do: (s) => s.capture.length, retry: forever() })
      .wait("delivered", { for: Delivered, match: (data) => data.orderId, by: "14d", else: "escalate" })
      .step("thank", {
        do: (s) => {
          equals<typeof s.delivered.at, string>(true);
          equals<typeof s.ship, number>(true);
        },
      });
    equals<typeof placed extends SagaDefinition<Order> ? true : false, true>(true);
    assert.deepEqual(
      placed.steps.map(({ kind }) => kind),
      ["step", "pivot", "step", "wait", "step"],
    );
  });

  it("know what a wait leaves behind when its time is over", () => {
    const base = { for: Delivered, match: (data: { orderId: string }) => data.orderId, by: "1d" } as const;
    saga("waits", order)
      .wait("maybe", { ...base, else: "continue" })
      .wait("asked", { ...base, else: { do: () => "called the carrier" as const, undo: () => {} } })
      .pivot("capture", {
        do: (s) => {
          equals<typeof s.maybe, { readonly orderId: string; readonly at: string } | undefined>(true);
          equals<typeof s.asked, { readonly orderId: string; readonly at: string } | "called the carrier">(
            true,
          );
        },
      });
  });

  it("refuse what cannot be", () => {
    never(() => {
      const start = saga("place-order", order);
      // @ts-expect-error: before the pivot a step says how it is undone
      start.step("reserve", { do: () => 1 });
      // @ts-expect-error: the input has no such field
      start.step("reserve", { do: (s) => s.nothing, undo: () => {} });
      // @ts-expect-error: a step that comes later is not known yet
      start.step("a", { do: (s) => s.b, undo: () => {} });
      // @ts-expect-error: undo is given undefined when nobody knows whether it happened
      start.step("a", { do: () => ({ id: 1 }), undo: (_s, result) => result.id });
      // @ts-expect-error: the name is taken by the input
      start.step("sku", { do: () => 1, undo: () => {} });
      const one = start.step("a", { do: () => 1, undo: () => {} });
      // @ts-expect-error: the name is taken by a step
      one.step("a", { do: () => 1, undo: () => {} });
      // @ts-expect-error: a pivot has no undo
      one.pivot("capture", { do: () => 1, undo: () => {} });
      // @ts-expect-error: a pivot is never given up
      one.pivot("capture", { do: () => 1, retry: { attempts: 3 } });
      const past = one.pivot("capture", { do: () => 1 });
      // @ts-expect-error: after the pivot nothing is undone
      past.step("ship", { do: () => 1, undo: () => {} });
      const wide = { do: () => 1, undo: () => {} };
      // @ts-expect-error: nor by way of a variable
      past.step("ship", wide);
      // @ts-expect-error: after the pivot nothing is given up
      past.step("ship", { do: () => 1, retry: { attempts: 3 } });
      // @ts-expect-error: there is one pivot
      past.pivot("again", { do: () => 1 });
      one.lock("seat", (s) => `seat:${s.a}`).step("b", { do: (s) => s.seat.length, undo: () => {} });
      // @ts-expect-error: after the pivot nothing is locked any more
      past.lock("seat", () => "seat");
      const reply = { for: Delivered, match: () => null, by: "1d" } as const;
      // @ts-expect-error: after the pivot a wait cannot go back
      past.wait("delivered", { ...reply, else: "compensate" });
      // @ts-expect-error: every wait says what happens when its time is over
      past.wait("delivered", reply);
      // @ts-expect-error: a saga's input is an object
      saga("text", schemaOf<string>());
    });
  });
});
