import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { metrics, trace } from "@opentelemetry/api";
import { turnsOf } from "../src/call/call-world.ts";
import { Events, type ResilienceEvent } from "../src/events.ts";
import { clockTimers, policy, Runtime, resilient } from "../src/index.ts";
import { otel } from "../src/otel.ts";
import { captureOrigin } from "../src/system-origin.ts";
import { assertAtRest } from "./support/at-rest.ts";
import { collected } from "./support/collected.ts";
import { keepContext, telemetry } from "./support/telemetry.ts";
import { flaky, world } from "./support/world.ts";

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

/** Whether what is referred to is collected, sooner or later: what runs tests may hold on to something for a moment. */
async function released(references: readonly WeakRef<object>[]): Promise<boolean> {
  for (let round = 0; round < 10; round++) {
    if (await collected(references)) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}

describe("spans and calls", () => {
  it("do not meet where a tracer fails: calls go on", async () => {
    const broken = { startSpan: () => assert.fail("no span"), startActiveSpan: () => assert.fail("no span") };
    for (const callSpans of [true, false]) {
      const { clock, runtime } = world();
      otel(runtime, { tracer: broken as never, meter: null, callSpans });
      assert.equal(await clock.run(resilient(payments, flaky(2).call, { runtime })), "answer");
      assertAtRest(runtime);
    }
  });

  it("do not meet where ending a span fails: the caller gets its answer", async () => {
    const { tracer } = telemetry();
    const broken = {
      startSpan: (...args: Parameters<typeof tracer.startSpan>) =>
        Object.assign(tracer.startSpan(...args), { end: () => assert.fail("no end") }),
    };
    const { clock, runtime } = world();
    otel(runtime, { tracer: broken as never, meter: null, callSpans: true });
    assert.equal(await clock.run(resilient(policy({ name: "p", deadline: "1s" }), () => 1, { runtime })), 1);
    assertAtRest(runtime);
  });

  it("part when they are told to: no span is left open, nothing is heard and nothing is held", async () => {
    const seen = telemetry();
    const references: WeakRef<Runtime>[] = [];
    await (async () => {
      const { clock, runtime, work } = world();
      const stop = otel(runtime, { tracer: seen.tracer, meter: seen.meter, callSpans: true });
      const call = resilient(policy({ name: "p", deadline: "1s" }), () => work(100), { runtime });
      const underWay = call();
      await seen.metrics();

      stop();
      stop();
      const before = (await seen.spans()).length;
      assert.equal(before, 1, "the attempt that was under way");
      await clock.run(() => Promise.all([underWay, call()]));

      assert.equal((await seen.spans()).length, 2, "and its call, when it ended");
      assert.equal(Runtime.callsOf(runtime).around, null);
      assertAtRest(runtime);
      runtime.dispose();
      references.push(new WeakRef(runtime));
    })();

    await seen.metrics();
    assert.ok(await released(references));
  });

  it("meet by the global providers where no others are given", async (t) => {
    const { clock, runtime } = world();
    const seen = telemetry();
    trace.setGlobalTracerProvider({ getTracer: () => seen.tracer });
    metrics.setGlobalMeterProvider({ getMeter: () => seen.meter });
    t.after(() => {
      trace.disable();
      metrics.disable();
    });
    t.after(otel(runtime));

    await clock.run(resilient(payments, flaky(1).call, { runtime }));

    assert.equal((await seen.spans()).length, 2);
    assert.deepEqual(await seen.points("holdfast.resilience.retries", payments.name), { "": 1 });
  });

  it("meet only once for one runtime", () => {
    const { runtime } = world();
    const { tracer, meter } = telemetry();
    const stop = otel(runtime, { tracer, meter: null });
    assert.throws(() => otel(runtime, { tracer, meter: null }), { code: "OTEL_TWICE" });
    otel(runtime, { tracer: null, meter })();
    stop();
    const again = otel(runtime, { tracer, meter: null });
    stop();
    assert.notEqual(Runtime.callsOf(runtime).around, null, "the first has nothing more to stop");
    again();
  });
});

class CountedEvents extends Events {
  told = 0;

  override emit(event: ResilienceEvent): void {
    this.told++;
    super.emit(event);
  }
}

describe("who does not ask for telemetry", () => {
  it("pays for none: no event is made before otel() and after it is stopped", async () => {
    const clock = virtualClock();
    const events = new CountedEvents(null, (error) => assert.fail(String(error)));
    const runtime = new Runtime(
      {
        clock,
        random: seededRandom(1),
        timers: clockTimers(clock),
        turn: turnsOf(clock),
        ambient: { current: null },
        capture: captureOrigin,
        freshKey: () => "key",
        events,
        stacks: false,
      },
      10,
    );
    const breaker = { consecutive: 4, minCalls: 100, open: { base: "1s", jitter: 0 } } as const;
    const document = policy({ ...payments, breaker });
    const round = async () => {
      for (const failures of [0, 1, 9, 9]) {
        await clock.run(() => resilient(document, flaky(failures).call, { runtime }).outcome({}));
      }
      await clock.advance(60_000);
    };

    await round();
    assert.equal(events.told, 0);
    const { tracer, meter } = telemetry();
    const stop = otel(runtime, { tracer, meter });
    await round();
    const { told } = events;
    assert.ok(told > 10, `${told} events`);
    stop();
    await round();
    assert.equal(events.told, told);
  });

  it("needs nothing of it: no other entry of the package imports it, be it for types or by way of others", () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      readonly exports: Readonly<Record<string, string | { readonly "@holdfast/source": string }>>;
    };
    const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
      typeof target === "string"
        ? []
        : [[name, new URL(`../${target["@holdfast/source"]}`, import.meta.url)] as const],
    );
    const importing = entries.filter(([, url]) => reached(url).has("@opentelemetry/api"));
    assert.deepEqual(
      importing.map(([name]) => name),
      ["./otel"],
    );
    assert.ok(entries.some(([name]) => name === "."));
  });
});

/** What a module imports, be it types, and what is imported by way of that. */
function reached(url: URL, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(url.href)) return seen;
  seen.add(url.href);
  const source = readFileSync(url, "utf8");
  for (const [, from = ""] of source.matchAll(/^(?:import|export) [^;]*?from "([^"]+)";/gms)) {
    if (from.startsWith(".")) reached(new URL(from, url), seen);
    else seen.add(from);
  }
  return seen;
}
