import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Observation, ScrapeRecord } from "../model.ts";
import { callRecord, experimentRecord } from "../testing/observations.ts";
import { capturesOf } from "./captures.ts";

const outage = experimentRecord("503-forever", {
  program: { steps: [{ fault: { kind: "status", status: 503 }, times: "forever" }] },
});

const text = (ok: number, error: number): string =>
  `# TYPE calls_total counter\ncalls_total{outcome="ok"} ${ok}\ncalls_total{outcome="error"} ${error}\n`;

function scrape(
  moment: ScrapeRecord["moment"],
  atMs: number,
  facts: Partial<ScrapeRecord> = {},
): ScrapeRecord {
  return {
    type: "scrape",
    experiment: outage.id,
    instance: "i1",
    atMs,
    moment,
    stage: null,
    text: null,
    error: null,
    ...facts,
  };
}

const call = (id: string, startedMs: number, facts: Parameters<typeof callRecord>[1] = {}) =>
  callRecord(id, {
    experiment: outage.id,
    instance: "i1",
    startedMs,
    outcome: "failed",
    phase: "sample",
    ...facts,
  });

const whole: readonly Observation[] = [
  scrape("ready", 0, { text: text(0, 0) }),
  call("w", 10, { phase: "warm-up", outcome: "succeeded" }),
  scrape("warm", 20, { text: text(1, 0) }),
  call("a", 30),
  call("b", 40),
  call("h", 45, { phase: "warm-up", outcome: "succeeded" }),
  call("c", 50, { outcome: "succeeded" }),
  scrape("end", 60, { text: text(3, 2) }),
];

const perCall = (captured: ReturnType<typeof capturesOf>, outcome: string): number | undefined =>
  [...(captured.modes[0]?.footprint?.series.values() ?? [])].find(
    ({ labels }) => labels["outcome"] === outcome,
  )?.perCall;

describe("what a run saw of the metrics", () => {
  it("is what a healthy call leaves behind, and what a call under each way to fail does", () => {
    const captured = capturesOf(whole, [outage]);
    const [mode] = captured.modes;
    assert.deepEqual([mode?.mode, mode?.calls, mode?.failed], ["provider unavailable (5xx)", 3, 2]);
    assert.equal(captured.healthy.get(outage.scenario)?.calls, 1);
    // Two of three failed; of the two that succeeded meanwhile one was a healthy call.
    assert.ok(Math.abs((perCall(captured, "error") ?? 0) - 2 / 3) < 1e-9);
    assert.ok(Math.abs((perCall(captured, "ok") ?? 0) - 1 / 3) < 1e-9);
  });

  it("counts of a load the stages in which something is done to the provider", () => {
    const stage = (name: "healthy" | "failing", faulty: boolean) => ({
      name,
      program: faulty ? outage.program : { steps: [] },
      ratePerSecond: 10,
      maxMs: 100,
      until: null,
      onlyIfSeen: false,
      drains: false,
    });
    const load = {
      kind: "load",
      stages: [stage("healthy", false), stage("failing", true)],
      inFlightMax: 9,
      callsMax: 99,
      cutOffMs: 9,
    } as const;
    const loaded = [
      ...whole.slice(0, 3),
      call("l1", 30, { phase: "load", outcome: "succeeded", endedMs: 35 }),
      scrape("stage", 40, { stage: "healthy", text: text(2, 0) }),
      call("l2", 50, { phase: "load", endedMs: 52 }),
      call("l3", 55, { phase: "load", endedMs: 57 }),
      scrape("stage", 60, { stage: "failing", text: text(2, 2) }),
    ];
    const captured = capturesOf(loaded, [{ ...outage, procedure: load }]);
    assert.deepEqual([captured.modes[0]?.calls, captured.modes[0]?.failed], [2, 2]);
    assert.equal(perCall(captured, "error"), 1);
    const open = loaded.map((one) =>
      one.type === "call" && one.id === "l3" ? { ...one, endedMs: 90 } : one,
    );
    const [mode] = capturesOf(open, [{ ...outage, procedure: load }]).modes;
    assert.equal(mode?.unread, "too many of its calls were still under way as the metrics were read");
  });

  it("says why metrics under a fault could not be used", () => {
    const gone = whole.map((one) =>
      one.type === "scrape" && one.moment === "end"
        ? { ...one, text: null, error: "the service had ended" }
        : one,
    );
    const [mode] = capturesOf(gone, [outage]).modes;
    assert.deepEqual([mode?.unread, mode?.footprint, mode?.failed], ["the service had ended", null, 2]);
    const broken = whole.map((one) => (one.type === "scrape" ? { ...one, text: "no metrics {" } : one));
    assert.match(capturesOf(broken, [outage]).modes[0]?.unread ?? "", /line 1/);
  });

  it("takes of a way to fail the experiment in which most calls failed", () => {
    const other = { ...outage, id: "place-order/payments.charge/503-once", name: "503-once" };
    const mild = [call("m", 30, { experiment: other.id, instance: "i2", outcome: "succeeded" })];
    assert.equal(capturesOf([...mild, ...whole], [other, outage]).modes[0]?.experiment, outage.id);
  });

  it("knows nothing of a baseline that is not green", () => {
    const red = whole.map((one) =>
      one.type === "call" && one.id === "w" ? { ...one, outcome: "failed" as const } : one,
    );
    assert.equal(capturesOf(red, [outage]).healthy.size, 0);
  });
});
