import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { policy, resilient } from "../src/index.ts";
import { otel } from "../src/otel.ts";
import { eventsOf, idOf, parentOf, request, told } from "./support/spans.ts";
import { keepContext, telemetry } from "./support/telemetry.ts";
import { failed, flaky, world } from "./support/world.ts";

let forget: () => void;
before(() => {
  forget = keepContext();
});
after(() => forget());

const payments = policy({
  name: "payments.charge",
  idempotent: true,
  retry: { attempts: 3, backoff: { base: "100ms", jitter: "none" } },
});

describe("the span of a call", () => {
  it("stands between its caller's and its attempts', and is no failure where a retry saved it", async () => {
    const seen = telemetry();
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null, callSpans: true });

    await request(seen, "server", () => clock.run(resilient(payments, flaky(2).call, { runtime })));

    const [server, call, ...attempts] = await seen.spans();
    assert.equal(parentOf(call), idOf(server));
    assert.equal(call?.kind, SpanKind.INTERNAL);
    assert.deepEqual(attempts.map(parentOf), Array(3).fill(idOf(call)));
    assert.deepEqual(call?.status, { code: SpanStatusCode.UNSET });
    assert.deepEqual(told(call?.attributes ?? {}), { attempts: 3 });
    assert.equal(eventsOf(call).length, 2);
    assert.deepEqual(eventsOf(server), []);
  });

  it("ends with the code of the call's error, also where the caller wants an outcome or the call is refused", async () => {
    const seen = telemetry();
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null, callSpans: true });
    const breaker = { consecutive: 2, minCalls: 100, open: { base: "1h" } } as const;
    const call = resilient(policy({ name: "p", breaker }), flaky(9).call, { runtime });

    await clock.run(() => failed(call()));
    await clock.run(() => call.outcome({}));
    // The first is refused by the circuit, the second by what is remembered of it.
    await clock.run(() => failed(call()));
    await clock.run(() => call.outcome({}));

    const spans = (await seen.spans()).filter(({ kind }) => kind === SpanKind.INTERNAL);
    assert.deepEqual(
      spans.map(({ attributes, status }) => [attributes["error.type"], status.code]),
      ["FAILED", "FAILED", "OPEN", "OPEN"].map((code) => [code, SpanStatusCode.ERROR]),
    );
  });

  it("is no failure where a fallback answers", async () => {
    const seen = telemetry();
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null, callSpans: true });
    const fallback = { cached: () => "from the cache" };
    const call = resilient(policy({ name: "p", fallback: "cached" }), flaky(9).call, { runtime, fallback });

    assert.equal(await clock.run(call), "from the cache");

    const [own, attempt] = await seen.spans();
    assert.equal(own?.status.code, SpanStatusCode.UNSET);
    assert.equal(attempt?.status.code, SpanStatusCode.ERROR);
  });
});
