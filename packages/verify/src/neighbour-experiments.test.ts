import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { breakerFacts } from "./breaker-facts.ts";
import type { ExperimentSpec, Target } from "./model.ts";
import { cutOffBeside, silenceBeside } from "./neighbour-experiments.ts";
import { neighboursOf } from "./neighbours.ts";
import type { LoadSpec } from "./procedure-model.ts";
import { belongsTo } from "./profiles.ts";
import { targetWith } from "./testing/evidence.ts";
import { withNeighbour } from "./testing/neighbours.ts";

function loadOf(spec: ExperimentSpec | undefined): LoadSpec {
  assert.ok(spec?.procedure?.kind === "load");
  return spec.procedure;
}

const cutOff = (target: Target) => cutOffBeside(breakerFacts(target), target, neighboursOf(target));
const silence = (target: Target) => silenceBeside(target, neighboursOf(target));
const target = withNeighbour(targetWith({ policy: { breaker: {} } }));

describe("a load with neighbours", () => {
  it("belongs to longer runs", () => {
    for (const one of [...cutOff(target), silence(target)]) {
      assert.equal(belongsTo("pr", one.profile), false);
      assert.equal(belongsTo("full", one.profile), true);
    }
  });

  it("offers enough failures beside the neighbours' successes to open a breaker that all of them share", () => {
    const { stages, beside, callsMax } = loadOf(cutOff(target)[0]);
    const [healthy, failing, open] = stages;
    assert.ok(healthy && failing && open);

    const calls = ({ maxMs, ratePerSecond }: typeof healthy) => (maxMs * ratePerSecond) / 1_000;
    const others = (beside?.[0]?.ratePerSecond ?? 0) * ((healthy.maxMs + failing.maxMs) / 1_000);
    assert.ok(calls(failing) / (calls(failing) + calls(healthy) + others) > 0.6);
    assert.ok(calls(healthy) + calls(failing) + calls(open) < callsMax);
    assert.deepEqual([failing.until, open.onlyIfSeen], ["cut-off", true]);
  });

  it("asks a silent provider's neighbours, and whether the service is ready", () => {
    assert.deepEqual(
      loadOf(silence(target)).beside?.map(({ scenario }) => scenario),
      ["read-price", null],
    );
    const deaf = withNeighbour(targetWith({ service: { ready: null } }));
    assert.deepEqual(
      loadOf(silence(deaf)).beside?.map(({ scenario }) => scenario),
      ["read-price"],
    );
  });

  it("is no faster than either side says it goes", () => {
    const policy = { rate: { calls: 5, perMs: 1_000 } };
    const slow = withNeighbour(targetWith({ policy }));

    assert.equal(loadOf(silence(slow)).beside?.[0]?.ratePerSecond, 4);
    assert.ok(loadOf(silence(slow)).stages.every(({ ratePerSecond }) => ratePerSecond === 4));
    const rare = withNeighbour(targetWith({ policy: { breaker: {}, rate: { calls: 2, perMs: 1_000 } } }));
    const { stages } = loadOf(cutOff(rare)[0]);
    assert.ok(stages.every(({ ratePerSecond }) => ratePerSecond === 1.6));
    assert.equal(stages[0]?.maxMs, 7_500, "twelve healthy calls all the same");
  });
});
