import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Observation } from "./model.ts";
import { planRun } from "./plan.ts";
import { targetWith } from "./testing/evidence.ts";
import { callRecord, exchangeRecord, smallRun } from "./testing/observations.ts";
import { moreSamples } from "./top-ups.ts";

const { contract } = targetWith({ policy: { retry: { attempts: 3 } } });
const plan = planRun(contract, { seed: 1, jobs: 4, cores: 2, startMs: 100, only: ["bounded"] });
const healthy = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    callRecord(`w${index}`, { phase: "warm-up", index: 0, outcome: "succeeded", instance: `w-${index}` }),
  );
const samples = (count: number, more: (index: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    callRecord(`s${index}`, {
      instance: `i${Math.floor(index / 2)}`,
      index: 1 + (index % 2),
      ...more(index),
    }),
  );

describe("top-ups", () => {
  it("ask for nothing once everything is decided", () => {
    assert.deepEqual(
      moreSamples(contract, smallRun("503-forever", [...healthy(6), ...samples(12)]), plan),
      [],
    );
  });

  it("ask for the samples that an open verdict lacks", () => {
    const [wanted] = moreSamples(contract, smallRun("503-forever", [...healthy(6), ...samples(2)]), plan);
    assert.equal(wanted?.experiment, "place-order/payments.charge/503-forever");
    assert.equal(wanted?.samples, 3);
  });

  it("replace poisoned samples, each on an instance of its own", () => {
    const run = smallRun("503-forever", [...healthy(6), ...samples(12)]);
    const starved = new Set(["x-s1", "x-s3", "x-s5"]);
    const [wanted] = moreSamples(
      contract,
      run.filter((one) => !(one.type === "exchange" && starved.has(one.id))),
      plan,
    );
    assert.deepEqual([wanted?.samples, wanted?.perInstance], [3, 1]);
  });

  it("replace samples during which the machine stood still, where they are missed", () => {
    const still: Observation = { type: "standstill", fromMs: 1_500, toMs: 2_900 };
    const calls = (count: number) =>
      samples(12, (index) => ({
        startedMs: index < count ? 1_400 : 9_000,
        endedMs: index < count ? 1_800 : 9_400,
      }));
    const wanted = (count: number, planned = plan) =>
      moreSamples(contract, smallRun("503-forever", [...healthy(6), ...calls(count)], [still]), planned)[0];

    assert.equal(wanted(12)?.samples, 12, "as many as were planned");
    assert.equal(wanted(3), undefined, "what is left decides");
    const capped = { ...plan, experiments: plan.experiments.map((one) => ({ ...one, samplesMax: 12 })) };
    assert.equal(wanted(12, capped)?.samples, 12, "they take no room from others");
  });

  it("do not ask on behalf of what is decided", () => {
    const retries = { policy: { retry: { attempts: 3 } } };
    const decided = planRun(targetWith(retries).contract, {
      seed: 1,
      jobs: 4,
      cores: 2,
      startMs: 100,
      only: ["backs-off"],
    });
    const calls = samples(12);
    const waits: Observation[] = calls.flatMap((call) =>
      [100, 300].map((at) =>
        exchangeRecord(call.id, { at, id: `${call.id}-${at}`, instance: call.instance }),
      ),
    );
    const run = smallRun("503-forever", [...healthy(6), ...calls], waits);
    assert.deepEqual(moreSamples(contract, run, decided), []);
  });

  it("stop at the most that an experiment may have", () => {
    const spent = planRun(contract, { seed: 1, jobs: 4, cores: 2, startMs: 100, only: ["bounded"] });
    const tight = { ...spent, experiments: spent.experiments.map((one) => ({ ...one, samplesMax: 2 })) };
    assert.deepEqual(
      moreSamples(contract, smallRun("503-forever", [...healthy(6), ...samples(2)]), tight),
      [],
    );
  });

  it("do not watch endless calls over and over", () => {
    const both = planRun(contract, { seed: 1, jobs: 4, cores: 2, startMs: 100, only: ["jitters"] });
    const long = (index: number) => ({ startedMs: 1_000, endedMs: null, watchedUntilMs: 41_000 + index });
    const calls = samples(3, long);
    const second: Observation[] = calls.map((call) =>
      exchangeRecord(call.id, { at: 500, id: `y-${call.id}`, instance: call.instance }),
    );
    const [wanted] = moreSamples(contract, smallRun("503-forever", [...healthy(6), ...calls], second), both);
    assert.equal(wanted?.samples, 1);
  });

  it("count a load as one sample, so that it is made no more often than its experiment allows", () => {
    const target = targetWith({ policy: { retry: { attempts: 3 }, breaker: {} } });
    const { contract } = target;
    const plan = planRun(contract, { seed: 1, jobs: 4, cores: 2, startMs: 100, only: ["opens"] });
    const load = plan.experiments.find((one) => one.name === "load-503");
    assert.ok(load);
    const made = (count: number): Observation[] =>
      Array.from({ length: count }, (_, index) => ({
        type: "load",
        experiment: load.id,
        instance: `l${index}`,
        startedMs: 0,
        endedMs: 5_000,
        stages: [],
        withheld: 0,
        stoppedBecause: "the machine was busy",
      }));
    const asked = (count: number) =>
      moreSamples(contract, [...smallRun("load-503", healthy(6)), ...made(count)], plan).length;
    assert.equal(asked(load.samplesMax), 0);
  });
});
