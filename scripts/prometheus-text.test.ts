import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { virtualClock } from "@holdfast/core/testing";
import { metricNames, readExposition } from "@holdfast/operate";
import { clockTimers, createRuntime, policy, resilient } from "@holdfast/resilience";
import { prometheus } from "@holdfast/resilience/prometheus";

/** The text of a runtime in which there is something to tell by every metric. */
async function told(): Promise<string> {
  const clock = virtualClock();
  const runtime = createRuntime({ clock, random: seededRandom(1), timers: clockTimers(clock) });
  const metrics = prometheus(runtime);
  const document = policy({
    name: 'payments "eu"\\1',
    idempotent: true,
    retry: { attempts: 3 },
    budget: { ratio: 0.1, minPerSecond: 0.1, window: "10s" },
    breaker: { consecutive: 4, minCalls: 100 },
    limit: { concurrent: 2 },
    fallback: "none",
  });
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  const call = resilient(document, async () => Promise.reject(refused), {
    runtime,
    fallback: { none: () => null },
  });
  for (let count = 0; count < 4; count++) await clock.run(call);
  return metrics.text();
}

describe("the text of @holdfast/resilience/prometheus", () => {
  it("has every metric of the runtime that rules, dashboards and runbooks read", async () => {
    const samples = readExposition(await told());

    const names = new Set(samples.map(({ name }) => name.replace(/_(bucket|sum|count)$/, "")));
    const ours = metricNames.filter((name) => name.startsWith("holdfast_resilience_"));
    assert.ok(ours.length >= 12);
    assert.deepEqual(
      ours.filter((name) => !names.has(name)),
      [],
    );
    assert.ok(samples.every(({ type }) => type !== "unknown"));
    assert.ok(samples.every(({ labels }) => labels["holdfast_resilience_policy"] === 'payments "eu"\\1'));
  });

  it("is one that promtool accepts", async (test) => {
    const checked = spawnSync("promtool", ["check", "metrics"], { input: await told(), encoding: "utf8" });
    if (checked.error !== undefined) return test.skip("service: promtool is not on the PATH");
    return assert.equal(checked.status, 0, checked.stderr);
  });
});
