import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Durations } from "./durations.ts";
import { Metric } from "./metric.ts";

function samplesOf(metric: { text(): string }): readonly string[] {
  return metric
    .text()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

describe("a histogram of durations", () => {
  it("counts an edge with what lies below it", () => {
    const durations = new Durations("d", { edges: [0.1, 1], description: "", keys: true });
    for (const elapsedMs of [0, 100, 101, 1_000, 1_001]) durations.take("p", "", "", elapsedMs);

    assert.deepEqual(samplesOf(durations), [
      'd_seconds_bucket{holdfast_resilience_policy="p",le="0.1"} 2',
      'd_seconds_bucket{holdfast_resilience_policy="p",le="1"} 4',
      'd_seconds_bucket{holdfast_resilience_policy="p",le="+Inf"} 5',
      'd_seconds_sum{holdfast_resilience_policy="p"} 2.202',
      'd_seconds_count{holdfast_resilience_policy="p"} 5',
    ]);
  });

  it("has a bound, like a counter: what comes beyond it shares one series", () => {
    const durations = new Durations("d", { edges: [], description: "", keys: true });
    const counter = new Metric("c", "counter", {});
    for (let key = 0; key < 2_050; key++) {
      durations.take("p", `k${key}`, "", 0);
      counter.add(1, { key: String(key) });
    }
    for (const key of [0, 1_998]) {
      durations.take("p", `k${key}`, "", 0);
      counter.add(1, { key: String(key) });
    }

    const counts = samplesOf(durations).filter((line) => line.startsWith("d_seconds_count"));
    assert.equal(counts.length, 2_000);
    assert.equal(counts.at(-1), 'd_seconds_count{otel_metric_overflow="true"} 51');
    assert.ok(counts[1_998]?.endsWith('key="k1998"} 2'));
    const added = samplesOf(counter);
    assert.equal(added.length, 2_000);
    assert.equal(added.at(-1), 'c_total{otel_metric_overflow="true"} 51');
    assert.equal(added[1_998], 'c_total{key="1998"} 2');
  });

  it("has a bound also where values are told whenever somebody reads", () => {
    const gauge = new Metric("g", "gauge", {});
    for (const value of [1, 2]) {
      gauge.clear();
      for (let key = 0; key < 2_050; key++) gauge.set(value, { key: String(key) });
      const told = samplesOf(gauge);
      assert.equal(told.length, 2_000);
      assert.equal(told[1_998], `g{key="1998"} ${value}`);
      assert.equal(told.at(-1), `g{otel_metric_overflow="true"} ${51 * value}`);
    }
  });
});
