import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  formatTraceparent,
  newTraceContext,
  parseTraceparent,
  parseTraceState,
  seededRandom,
} from "@holdfast/core";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { resilientFetch } from "../src/http-fetch.ts";
import { currentTrace } from "../src/http-inbound.ts";
import { createRuntime } from "../src/index.ts";
import { otel } from "../src/otel.ts";
import { runInside } from "../src/system-ambient.ts";
import { answer, provider } from "./support/http-provider.ts";
import { idOf, parentOf, request } from "./support/spans.ts";
import { keepContext, type Telemetry, telemetry } from "./support/telemetry.ts";

let forget: () => void;
before(() => {
  forget = keepContext();
});
after(() => forget());

const incoming = {
  ...newTraceContext(seededRandom(1)),
  traceState: parseTraceState("rojo=1") ?? assert.fail(),
};
const door = { remainingMs: () => Number.POSITIVE_INFINITY, idempotencyKey: null, trace: incoming };
const document = { name: "pay", idempotent: true, retry: { attempts: 3, backoff: { base: "1ms" } } } as const;

/** One call that fails twice; answers with what the provider was sent. */
async function sentBy(
  tracer: Telemetry["tracer"] | null,
  inside: (work: () => Promise<string>) => Promise<string>,
) {
  const payments = await provider(answer(503), answer(503), answer(200));
  const runtime = createRuntime();
  const stop = otel(runtime, { tracer, meter: null });
  const pay = resilientFetch(document, { runtime });
  await inside(async () => (await pay(payments.url)).text());
  stop();
  runtime.dispose();
  return payments.seen.map(({ headers }) => ({
    place: parseTraceparent(String(headers["traceparent"])) ?? assert.fail(),
    tracestate: headers["tracestate"],
  }));
}

describe("a trace over attempts", () => {
  it("is one by the SDK: each request names the span of its attempt, numbered, below the span of the call that a retry saved", async () => {
    const seen = telemetry();
    const sent = await sentBy(seen.tracer, (work) => request(seen, "server", work));

    const [server, ...attempts] = await seen.spans();
    assert.deepEqual(
      sent.map(({ place }) => place.parentId),
      attempts.map(idOf),
    );
    assert.deepEqual(attempts.map(parentOf), Array(3).fill(idOf(server)));
    assert.deepEqual(
      attempts.map(({ kind, attributes, status }) => [
        kind,
        attributes["http.request.resend_count"],
        status.code,
      ]),
      [
        [SpanKind.CLIENT, undefined, SpanStatusCode.ERROR],
        [SpanKind.CLIENT, 1, SpanStatusCode.ERROR],
        [SpanKind.CLIENT, 2, SpanStatusCode.UNSET],
      ],
    );
    assert.deepEqual(
      [server?.status.code, server?.attributes["error.type"]],
      [SpanStatusCode.UNSET, undefined],
    );
  });

  it("goes on with that of the request where nobody instruments the server", async () => {
    const seen = telemetry();
    const sent = await sentBy(seen.tracer, (work) => runInside(door, work));

    const attempts = await seen.spans();
    assert.deepEqual(attempts.map(parentOf), Array(3).fill(incoming.parentId));
    assert.deepEqual(
      sent.map(({ place }) => place.parentId),
      attempts.map(idOf),
    );
    for (const { place, tracestate } of sent)
      assert.deepEqual([place.traceId, tracestate], [incoming.traceId, "rojo=1"]);
  });

  it("is the same without the SDK, with a span id of its own for each attempt", async () => {
    for (const tracer of [null, trace.getTracer("no SDK is registered")]) {
      const sent = await sentBy(tracer, (work) => runInside(door, work));
      assert.equal(new Set(sent.map(({ place }) => place.parentId).concat(incoming.parentId)).size, 4);
      for (const { place, tracestate } of sent)
        assert.deepEqual([place.traceId, tracestate], [incoming.traceId, "rojo=1"]);
    }
  });

  it("is that of the active span while spans are made, and of the request before and after", async () => {
    const seen = telemetry();
    const places: (string | null)[] = [];
    const look = async (): Promise<void> => {
      const place = currentTrace();
      places.push(place === null ? null : formatTraceparent(place));
    };
    const stops = [createRuntime(), createRuntime()].map((runtime) =>
      otel(runtime, { tracer: seen.tracer, meter: null }),
    );
    const span = () => runInside(door, () => request(seen, "server", look));
    await span();
    stops[0]?.();
    await span();
    stops[1]?.();
    await span();
    const spans = (await seen.spans()).map((one) => `00-${one.spanContext().traceId}-${idOf(one)}-01`);
    assert.deepEqual(places, [spans[0], spans[1], formatTraceparent(incoming)]);
  });
});
