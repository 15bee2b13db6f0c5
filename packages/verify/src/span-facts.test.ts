import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SpanRecord } from "./otlp/span-record.ts";
import { numbersResends, spanFactsIn, spanLines } from "./span-facts.ts";
import { callOf } from "./testing/evidence.ts";

const attempts = [1, 2].map((at) => ({ at: at * 500, headers: { host: "127.0.0.1:4711" } }));
const call = (spans: readonly Partial<SpanRecord>[]) => callOf({ attempts, spans }, "503-forever");
const whole = {
  status: "error",
  attributes: { "error.type": "503", "http.response.status_code": 503, "server.address": "127.0.0.1" },
} as const;

describe("the facts that spans tell", () => {
  it("are all there in one whole span for each attempt", () => {
    const { applies, told } = spanFactsIn(call([whole, whole]));
    assert.equal(applies.length, 4);
    assert.deepEqual(told, applies);
  });

  it("are missed where there are fewer spans than attempts, and not asked of one attempt", () => {
    assert.ok(!spanFactsIn(call([whole])).told.includes("one span for each attempt"));
    const single = callOf({ attempts: [{ at: 1 }], spans: [whole] }, "400-once");
    assert.equal(spanFactsIn(single).applies.length, 3);
  });

  it("take the names of older conventions, and of exceptions", () => {
    const attributes = { "http.status_code": 503, "net.peer.name": "payments", "exception.type": "Timeout" };
    assert.equal(spanFactsIn(call([{ status: "error", attributes }, whole])).told.length, 4);
  });

  it("are not those of databases, brokers, other ports and the service itself", () => {
    for (const other of [
      { ...whole, kind: "server" as const },
      { ...whole, attributes: { ...whole.attributes, "db.system": "postgresql" } },
      { ...whole, attributes: { ...whole.attributes, "messaging.system": "kafka" } },
      { ...whole, attributes: { ...whole.attributes, "server.port": 5432 } },
    ]) {
      assert.deepEqual(spanFactsIn(call([other, other])).told, []);
    }
    const own = { ...whole, attributes: { ...whole.attributes, "server.port": 4711 } };
    assert.equal(spanFactsIn(call([own, own])).told.length, 4);
  });

  it("tell whether attempts are numbered", () => {
    assert.equal(numbersResends(call([whole])), false);
    const second = { ...whole, attributes: { "http.request.resend_count": 1 } };
    assert.equal(numbersResends(call([whole, second])), true);
  });

  it("differ by error, not by number, id or success", () => {
    const [failing] = spanLines(call([whole]));
    const [throttled] = spanLines(call([{ attributes: { "http.response.status_code": 429 } }]));
    const [silent] = spanLines(call([{ status: "error", message: "no answer in 812 ms" }]));
    assert.equal(new Set([failing, throttled, silent].map((one) => one?.signature)).size, 3);
    assert.deepEqual(spanLines(call([{ attributes: { "http.response.status_code": 201 } }])), []);
  });
});
