import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assemble, evidenceFor } from "./evidence.ts";
import type { LoadRecord, Observation } from "./model.ts";
import { instanceOf, targetWith } from "./testing/evidence.ts";
import { besideScenario, withNeighbour } from "./testing/neighbours.ts";
import { callRecord, exchangeRecord, experimentRecord, runRecord } from "./testing/observations.ts";

const experiment = experimentRecord("load-503", {
  procedure: { kind: "load", stages: [], inFlightMax: 200, callsMax: 800, cutOffMs: 600 },
});
const record: LoadRecord = {
  type: "load",
  experiment: experiment.id,
  instance: "i1",
  startedMs: 900,
  endedMs: 9_000,
  stages: [],
  withheld: 0,
  stoppedBecause: null,
};
const loadCall = (id: string, startedMs: number, traceId = id.padStart(32, "0")) =>
  callRecord(id, { experiment: experiment.id, instance: "i1", phase: "load", startedMs, traceId });
const request = (id: string, mentions: readonly string[]) => ({
  ...exchangeRecord("none", { at: 5, id, mentions, armedCall: null, instance: "i1" }),
  proxy: "i1-payments",
});

function evidenceOf(
  more: readonly Observation[],
  instance = instanceOf({ instance: "i1", experiment: experiment.id }),
) {
  const ended: Observation = { type: "experiment", experiment, wallMs: 1, samples: 1, stoppedBecause: null };
  return evidenceFor(assemble([runRecord(), instance, ...more, ended]), targetWith());
}

function loadOf(more: readonly Observation[]) {
  return evidenceOf([...more, record]).experiments["load-503"]?.loads?.[0];
}

describe("the evidence of a load", () => {
  it("has its calls in the order in which they began, each with the requests that carry its id", () => {
    const load = loadOf([
      loadCall("b", 1_040),
      loadCall("a", 1_000),
      request("x1", ["a"]),
      request("x2", ["b"]),
      request("x3", ["b"]),
    ]);

    assert.deepEqual(
      load?.calls.map(({ id, attempts }) => [id, attempts.length]),
      [
        ["a", 1],
        ["b", 2],
      ],
    );
    assert.deepEqual([load?.strays, load?.problem], [0, null]);
  });

  it("knows a request by the trace of its call where the id is missing, and counts what belongs to none", () => {
    const load = loadOf([
      loadCall("a", 1_000, "f".repeat(32)),
      request("x1", ["f".repeat(32)]),
      request("x2", []),
    ]);

    assert.deepEqual(
      load?.calls[0]?.attempts.map(({ id, number }) => [id, number]),
      [["x1", 1]],
    );
    assert.equal(load?.strays, 1);
  });

  it("is not to be trusted when the machine stood still for a second, and a herd for less", () => {
    const still = (forMs: number): Observation => ({
      type: "standstill",
      fromMs: 3_000,
      toMs: 3_000 + forMs,
    });
    const problem = (forMs: number) => loadOf([loadCall("a", 1_000), still(forMs)])?.problem;
    assert.equal(problem(900), null);
    assert.equal(problem(1_200), "this machine stood still for 1.2 s meanwhile");

    const herd = experimentRecord("load-503", {
      procedure: { kind: "herd", calls: 20, holdMs: 100 } as never,
    });
    const ended: Observation = {
      type: "experiment",
      experiment: herd,
      wallMs: 1,
      samples: 1,
      stoppedBecause: null,
    };
    const observations = [
      runRecord(),
      instanceOf({ instance: "i1", experiment: herd.id }),
      record,
      still(900),
      ended,
    ];
    const [load] = evidenceFor(assemble(observations), targetWith()).experiments["load-503"]?.loads ?? [];
    assert.equal(load?.problem, "this machine stood still for 900 ms meanwhile");
  });

  it("has the calls beside it apart, with the requests of the neighbour that they are of", () => {
    const beside = [besideScenario, null].map((scenario) => ({ scenario, ratePerSecond: 5 }));
    const load = { kind: "load", stages: [], inFlightMax: 9, callsMax: 9, cutOffMs: 600, beside } as const;
    const asked = experimentRecord("load-503", { procedure: load });
    const ended: Observation = {
      type: "experiment",
      experiment: asked,
      wallMs: 1,
      samples: 1,
      stoppedBecause: null,
    };
    const price = { ...request("x2", ["b"]), integration: "prices", operation: "quote" };
    const calls: Observation[] = [
      loadCall("a", 1_000),
      { ...loadCall("b", 1_010), beside: besideScenario },
      { ...loadCall("c", 1_020), beside: null },
      request("x1", ["a"]),
      price,
    ];
    const assembled = assemble([
      runRecord(),
      instanceOf({ instance: "i1", experiment: asked.id }),
      ...calls,
      record,
      ended,
    ]);
    const [found] = evidenceFor(assembled, withNeighbour(targetWith())).experiments["load-503"]?.loads ?? [];

    assert.deepEqual(
      found?.calls.map(({ id }) => id),
      ["a"],
    );
    const told = found?.beside?.map((row) => [
      row.scenario,
      row.calls.map(({ id, attempts }) => `${id} ${attempts.length}`),
    ]);
    assert.deepEqual(told, [
      [besideScenario, ["b 1"]],
      [null, ["c 0"]],
    ]);
  });

  it("keeps its calls out of the samples and of the healthy calls", () => {
    const evidence = evidenceOf([loadCall("a", 1_000), record]);

    assert.deepEqual(evidence.experiments["load-503"]?.calls, []);
    assert.deepEqual(evidence.healthy, []);
  });

  it("says why it cannot be trusted", () => {
    const exited = instanceOf({ instance: "i1", experiment: experiment.id, end: "exited" });
    const problem = {
      type: "proxy-problem",
      proxy: "i1-payments",
      atMs: 1,
      code: "LISTENER_FAILED",
      message: "",
    } as const;

    const load = evidenceOf([loadCall("a", 1_000), record], exited).experiments["load-503"]?.loads?.[0];
    assert.match(load?.problem ?? "", /ended by itself/);
    assert.match(loadOf([{ ...problem, instance: "i1" }])?.problem ?? "", /LISTENER_FAILED/);
    const stopped = evidenceOf([{ ...record, stoppedBecause: "the cap was reached" }]);
    assert.equal(stopped.experiments["load-503"]?.loads?.[0]?.problem, "the cap was reached");
  });
});
