import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { clockTimers, createRuntime, policy, Runtime, resilient } from "../src/index.ts";
import { otel } from "../src/otel.ts";
import { prometheus, prometheusText } from "../src/prometheus.ts";
import { sdkAsPrometheus } from "./support/as-prometheus.ts";
import { flaky, world } from "./support/world.ts";

const retry = { attempts: 3, backoff: { base: "100ms", jitter: "none" } } as const;

/** The samples of a text, each as one line with its labels in order. */
function samples(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) =>
      line.replace(
        /\{(.*)\}/,
        (_, labels: string) =>
          `{${labels
            .split(/(?<="),/)
            .sort()
            .join(",")}}`,
      ),
    )
    .sort();
}

/** A runtime in virtual time that nobody listens to. */
function unheard() {
  const clock = virtualClock();
  return { clock, runtime: createRuntime({ clock, random: seededRandom(1), timers: clockTimers(clock) }) };
}

/** Everything that a metric tells of, in a runtime. */
async function everything({ clock, runtime }: ReturnType<typeof unheard>): Promise<void> {
  const work = (ms: number): Promise<void> => clock.sleep(ms);
  const run = async (call: () => Promise<unknown>) => void (await clock.run(() => call().catch(() => {})));

  const plain = policy({ name: "plain", idempotent: true, retry, deadline: "8s", limit: { concurrent: 9 } });
  for (const failures of [0, 2, 9]) await run(resilient(plain, flaky(failures).call, { runtime }));
  for (const ms of [3, 5, 30, 600, 7_000, 60_000]) await run(resilient(plain, () => work(ms), { runtime }));
  await run(
    resilient(plain, flaky(9, () => Object.assign(new Error("gone"), { status: 404 })).call, { runtime }),
  );

  const breaker = { key: "host", consecutive: 2, minCalls: 100, open: { base: "1s", jitter: 0 } } as const;
  const guarded = policy({ name: "guarded", breaker });
  for (const host of ['a "quoted"\\host', "b,c", "two\nlines"])
    for (let count = 0; count < 4; count++)
      await run(
        resilient(guarded, flaky(host === "b,c" ? 0 : 9).call, { runtime, key: { host: () => host } }),
      );

  const budget = { ratio: 0.1, minPerSecond: 0 } as const;
  const saved = policy({ name: "saved", idempotent: true, retry, budget, fallback: "cached" });
  await run(resilient(saved, flaky(9).call, { runtime, fallback: { cached: () => "cached" } }));
}

async function eventful(keys: boolean) {
  const made = unheard();
  const metrics = prometheus(made.runtime, { keys });
  await everything(made);
  return metrics;
}

describe("the metrics of a runtime as Prometheus reads them", () => {
  for (const keys of [true, false])
    it(`are those of OpenTelemetry, name by name and value by value, ${keys ? "with" : "without"} keys`, async () => {
      const metrics = await eventful(keys);
      const [sdk, told] = [sdkAsPrometheus(), unheard()];
      otel(told.runtime, { tracer: null, meter: sdk.meter, keys });
      await everything(told);

      const expected = await sdk.samples();
      assert.deepEqual(samples(metrics.text()), expected);
      const names = new Set(expected.map((line) => line.slice(0, line.indexOf("{"))));
      assert.equal(names.size, 11 + 3, [...names].join());
      assert.deepEqual(samples(metrics.text()), expected, "and a second time");
    });

  it("say of each what it is, once and before its samples", async () => {
    const metrics = await eventful(true);
    const lines = metrics.text().split("\n");

    const types = lines.filter((line) => line.startsWith("# TYPE "));
    assert.equal(new Set(types).size, 12);
    assert.ok(types.includes("# TYPE holdfast_resilience_call_duration_seconds histogram"));
    assert.ok(types.includes("# TYPE holdfast_resilience_calls_total counter"));
    assert.ok(types.includes("# TYPE holdfast_resilience_breaker_state gauge"));
    assert.ok(
      lines.includes(
        'holdfast_resilience_attempts_total{holdfast_resilience_policy="guarded",holdfast_resilience_key="two\\nlines"} 2',
      ),
    );
    for (const type of types) {
      const at = lines.indexOf(type);
      const name = type.split(" ")[2] ?? "";
      assert.ok(lines[at - 1]?.startsWith(`# HELP ${name} `), name);
      assert.ok(lines[at + 1]?.startsWith(name), name);
    }
  });

  it("begin with the first text where nobody began before, and tell of earlier calls what is counted in any case", async () => {
    const { clock, runtime } = world({});
    const call = resilient(policy({ name: "p", deadline: "1s" }), flaky(0).call, { runtime });
    const calls =
      'holdfast_resilience_calls_total{holdfast_resilience_outcome="success",holdfast_resilience_policy="p"}';
    const duration = 'holdfast_resilience_call_duration_seconds_count{holdfast_resilience_policy="p"}';
    await clock.run(call);
    const first = samples(prometheusText(runtime));
    await clock.run(call);
    const second = samples(prometheusText(runtime));

    assert.ok(first.includes(`${calls} 1`) && !first.some((line) => line.startsWith(duration)));
    assert.ok(second.includes(`${calls} 2`) && second.includes(`${duration} 1`));
  });

  it("make no event of a success, and are heard no more of than others", async () => {
    const { clock, runtime } = unheard();
    const { events } = Runtime.callsOf(runtime);
    const made: string[] = [];
    const { emit } = events;
    events.emit = (event) => {
      made.push(event.type);
      emit.call(events, event);
    };
    const metrics = prometheus(runtime);
    const call = (failures: number) =>
      resilient(policy({ name: "p", idempotent: true, retry }), flaky(failures).call, { runtime });

    await clock.run(call(0));
    assert.deepEqual([made.splice(0), events.active, events.hearsFailures], [[], false, true]);
    await clock.run(call(1));
    assert.deepEqual(made.splice(0), ["attempt.ended", "retry.waiting"]);
    const unhear = runtime.observe(() => {});
    await clock.run(call(0));
    assert.deepEqual(made.splice(0), ["attempt.started", "attempt.ended", "call.ended"]);
    unhear();
    const count = 'holdfast_resilience_call_duration_seconds_count{holdfast_resilience_policy="p"} 3';
    assert.ok(samples(metrics.text()).includes(count), "each success once, whoever else listens");
    metrics.stop();
    await clock.run(call(1));
    assert.deepEqual([made, events.hearsFailures], [[], false]);
  });

  it("tell of nothing new once they are stopped", async () => {
    const { clock, runtime } = world({});
    const metrics = prometheus(runtime);
    const call = resilient(policy({ name: "p", idempotent: true, retry }), flaky(2).call, { runtime });
    await clock.run(call);
    const before = metrics.text();
    metrics.stop();
    metrics.stop();
    await clock.run(call);

    assert.notEqual(before, "");
    assert.equal(metrics.text(), before);
  });

  it("are empty while nothing has a policy", () => {
    assert.equal(prometheusText(world({}).runtime), "");
  });
});
