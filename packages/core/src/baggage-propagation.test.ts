import assert from "node:assert/strict";
import { OutgoingMessage } from "node:http";
import { describe, it } from "node:test";
import { noBaggage, parseBaggage } from "./baggage.ts";
import { extractBaggage, injectBaggage } from "./baggage-propagation.ts";

const baggage = parseBaggage("tenant=acme,user=ann");

describe("baggage in headers", () => {
  it("is found in every kind of carrier, in any case, and several headers are one", () => {
    const carriers = [
      ["Baggage", "tenant=acme", "accept", "*/*", "BAGGAGE", "user=ann"],
      { baggage: ["tenant=acme", "user=ann"] },
      { accept: "*/*", Baggage: "tenant=acme, user=ann" },
      new Headers([
        ["baggage", "tenant=acme"],
        ["Baggage", "user=ann"],
      ]),
    ];
    for (const carrier of carriers) assert.equal(extractBaggage(carrier), baggage);
  });

  it("is empty where there is none, or none that is valid", () => {
    for (const carrier of [
      {},
      [],
      new Headers(),
      { baggage: "" },
      { baggage: undefined },
      { baggages: "a=1" },
      { baggage: "\u0000" },
    ])
      assert.equal(extractBaggage(carrier as never), noBaggage);
  });

  it("is written in place of another, and taken away where it is empty", () => {
    const record: Record<string, string> = { Baggage: "old=1", accept: "*/*" };
    injectBaggage(record, baggage);
    assert.deepEqual(record, { accept: "*/*", baggage });
    injectBaggage(record, noBaggage);
    assert.deepEqual(record, { accept: "*/*" });

    const headers = new Headers({ baggage: "old=1" });
    injectBaggage(headers, baggage);
    assert.equal(headers.get("baggage"), baggage);
    injectBaggage(headers, noBaggage);
    assert.equal(headers.has("baggage"), false);

    const message = new OutgoingMessage();
    message.setHeader("Baggage", "old=1");
    injectBaggage(message, baggage);
    assert.equal(message.getHeader("baggage"), baggage);
    injectBaggage(message, noBaggage);
    assert.equal(message.hasHeader("baggage"), false);
  });
});
