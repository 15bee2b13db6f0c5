import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FaultProgram } from "@holdfast/faults";
import type { LoadStage, Observation } from "@holdfast/verify";
import { contractOf } from "./support/contract.ts";
import { experimentOf, fixed, only, runOf, samplesOf } from "./support/run.ts";

const untouched: FaultProgram = { steps: [] };
const outage: FaultProgram = { steps: [{ fault: { kind: "status", status: 503 }, times: "forever" }] };
const silence: FaultProgram = { steps: [{ fault: { kind: "hang" }, times: "forever" }] };

function stageOf(name: LoadStage["name"], changes: Partial<LoadStage> = {}): LoadStage {
  const usual = { ratePerSecond: 25, maxMs: 600, until: null, onlyIfSeen: false, drains: false };
  return { name, program: untouched, ...usual, ...changes };
}

function loaded(stages: readonly LoadStage[], inFlightMax = 100) {
  const procedure = { kind: "load", stages, inFlightMax, callsMax: 200, cutOffMs: 300 } as const;
  return fixed([experimentOf("load", { procedure, samples: 1, samplesMax: 1, perInstance: 1 })]);
}

const callsOf = (observations: readonly Observation[]) =>
  only(observations, "call").filter(({ phase }) => phase === "load");

describe("a load", { timeout: 120_000 }, () => {
  it("begins calls at its rate, gives all of a stage its program, and tells their requests apart", async () => {
    const decisions = loaded([
      stageOf("healthy", { drains: true }),
      stageOf("failing", { program: outage }),
      stageOf("healed", { until: "restored", maxMs: 5_000 }),
    ]);
    const { observations } = await runOf(contractOf("good"), decisions);

    const calls = callsOf(observations);
    const [load] = only(observations, "load");
    assert.deepEqual(
      load?.stages.map(({ name }) => name),
      ["healthy", "failing", "healed"],
    );
    assert.equal(load?.stages[2]?.seen, true);
    const begunIn = (at: number) => {
      const stage = load?.stages[at];
      assert.ok(stage);
      return calls.filter((call) => call.startedMs >= stage.startedMs && call.startedMs < stage.endedMs);
    };
    assert.ok(begunIn(0).length >= 8 && begunIn(0).length <= 17, `${begunIn(0).length} calls in 600 ms`);
    assert.ok(begunIn(0).every(({ outcome }) => outcome === "succeeded"));
    assert.ok(begunIn(1).some(({ outcome }) => outcome === "failed"));
    assert.deepEqual(samplesOf(observations), []);

    const exchanges = only(observations, "exchange");
    for (const { id } of begunIn(1).slice(0, 5)) {
      const own = exchanges.filter(({ request }) => request.mentions.includes(id));
      assert.ok(own.length >= 2, "a failing call is tried again, and its attempts are known by its id");
    }
    assert.equal(only(observations, "experiment")[0]?.samples, 1);
  });

  it("leaves stages out that wait for what was not seen, and records calls that nobody answered", async () => {
    const decisions = loaded([
      stageOf("failing", { program: silence, until: "cut-off", maxMs: 400 }),
      stageOf("open", { onlyIfSeen: true, until: "arrival" }),
    ]);
    const { observations } = await runOf(contractOf("good"), decisions);

    const [load] = only(observations, "load");
    assert.deepEqual(
      load?.stages.map(({ name, seen }) => [name, seen]),
      [["failing", false]],
    );
    assert.ok(callsOf(observations).every(({ outcome }) => outcome !== "succeeded"));
  });

  it("begins no call beyond those that may be under way, and counts them", async () => {
    const decisions = loaded([stageOf("failing", { program: silence })], 3);
    const { observations } = await runOf(contractOf("good"), decisions);

    const [load] = only(observations, "load");
    assert.ok((load?.withheld ?? 0) > 3);
    const calls = callsOf(observations);
    for (const { startedMs } of calls) {
      const under = calls.filter((one) => one.startedMs <= startedMs && (one.endedMs ?? 1e12) > startedMs);
      assert.ok(under.length <= 4, `${under.length} calls at once`);
    }
  });

  it("makes calls beside it at a rate of their own, through all stages, on which nothing is done", async () => {
    const contract = contractOf("good");
    const [own] = contract.scenarios;
    assert.ok(own);
    const beside = [
      { scenario: "beside", ratePerSecond: 20 },
      { scenario: null, ratePerSecond: 10 },
    ];
    const stages = [stageOf("healthy", { drains: true }), stageOf("failing", { program: outage })];
    const procedure = {
      kind: "load",
      stages,
      inFlightMax: 100,
      callsMax: 200,
      cutOffMs: 300,
      beside,
    } as const;
    const decisions = fixed([experimentOf("load", { procedure, samples: 1, samplesMax: 1, perInstance: 1 })]);
    const scenarios = [own, { ...own, name: "beside" }];
    const { observations } = await runOf({ ...contract, scenarios }, decisions);

    const rows = Map.groupBy(callsOf(observations), (call) => call.beside);
    const counts = [undefined, "beside", null].map((row) => rows.get(row)?.length ?? 0);
    const [all = 0, others = 0, ready = 0] = counts;
    assert.ok(all > others && others > ready && ready >= 6, counts.join(", "));
    assert.ok(rows.get(null)?.every(({ outcome, status }) => outcome === "succeeded" && status === 200));
    const ends = only(observations, "load")[0]?.stages.map(({ endedMs }) => endedMs) ?? [];
    for (const endedMs of ends) {
      assert.ok(
        rows.get("beside")?.some((call) => call.startedMs < endedMs && call.startedMs > endedMs - 500),
      );
    }
  });

  it("stops when the instance ends by itself", async () => {
    const decisions = loaded([stageOf("failing", { program: outage, maxMs: 3_000 }), stageOf("healed")]);
    const { observations } = await runOf(contractOf("dies-on-fault"), decisions);

    const [load] = only(observations, "load");
    assert.match(load?.stoppedBecause ?? "", /ended by itself/);
    assert.equal(load?.stages.length, 1);
  });
});
