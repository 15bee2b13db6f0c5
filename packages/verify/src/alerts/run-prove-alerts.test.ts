import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Observation, ScrapeRecord } from "../model.ts";
import { alertTarget } from "../testing/alerts.ts";
import { runRecord } from "../testing/observations.ts";
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
