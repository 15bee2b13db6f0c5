import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Observation, ScrapeRecord } from "../model.ts";
import { alertTarget } from "../testing/alerts.ts";
import { callRecord, experimentRecord, runRecord } from "../testing/observations.ts";
import { proveAlerts } from "./run-prove-alerts.ts";

const scrape = (facts: Partial<ScrapeRecord>): ScrapeRecord => ({
  type: "scrape",
  experiment: "place-order/gate",
  instance: "i1",
  atMs: 1,
  moment: "ready",
  stage: null,
  text: null,
  error: null,
  ...facts,
});

async function problemOf(...scrapes: readonly ScrapeRecord[]) {
  const { contract, integration } = alertTarget({}, { operations: null });
  const observations: readonly Observation[] = [runRecord(), ...scrapes];
  const record = await proveAlerts({
    contract: { ...contract, integrations: [integration] },
    observations,
    experiments: [],
    environment: {},
    signal: new AbortController().signal,
  });
  return record?.problem;
}

describe("a run without metrics of a healthy call", () => {
  it("says what was answered instead, first and later", async () => {
    const found = await problemOf(
      scrape({ error: "GET /metrics was answered with 500" }),
      scrape({ error: "the service had ended" }),
    );
    assert.equal(found?.code, "NO_METRICS");
    assert.match(found.says, /: GET \/metrics was answered with 500; later: the service had ended$/);
    assert.match(found.remedy, /status 200/);
  });

  it("says that a page is no text of Prometheus", async () => {
    const found = await problemOf(scrape({ text: "<html><body>Metrics</body></html>" }));
    assert.match(found?.says ?? "", /no text of Prometheus/);
  });

  it("says that nobody was asked", async () => {
    assert.match((await problemOf())?.says ?? "", /no instance was asked/);
  });
});

describe("the calls of a way to fail that were slow", () => {
  const outage = experimentRecord("503-forever", {
    program: { steps: [{ fault: { kind: "status", status: 503 }, times: "forever" }] },
  });
  const call = (id: string, tookMs: number, facts: Parameters<typeof callRecord>[1] = {}) =>
    callRecord(id, { experiment: outage.id, startedMs: 0, endedMs: tookMs, ...facts });
  const slowOf = async (slo: NonNullable<ReturnType<typeof alertTarget>["integration"]["slo"]>) => {
    const { contract, integration } = alertTarget({ slo }, { operations: null });
    const record = await proveAlerts({
      contract: { ...contract, integrations: [integration] },
      observations: [
        runRecord(),
        call("w", 100, { phase: "warm-up", outcome: "succeeded" }),
        call("a", 1_050),
        call("b", 1_150),
      ],
      experiments: [outage],
      environment: {},
      signal: new AbortController().signal,
    });
    return record?.modes.map(({ calls, slow }) => ({ calls, slow }));
  };

  it("are kept by the latencies of the objective, beyond what a healthy call takes", async () => {
    const slo = { availability: null, latency: { p99: 1_000, p50: 20 }, windowMs: null };
    assert.deepEqual(await slowOf(slo), [{ calls: 2, slow: { p99: 1, p50: 2 } }]);
    assert.deepEqual(await slowOf({ ...slo, availability: 0.99, latency: null }), [
      { calls: 2, slow: undefined },
    ]);
  });
});
