import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Span } from "./otlp.ts";
import { traceBreaks } from "./trace-breaks.ts";

const startMs = Date.UTC(2026, 10, 28);
const [internal, server, client, producer, consumer] = [1, 2, 3, 4, 5];

let made = 0;

/** A span of 100 ms; times count from the start of the trace. */
function span(part: Partial<Span> & { readonly at?: number; readonly forMs?: number } = {}): Span {
  const { at = 0, forMs = 100, ...rest } = part;
  made++;
  return {
    service: "shop",
    traceId: "a".repeat(32),
    spanId: made.toString(16).padStart(16, "0"),
    parentId: "",
    name: "work",
    kind: internal as number,
    links: [],
    fromMs: startMs + at,
    toMs: startMs + at + forMs,
    failed: false,
    attributes: {},
    line: made,
    ...rest,
  };
}

const below = (parent: Span, part: Parameters<typeof span>[0] = {}): Span =>
  span({ traceId: parent.traceId, parentId: parent.spanId, ...part });
const linkTo = ({ traceId, spanId }: Span): string => `${traceId}/${spanId}`;
const elsewhere = { traceId: "b".repeat(32) };
const get = {
  "http.request.method": "GET",
  "url.full": "http://stock.internal/items",
  "server.address": "stock.internal",
};
const orders = { "messaging.destination.name": "orders" };

/** Everything that a sound shop does: a request with two attempts, a message, its consumer by a link and one by its parent. */
function sound(): Span[] {
  const request = span({ kind: server as number, name: "POST /orders", forMs: 900 });
  const first = below(request, {
    kind: client as number,
    name: "GET",
    at: 10,
    failed: true,
    attributes: get,
  });
  const second = below(request, {
    kind: client as number,
    name: "GET",
    at: 200,
    attributes: { ...get, "http.request.resend_count": 1 },
  });
  const stock = below(second, {
    service: "stock",
    kind: server as number,
    name: "GET /items",
    at: 220,
    forMs: 50,
  });
  const created = below(request, {
    kind: producer as number,
    name: "create orders",
    at: 400,
    forMs: 1,
    attributes: orders,
  });
  const billing = below(created, {
    service: "billing",
    kind: consumer as number,
    name: "process orders",
    at: 600,
    attributes: orders,
  });
  const mail = span({
    ...elsewhere,
    service: "mail",
    kind: consumer as number,
    at: 700,
    links: [linkTo(created)],
    attributes: orders,
  });
  return [request, first, second, stock, created, billing, mail];
}

const saysOf = (spans: readonly Span[]): readonly string[] => traceBreaks(spans, 0).map(({ says }) => says);
/** What is said of spans beside those of a sound trace. */
const says = (...more: readonly Span[]): readonly string[] => saysOf([...sound(), ...more]);

describe("a sound trace", () => {
  it("is not accused", () => assert.deepEqual(saysOf(sound()), []));
  it("is not accused where there is none", () => assert.deepEqual(saysOf([]), []));

  it("is not accused for having been exported twice, or in another order", () => {
    const spans = sound();
    assert.deepEqual(saysOf([...spans, ...spans.map((one) => ({ ...one, line: one.line + 1 }))]), []);
    assert.deepEqual(saysOf(spans.toReversed()), []);
  });
});

describe("a span whose parent is not there", () => {
  it("is told where the trace has a beginning, and where nobody calls from outside", () => {
    const root = span({ kind: server as number, ...elsewhere });
    const missing = { ...elsewhere, parentId: "9".repeat(16) };
    assert.match(
      says(root, span({ ...missing, kind: server as number, service: "stock" })).join(),
      /^1 span names a parent that/,
    );
    assert.match(says(span({ ...missing, kind: internal as number })).join(), /^1 span names a parent that/);
  });

  it("is the entry where whoever calls from outside has a trace of his own", () => {
    for (const kind of [server, consumer] as number[]) {
      const entry = span({ traceId: "c".repeat(32), parentId: "9".repeat(16), kind });
      assert.deepEqual(says(entry, below(entry)), []);
    }
  });
});

describe("a trace that begins in the middle", () => {
  it("is told of a consumer without a link, and of the message that it does not name", () => {
    const [, , , , created] = sound();
    const lost = span({
      ...elsewhere,
      service: "audit",
      kind: consumer as number,
      at: 800,
      attributes: orders,
    });
    assert.match(says(lost).join(), /^1 consumer begins a trace of their own/);
    const alone = [created as Span, { ...lost, fromMs: startMs + 800 }].map((one) => ({
      ...one,
      parentId: "",
    }));
    const both = saysOf(alone);
    assert.equal(both.length, 2);
    assert.match(both[1] ?? "", /^1 message is named by no consumer/);
  });

  it("is not told of a message that is not consumed yet, or elsewhere", () => {
    const [request] = sound();
    const waiting = below(request as Span, {
      kind: producer as number,
      at: 500,
      forMs: 1,
      attributes: orders,
    });
    assert.deepEqual(saysOf([request as Span, waiting]), []);
    const lost = span({
      ...elsewhere,
      kind: consumer as number,
      at: 800,
      attributes: { "messaging.destination.name": "others" },
    });
    assert.equal(saysOf([request as Span, waiting, lost]).length, 1, "the consumer alone");
  });

  it("is told of a server that answers while somebody who calls it waits, and of no other", () => {
    const call = span({
      kind: client as number,
      name: "POST",
      at: 100,
      forMs: 200,
      attributes: { "server.address": "stock.internal", "http.request.method": "POST" },
    });
    const answer = {
      ...elsewhere,
      service: "stock",
      kind: server as number,
      at: 120,
      forMs: 100,
      attributes: { "http.request.method": "POST" },
    };
    assert.match(saysOf([call, span(answer)]).join(), /^1 server begins a trace of their own/);
    assert.deepEqual(saysOf([call, span({ ...answer, at: 5_000 })]), [], "another time");
    assert.deepEqual(saysOf([call, span({ ...answer, service: "shop-front" })]), [], "another service");
    assert.deepEqual(
      saysOf([call, span({ ...answer, attributes: { "http.request.method": "GET" } })]),
      [],
      "another method",
    );
    const answered = below(call, { service: "stock", kind: server as number, at: 110, forMs: 150 });
    assert.deepEqual(saysOf([call, answered, span(answer)]), [], "the call has its server already");
  });
});

describe("attempts", () => {
  it("that share one id are told, be it that of the client or what two requests came in under", () => {
    const [request, , second, stock] = sound() as [Span, Span, Span, Span];
    const again = { ...second, fromMs: second.fromMs + 300, toMs: second.toMs + 300 };
    assert.match(saysOf([request, second, again]).join(), /^1 span shares an id/);
    const twice = below(second, {
      ...stock,
      spanId: "8".repeat(16),
      fromMs: stock.fromMs + 60,
      toMs: stock.toMs + 60,
    });
    assert.match(saysOf([request, second, stock, twice]).join(), /^1 span shares an id/);
  });

  it("may share their id with the server, as Zipkin has it, and may be redirected", () => {
    const [request, , second, stock] = sound() as [Span, Span, Span, Span];
    assert.deepEqual(
      saysOf([request, second, { ...stock, spanId: second.spanId, parentId: request.spanId }]),
      [],
    );
    const elsewhereIn = below(second, {
      service: "stock",
      kind: server as number,
      name: "GET /moved",
      at: 280,
      forMs: 10,
    });
    assert.deepEqual(saysOf([request, second, stock, elsewhereIn]), []);
  });

  it("that do not say so are told after one that failed, and only then", () => {
    const [request, first, second] = sound() as [Span, Span, Span];
    const unnumbered = { ...second, attributes: get };
    assert.match(
      saysOf([request, first, unnumbered]).join(),
      /^1 attempt after a failed one does not say so/,
    );
    assert.deepEqual(saysOf([request, { ...first, failed: false }, unnumbered]), [], "the same asked twice");
    const overlapping = { ...unnumbered, fromMs: first.fromMs + 1 };
    assert.deepEqual(saysOf([request, first, overlapping]), [], "at once");
    const other = { ...unnumbered, attributes: { ...get, "url.full": "http://stock.internal/others" } };
    assert.deepEqual(saysOf([request, first, other]), [], "of something else");
    const status = { ...first, failed: false, attributes: { ...get, "http.response.status_code": 503 } };
    assert.equal(saysOf([request, status, unnumbered]).length, 1, "a status counts as well");
  });
});

describe("times", () => {
  it("that cannot be are told, of parents and of links, and not what a clock rounds off", () => {
    const root = span({ at: 100, forMs: 1_000 });
    assert.match(
      saysOf([root, below(root, { at: 90 })]).join(),
      /^1 span begins before what they follow from/,
    );
    assert.deepEqual(saysOf([root, below(root, { at: 95 })]), []);
    const linked = span({ ...elsewhere, kind: consumer as number, at: 10, links: [linkTo(root)] });
    assert.match(saysOf([root, linked]).join(), /^1 span begins before/);
  });

  it("that nothing explains are told, where they are long and other parts are explained", () => {
    const request = span({ kind: server as number, forMs: 5_000 });
    const parts = [below(request, { forMs: 1_000 }), below(request, { at: 4_800, forMs: 200 })];
    const [found] = traceBreaks([request, ...parts], 0);
    assert.deepEqual(
      [found?.certainty, found?.says.startsWith("1 span spends more than half")],
      ["possible", true],
    );
    assert.deepEqual(saysOf([request]), [], "who tells nothing is asked nothing");
    const covered = [...parts, below(request, { at: 1_000, forMs: 3_500 })];
    assert.deepEqual(saysOf([request, ...covered]), []);
    const short = span({ kind: server as number, forMs: 900 });
    assert.deepEqual(saysOf([short, below(short, { forMs: 10 })]), []);
    assert.match(
      saysOf([request, below(request, { forMs: 10 })]).join(),
      /^1 span spends/,
      "after the last one, too",
    );
  });
});

describe("a service", () => {
  it("without a name is told, under each of the names that stand for none", () => {
    for (const service of ["unknown", "unknown_service", "unknown_service:node"])
      assert.match(saysOf([span({ service })]).join(), /^1 span does not say whose/, service);
    for (const service of ["unknowns", "the-unknown", "unknown_services"])
      assert.deepEqual(saysOf([span({ service })]), []);
  });
});

describe("hostile spans", () => {
  it("do not keep the rules from ending: rings, one id for all, times that are none", () => {
    const ring = [
      span({ spanId: "1".repeat(16), parentId: "2".repeat(16) }),
      span({ spanId: "2".repeat(16), parentId: "1".repeat(16) }),
    ];
    assert.doesNotThrow(() => saysOf(ring));
    const own = span({ spanId: "3".repeat(16), parentId: "3".repeat(16), fromMs: 0, toMs: 0 });
    assert.doesNotThrow(() =>
      saysOf([own, { ...own, toMs: -1 }, span({ fromMs: Number.NaN, toMs: Number.NaN })]),
    );
    const many = Array.from({ length: 20_000 }, (_, at) =>
      span({ spanId: "4".repeat(16), parentId: "", toMs: startMs + at }),
    );
    assert.match(saysOf(many).join(), /share an id/);
  });
});
