import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  formatTraceparent,
  newTraceContext,
  noBaggage,
  parseBaggage,
  parseTraceparent,
  seededRandom,
  type TraceContext,
} from "@holdfast/core";
import type { CallContext } from "../context.ts";
import { type OutboundOptions, outboundSettings } from "./outbound-options.ts";
import {
  attemptHeaders,
  type ClientFacts,
  type OutgoingRequest,
  requestFacts,
  type Surroundings,
} from "./request-facts.ts";

function client(options: OutboundOptions = {}, idempotent = false, attemptTimeoutMs = Infinity): ClientFacts {
  const settings = outboundSettings(options);
  const spanOf = (): null => null;
  return { policy: "p", settings, idempotent, attemptTimeoutMs, random: seededRandom(1), spanOf };
}

const get: OutgoingRequest = { method: "GET", headers: {}, keyGiven: null, oneShot: false };
const post: OutgoingRequest = { ...get, method: "POST" };
const nowhere: Surroundings = { trace: null, baggage: () => noBaggage };
const within = (trace: TraceContext): Surroundings => ({ ...nowhere, trace });

function context(remainingMs = Infinity, attempt = 1): CallContext {
  return { attempt, idempotencyKey: "the-key", remainingMs: () => remainingMs } as CallContext;
}

describe("what a request tells about its call", () => {
  const told = (facts: ClientFacts, request: OutgoingRequest, given = {}) => {
    const { options, sendsKey } = requestFacts(facts, request, given, nowhere);
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
  ) => new Map(attemptHeaders(facts, requestFacts(facts, request, {}, within(ambient)), at));

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
      return new Map(attemptHeaders(facts, requestFacts(facts, get, {}, nowhere), context())).has(
        "traceparent",
      );
    };
    assert.deepEqual([without("start"), without("continue"), without("leave")], [true, false, false]);
    assert.equal(headersOf(client({ trace: "leave" }), get).has("traceparent"), false);
  });

  it("are the span that is made for the attempt, unless the caller has written another trace or writes them itself", () => {
    const span = newTraceContext(seededRandom(3));
    const made = (trace: "start" | "continue" | "leave") => ({ ...client({ trace }), spanOf: () => span });
    for (const trace of ["start", "continue"] as const)
      assert.equal(headersOf(made(trace), get).get("traceparent"), formatTraceparent(span));
    assert.equal(headersOf(made("leave"), get).has("traceparent"), false);
    const written = { ...get, headers: { traceparent: formatTraceparent(newTraceContext(seededRandom(4))) } };
    const child = parseTraceparent(headersOf(made("start"), written).get("traceparent") ?? "");
    assert.equal(child?.traceId, newTraceContext(seededRandom(4)).traceId);
  });

  it("carry of the baggage what is named, and none by default; one that the caller has written stays as it is", () => {
    let asked = 0;
    const around: Surroundings = {
      trace: null,
      baggage: () => {
        asked++;
        return parseBaggage("tenant=acme;p,user=ann");
      },
    };
    const sent = (options: OutboundOptions, request = get) =>
      new Map(
        attemptHeaders(client(options), requestFacts(client(options), request, {}, around), context()),
      ).get("baggage");
    assert.equal(sent({}), undefined);
    assert.equal(asked, 0, "who sends none does not look at it");
    assert.equal(sent({ baggage: ["tenant"] }), "tenant=acme;p");
    assert.equal(sent({ baggage: "all" }), "tenant=acme;p,user=ann");
    assert.equal(sent({ baggage: ["absent"] }), undefined);
    assert.equal(sent({ baggage: "all", trace: "leave" }), "tenant=acme;p,user=ann");
    assert.equal(sent({ baggage: "all" }, { ...get, headers: { Baggage: "own=1" } }), undefined);
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
