import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "../message.ts";
import type { StandardSchema } from "../standard-schema.ts";
import { type ConsumerParts, createConsumer } from "./consumer.ts";

const typed = <Input, Output = Input>(): StandardSchema<Input, Output> => ({
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as Output }) },
});
const Placed = message("placed", { schema: typed<{ total: string }, { total: number }>() });
const Paid = message("paid", { schema: typed<{ by: string }>() });

/** Compiled, never run. */
function compiled(parts: ConsumerParts): void {
  createConsumer(parts, {
    name: "one",
    messages: Placed,
    handler: (data, { type, publish }) => {
      const total: number = data.total;
      const name: "placed" = type;
      publish(Paid({ by: `${name} ${total}` }));
      // @ts-expect-error the schema gives out a number
      const text: string = data.total;
      // @ts-expect-error an outgoing message has the type that its own schema takes
      publish(Placed({ total: text.length }));
    },
  });
  createConsumer(parts, {
    name: "several",
    messages: [Placed, Paid],
    prepare: async (data) => ({ isPlaced: "total" in data }),
    handler: async (data, { type }, { isPlaced }) => {
      const flag: boolean = isPlaced;
      const name: "placed" | "paid" = type;
      if ("by" in data) assert.equal(data.by, `${flag} ${name}`);
      // @ts-expect-error not every one of them has a total
      data.total;
    },
  });
  createConsumer(parts, {
    name: "wrong-data",
    messages: Placed,
    // @ts-expect-error the schema gives no `totals`
    handler: (data: { totals: number }) => void data,
  });
  createConsumer(parts, {
    name: "wrong-message",
    // @ts-expect-error a name is no kind of message
    messages: "placed",
    handler: () => {},
  });
  createConsumer(parts, {
    name: "unprepared",
    messages: Placed,
    handler: (_data, _context, prepared) => {
      const nothing: undefined = prepared;
      assert.equal(nothing, undefined);
    },
  });
  createConsumer(parts, {
    name: "wrong-preparation",
    messages: Placed,
    // @ts-expect-error it gives no text, which the handler asks for
    prepare: () => ({ charge: 7 }),
    handler: (_data, _context, prepared: string) => void prepared,
  });
  createConsumer(parts, {
    name: "wrong-result",
    messages: Placed,
    // @ts-expect-error a handler's result goes nowhere: what it should lead to is published
    handler: async () => 7,
  });
}

describe("the types of a consumer", () => {
  it("are checked by the compiler", () => assert.equal(typeof compiled, "function"));
});
