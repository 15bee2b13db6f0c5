import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { childOf, newTraceContext, parseTraceparent, parseTraceState, seededRandom } from "@holdfast/core";
import { isDeliveryError } from "../errors.ts";
import { type Message, type MessageValueOptions, message } from "../message.ts";
import type { SchemaResult, StandardSchema } from "../standard-schema.ts";
import { encodeMessage, encodeMessageSync } from "./encode.ts";
import type { PlaceOf } from "./headers.ts";

const schemaOf = (
  validate: (value: unknown) => SchemaResult<unknown> | Promise<SchemaResult<unknown>>,
): StandardSchema => ({ "~standard": { version: 1, vendor: "test", validate } });

const anything = schemaOf((value) => ({ value }));
const id = "0198c0de-0000-7000-8000-000000000001";
const random = seededRandom(1);
const placeOf: PlaceOf = (_type, _id, { trace }) =>
  trace === undefined ? newTraceContext(random) : childOf(trace, random);
const options = { ids: () => id, placeOf, source: "/shop", bytesMax: 100 };
const coded = (code: string, said: RegExp) => (error: unknown) => {
  assert.ok(isDeliveryError(error), String(error));
  assert.equal(error.code, code);
  assert.match(error.message, said);
  return true;
};

function ping(data: unknown, value?: MessageValueOptions): Message {
  return message("ping", { schema: anything })(data, value);
}

describe("encoding a message", () => {
  it("sends the value that was given, not what the schema makes of it", async () => {
    const doubling = message("m", { schema: schemaOf((value) => ({ value: Number(value) * 2 })) });
    for (const row of [
      await encodeMessage(doubling(2), {}, options),
      encodeMessageSync(doubling(2), {}, options),
    ])
      assert.equal(Buffer.from(row.body).toString(), "2");
  });

  it("waits for a schema that checks asynchronously, where it can", async () => {
    const slow = message("m", {
      schema: schemaOf(async () => ({ issues: [{ message: "no", path: ["a", 0] }] })),
    });
    await assert.rejects(encodeMessage(slow(1), {}, options), coded("MESSAGE_INVALID", /a\[0\]: no/));
    assert.throws(() => encodeMessageSync(slow(1), {}, options), coded("MESSAGE_INVALID", /asynchronously/));
  });

  it("does not let the rejection of a schema that nobody waits for bring the process down", async () => {
    const rejecting = message("m", { schema: schemaOf(() => Promise.reject(new Error("no"))) });
    assert.throws(
      () => encodeMessageSync(rejecting(1), {}, options),
      coded("MESSAGE_INVALID", /asynchronously/),
    );
    await assert.rejects(encodeMessage(rejecting(1), {}, options), coded("MESSAGE_INVALID", /has thrown/));
    const throwing = message("m", {
      schema: schemaOf(() => {
        throw new Error("no");
      }),
    });
    assert.throws(() => encodeMessageSync(throwing(1), {}, options), coded("MESSAGE_INVALID", /has thrown/));
  });

  it("counts the payload in bytes, and takes the last one that fits", () => {
    assert.equal(encodeMessageSync(ping("x".repeat(98)), {}, options).body.length, 100);
    for (const data of ["x".repeat(99), "ö".repeat(50), "x".repeat(64 * 1024 * 1024)])
      assert.throws(
        () => encodeMessageSync(ping(data), {}, options),
        coded("MESSAGE_TOO_LARGE", /100 is the most/),
      );
  });

  it("takes an id that is a UUID, in lower case, and no other", () => {
    const given = encodeMessageSync(ping(1, { id: "AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE" }), {}, options);
    assert.deepEqual([given.id, given.given], ["aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", true]);
    assert.deepEqual(encodeMessageSync(ping(1), {}, options).id, id);
    for (const wrong of ["", "order-1", `{${id}}`, 7 as never])
      assert.throws(
        () => encodeMessageSync(ping(1, { id: wrong }), {}, options),
        coded("MESSAGE_INVALID", /UUID/),
      );
  });

  it("starts a trace, or goes on with the one that it is given, with a span of its own each time", () => {
    const fresh = encodeMessageSync(ping(1), {}, options).headers;
    assert.ok(parseTraceparent(fresh["traceparent"] ?? ""));
    assert.equal(fresh["correlationid"], id);
    assert.equal("causationid" in fresh || "tracestate" in fresh, false);
    const traceState = parseTraceState("congo=1") ?? assert.fail();
    const trace = { ...newTraceContext(seededRandom(2)), traceState };
    const spans = [1, 2].map(() => {
      const { headers } = encodeMessageSync(
        ping(1),
        { trace, correlationId: "c", causationId: "m" },
        options,
      );
      const child = parseTraceparent(headers["traceparent"] ?? "");
      assert.equal(child?.traceId, trace.traceId);
      assert.deepEqual(
        [headers["tracestate"], headers["correlationid"], headers["causationid"]],
        ["congo=1", "c", "m"],
      );
      return child?.parentId;
    });
    assert.equal(new Set([...spans, trace.parentId]).size, 3);
  });

  it("lets a message name its own correlation, and nothing else that Holdfast writes", () => {
    const own = encodeMessageSync(
      ping(1, { headers: { correlationid: "mine", "x-a": "ö 😀" } }),
      {},
      options,
    );
    assert.deepEqual([own.headers["correlationid"], own.headers["x-a"]], ["mine", "ö 😀"]);
    for (const [name, value, said] of [
      ["traceparent", "x", /written by Holdfast/],
      ["type", "x", /written by Holdfast/],
      ["Upper", "x", /a name/],
      ["a_b", "x", /a name/],
      ["", "x", /a name/],
      ["a", "", /empty/],
      ["a", " x", /white space/],
      ["a", "x\ny", /cannot be printed/],
      ["a", "\ud800", /cannot be printed/],
      ["a", 7 as never, /not a text/],
      ["a", "x".repeat(9_000), /8192 is the most/],
    ] as const)
      assert.throws(
        () => encodeMessageSync(ping(1, { headers: { [name]: value } }), {}, options),
        coded("MESSAGE_HEADER_INVALID", said),
      );
  });

  it("refuses a key that no broker carries or no database tells apart, and one that cannot be read", () => {
    const keyed = (key: unknown) => message("m", { schema: anything, key: () => key as string })(1);
    assert.equal(encodeMessageSync(keyed("ö 1"), {}, options).key, "ö 1");
    for (const key of ["", "x".repeat(256), "a ", "a\0", "a\n", "\udc00", undefined, 7])
      assert.throws(
        () => encodeMessageSync(keyed(key), {}, options),
        coded("MESSAGE_KEY_INVALID", /The key of a m/),
      );
    const broken = message("m", { schema: anything, key: (data) => (data as { a: { b: string } }).a.b });
    assert.throws(
      () => encodeMessageSync(broken({}), {}, options),
      coded("MESSAGE_KEY_INVALID", /could not be read/),
    );
  });

  it("refuses a delay that is none, and one of an ordered message", () => {
    assert.equal(encodeMessageSync(ping(1, { delayMs: 0.5 }), {}, options).delayMs, 1);
    for (const delayMs of [-1, Number.NaN, Number.POSITIVE_INFINITY, "1" as never].slice(0, 3))
      assert.throws(
        () => encodeMessageSync(ping(1, { delayMs }), {}, options),
        coded("MESSAGE_INVALID", /delay/),
      );
    const ordered = message("m", { schema: anything, key: () => "k", ordered: true });
    assert.throws(
      () => encodeMessageSync(ordered(1, { delayMs: 5 }), {}, options),
      coded("MESSAGE_INVALID", /ordered/),
    );
  });
});
