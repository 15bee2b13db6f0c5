import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newTraceContext, parseTraceparent, seededRandom } from "@holdfast/core";
import type { CallContext } from "../context.ts";
import { type OutboundOptions, outboundSettings } from "./outbound-options.ts";
import { attemptHeaders, type ClientFacts, type OutgoingRequest, requestFacts } from "./request-facts.ts";

function client(options: OutboundOptions = {}, idempotent = false, attemptTimeoutMs = Infinity): ClientFacts {
  const settings = outboundSettings(options);
  return { policy: "p", settings, idempotent, attemptTimeoutMs, random: seededRandom(1) };
}

const get: OutgoingRequest = { method: "GET", headers: {}, keyGiven: null, oneShot: false };
const post: OutgoingRequest = { ...get, method: "POST" };

function context(remainingMs = Infinity, attempt = 1): CallContext {
  return { attempt, idempotencyKey: "the-key", remainingMs: () => remainingMs } as CallContext;
}

describe("what a request tells about its call", () => {
  const told = (facts: ClientFacts, request: OutgoingRequest, given = {}) => {
    const { options, sendsKey } = requestFacts(facts, request, given, null);
    return [options.idempotent, options.idempotencyKey, sendsKey];
  };

  it("is idempotent by its method, or says nothing", () => {
    assert.deepEqual(told(client(), get), [true, undefined, false]);
    assert.deepEqual(told(client(), post), [undefined, undefined, false]);
  });

  it("is idempotent by a key that its caller has written, which stays as it is", () => {
    assert.deepEqual(told(client(), { ...post, keyGiven: "k" }), [true, "k", false]);
    assert.deepEqual(told(client({ keys: "always" }), { ...post, keyGiven: "k" }), [true, "k", false]);
  });

  it("gets a key where the policy or the call declares it idempotent", () => {
    assert.deepEqual(told(client({}, true), post), [undefined, undefined, true]);
    assert.deepEqual(told(client(), post, { idempotent: true }), [true, undefined, true]);
    assert.deepEqual(told(client(), post, { idempotencyKey: "k" }), [true, "k", true]);
    assert.deepEqual(told(client({}, true), get), [true, undefined, false]);
  });

  it("gets a key as the client is told to, and is idempotent by it", () => {
    assert.deepEqual(told(client({ keys: "when-unsafe" }), post), [true, undefined, true]);
    assert.deepEqual(told(client({ keys: "when-unsafe" }), get), [true, undefined, false]);
    assert.deepEqual(told(client({ keys: "always" }), get), [true, undefined, true]);
    assert.deepEqual(told(client({ keys: "never" }, true), post), [undefined, undefined, false]);
    assert.deepEqual(told(client({ keys: "never" }), post, { idempotencyKey: "k" }), [undefined, "k", false]);
  });

  it("is what its caller says in the first place, and never to be sent again when its body is gone", () => {
    assert.equal(told(client(), get, { idempotent: false })[0], false);
    assert.equal(told(client({}, true), { ...post, oneShot: true }, { idempotent: true })[0], false);
  });
});

describe("the headers of an attempt", () => {
  const headersOf = (
    facts: ClientFacts,
    request: OutgoingRequest,
    at = context(),
    ambient = newTraceContext(seededRandom(2)),
  ) => new Map(attemptHeaders(facts, requestFacts(facts, request, {}, ambient), at));

  it("are a span of its own in the caller's trace, or else in the one around it", () => {
    const ambient = newTraceContext(seededRandom(2));
    const own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    const written = { ...get, headers: { traceparent: own, tracestate: "a=1" } };
    const child = headersOf(client(), written);
    const read = parseTraceparent(child.get("traceparent") ?? "");
    assert.equal(read?.traceId, "0af7651916cd43dd8448eb211c80319c");
    assert.notEqual(read?.parentId, "b7ad6b7169203331");
    assert.equal(child.get("tracestate"), "a=1");
    const inside = headersOf(client(), get, context(), ambient);
    assert.equal(parseTraceparent(inside.get("traceparent") ?? "")?.traceId, ambient.traceId);
    assert.equal(inside.get("tracestate"), null, "one of another trace is taken away");
  });

  it("begin a trace only where they are told to", () => {
    const without = (trace: "start" | "continue" | "leave") => {
      const facts = client({ trace });
      return new Map(attemptHeaders(facts, requestFacts(facts, get, {}, null), context())).has("traceparent");
    };
    assert.deepEqual([without("start"), without("continue"), without("leave")], [true, false, false]);
    assert.equal(headersOf(client({ trace: "leave" }), get).has("traceparent"), false);
  });

  it("tell the shorter of what the call and the attempt have, less the margin, and nothing where there is no end", () => {
    const name = "x-envoy-expected-rq-timeout-ms";
    assert.equal(headersOf(client(), get, context(400)).get(name), "390");
    assert.equal(
      headersOf(client({ deadlineMargin: "50ms" }, false, 300), get, context(400)).get(name),
      "250",
    );
    assert.equal(headersOf(client(), get, context(3)).get(name), "1");
    assert.equal(headersOf(client(), get).has(name), false);
    assert.equal(headersOf(client({ deadlineHeader: null }), get, context(400)).has(name), false);
    assert.equal(
      headersOf(client({ deadlineHeader: "grpc-timeout" }), get, context(400)).get("grpc-timeout"),
      "390m",
    );
  });

  it("carry the key under its name and the number of the attempt under one that was given", () => {
    const headers = headersOf(
      client({ keyHeader: "x-key", attemptHeader: "x-attempt" }, true),
      post,
      context(9, 3),
    );
    assert.equal(headers.get("x-key"), "the-key");
    assert.equal(headers.get("x-attempt"), "3");
    assert.equal(headersOf(client(), post).has("idempotency-key"), false);
  });
});
