import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { extractTrace, type TraceContext, traceHeaders } from "@holdfast/core";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace";
import { createRuntime, policy, resilient } from "../src/index.ts";
import { otel } from "../src/otel.ts";
import { eventsOf, idOf, parentOf, request, told } from "./support/spans.ts";
import { keepContext, telemetry } from "./support/telemetry.ts";
import { coded, failed, flaky, world } from "./support/world.ts";

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

describe("the spans of a runtime", () => {
  it("are one for each attempt, children of the span in which the call is made", async () => {
    const seen = telemetry();
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null });
    const charge = resilient(payments, flaky(2).call, { runtime });

    await request(seen, "POST /orders", () => clock.run(charge));

    const [server, ...attempts] = await seen.spans();
    assert.equal(attempts.length, 3);
    for (const attempt of attempts) {
      assert.equal(attempt.name, "payments.charge");
      assert.equal(attempt.kind, SpanKind.CLIENT);
      assert.equal(parentOf(attempt), idOf(server));
      assert.equal(attempt.spanContext().traceId, server?.spanContext().traceId);
    }
    assert.equal(new Set(attempts.map(idOf)).size, 3);
    const failure = { "error.type": "ECONNRESET", failure_class: "ambiguous" };
    assert.deepEqual(
      attempts.map(({ attributes }) => told(attributes)),
      [
        { attempt: 1, ...failure },
        { attempt: 2, "http.request.resend_count": 1, ...failure },
        { attempt: 3, "http.request.resend_count": 2 },
      ],
    );
    const { ERROR, UNSET } = SpanStatusCode;
    assert.deepEqual(
      attempts.map(({ status }) => status),
      [{ code: ERROR }, { code: ERROR }, { code: UNSET }],
    );
  });

  it("leave the span around them well where a retry saved the call, and note on it what was waited for", async () => {
    const seen = telemetry();
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null });

    await request(seen, "server", () => clock.run(resilient(payments, flaky(2).call, { runtime })));

    const [server] = await seen.spans();
    assert.deepEqual(server?.status, { code: SpanStatusCode.UNSET });
    assert.equal(server?.attributes["error.type"], undefined);
    const why = { failure_class: "ambiguous", "error.type": "ECONNRESET" };
    assert.deepEqual(eventsOf(server), [
      { event: "retry", attempt: 1, wait_ms: 100, ...why },
      { event: "retry", attempt: 2, wait_ms: 200, ...why },
    ]);
  });

  it("note what a circuit does on the span around the call that made it do so", async () => {
    const seen = telemetry();
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null });
    const breaker = {
      key: "host",
      consecutive: 1,
      minCalls: 100,
      open: { base: "1s", jitter: 0 },
      probes: 1,
    } as const;
    const provider = flaky(1);
    const call = resilient(policy({ name: "p", breaker }), provider.call, {
      runtime,
      key: { host: () => "api.example" },
    });

    const elsewhere = policy({ name: "q", breaker });
    const key = { host: () => "api.example" };
    await clock.run(resilient(elsewhere, flaky(0).call, { runtime, key }));
    await request(seen, "opens", () => {
      // By hand, with no call to which it could belong.
      runtime.force("q", "open");
      const end = failed(call());
      return clock.run(() => end);
    });
    runtime.force("p", "open", "other.example");
    await clock.advance(1_000);
    await request(seen, "closes", () => clock.run(call));

    const spans = await seen.spans();
    const on = (name: string) => eventsOf(spans.find((span) => span.name === name));
    const change = { event: "breaker", key: "api.example" };
    assert.deepEqual(on("opens"), [{ ...change, from: "closed", to: "open" }]);
    assert.deepEqual(on("closes"), [
      { ...change, from: "open", to: "half-open" },
      { ...change, from: "half-open", to: "closed" },
    ]);
  });

  it("note no retry on a call that a listener makes at the end of the attempt", async () => {
    const seen = telemetry();
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null });
    const fail = () => {
      throw coded("EPIPE");
    };
    const inner = resilient(policy({ name: "inner" }), fail, { runtime });
    runtime.observe(({ type, policy: name }) => {
      if (type === "attempt.ended" && name === payments.name)
        void request(seen, "inner", () => inner.outcome({}));
    });

    await request(seen, "server", () => clock.run(resilient(payments, flaky(1).call, { runtime })));

    const inside = (await seen.spans()).filter(
      ({ name, kind }) => name === "inner" && kind === SpanKind.INTERNAL,
    );
    assert.deepEqual(inside.map(eventsOf), [[], []]);
  });

  it("belong to their own caller, whosever timer or place lets the attempt begin", async () => {
    const seen = telemetry();
    const { clock, runtime, work } = world();
    otel(runtime, { tracer: seen.tracer, meter: null });
    const active: string[] = [];
    const crowded = policy({
      name: "crowded",
      idempotent: true,
      attemptTimeout: "50ms",
      retry: { attempts: 2, backoff: { base: "10ms", jitter: "none" } },
      limit: { concurrent: 1, queue: 9 },
    });
    const call = resilient(
      crowded,
      async ({ attempt }, caller: string) => {
        await work(1);
        active.push(`${caller}${attempt} ${trace.getActiveSpan()?.spanContext().spanId}`);
        await work(attempt === 1 ? 60 : 1);
      },
      { runtime },
    );

    const callers = ["a", "b", "c"];
    await clock.run(() => Promise.all(callers.map((caller) => request(seen, caller, () => call(caller)))));

    const spans = await seen.spans();
    const expected = callers.flatMap((caller) => {
      const around = spans.find(({ name }) => name === caller);
      const attempts = spans.filter((span) => parentOf(span) === idOf(around));
      assert.deepEqual(
        attempts.map(({ attributes }) => told(attributes)),
        [
          { attempt: 1, "error.type": "timeout", failure_class: "ambiguous" },
          { attempt: 2, "http.request.resend_count": 1 },
        ],
        caller,
      );
      assert.equal(eventsOf(around).length, 1);
      return attempts.map((span, index) => `${caller}${index + 1} ${idOf(span)}`);
    });
    assert.deepEqual(active.toSorted(), expected);
  });

  it("have an attempt that its caller gave up for one that failed", async () => {
    const seen = telemetry();
    const { clock, runtime, work } = world();
    otel(runtime, { tracer: seen.tracer, meter: null });
    const controller = new AbortController();
    const call = resilient(policy({ name: "given up" }), () => work(100), { runtime });

    await clock.run(async () => {
      const end = failed(call.with({ signal: controller.signal }));
      await work(10);
      controller.abort("enough");
      await end;
    });

    const [attempt] = await seen.spans();
    assert.deepEqual(attempt?.status, { code: SpanStatusCode.ERROR });
    assert.equal(attempt?.attributes["error.type"], "aborted");
  });

  it("tell no key where keys are switched off, and several keys of one state so that they can be read", async () => {
    const document = policy({
      name: "p",
      breaker: { key: "host", minCalls: 100 },
      limit: { key: "tenant", concurrent: 9 },
    });
    for (const keys of [true, false]) {
      const seen = telemetry();
      const { clock, runtime } = world();
      otel(runtime, { tracer: seen.tracer, meter: null, keys });
      const key = { host: () => "api.example", tenant: () => "anna" };
      await clock.run(resilient(document, flaky(0).call, { runtime, key }));

      const [attempt] = await seen.spans();
      const shown = attempt?.attributes["holdfast.resilience.key"];
      assert.equal(shown, keys ? "api.example, anna" : undefined);
    }
  });

  it("are not made where their trace is not sampled, and its context is passed on all the same", async () => {
    const seen = telemetry(new AlwaysOffSampler());
    const { clock, runtime } = world();
    otel(runtime, { tracer: seen.tracer, meter: null });
    const flags: unknown[] = [];
    const look = () => {
      flags.push(trace.getActiveSpan()?.spanContext().traceFlags);
      throw coded("ECONNRESET");
    };

    await request(seen, "server", () => clock.run(() => failed(resilient(payments, look, { runtime })())));

    assert.deepEqual(flags, [0, 0, 0]);
    assert.deepEqual(await seen.spans(), []);
  });

  it("go out with the request that the function makes: each attempt's traceparent is its own span's", async (t) => {
    const seen = telemetry();
    const runtime = createRuntime();
    otel(runtime, { tracer: seen.tracer, meter: null });
    const arrived: (TraceContext | null)[] = [];
    const server = createServer((incoming, answer) => {
      arrived.push(extractTrace(incoming.headers));
      answer.writeHead(arrived.length < 3 ? 503 : 200).end();
    }).listen(0, "127.0.0.1");
    t.after(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // What the instrumentation of undici does.
    const instrumented = ({
      request: outgoing,
    }: {
      request: { addHeader(name: string, value: string): void };
    }) => {
      const {
        traceId,
        spanId: parentId,
        traceFlags,
      } = trace.getSpan(context.active())?.spanContext() ?? assert.fail();
      const headers = traceHeaders({ traceId, parentId, sampled: traceFlags === 1 });
      outgoing.addHeader("traceparent", headers.traceparent);
    };
    channel("undici:request:create").subscribe(instrumented as never);
    t.after(() => channel("undici:request:create").unsubscribe(instrumented as never));
    const retry = { attempts: 3, backoff: { base: "1ms" } } as const;
    const document = policy({ name: "fetch", idempotent: true, retry });
    const get = resilient(
      document,
      async (ctx) => {
        await Promise.resolve();
        return await fetch(url, { signal: ctx.signal, headers: { connection: "close" } });
      },
      { runtime },
    );

    await request(seen, "server", get);

    const [, ...attempts] = await seen.spans();
    assert.equal(arrived.length, 3);
    assert.deepEqual(
      arrived.map((each) => each?.parentId),
      attempts.map(idOf),
    );
    assert.deepEqual(
      attempts.map(({ attributes }) => attributes["error.type"]),
      ["503", "503", undefined],
    );
  });
});
