import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readExposition } from "@holdfast/operate";
import type { LoadStage, Observation, ScrapeRecord } from "@holdfast/verify";
import { contractOf, folder } from "./support/contract.ts";
import { experimentOf, fixed, only, runOf } from "./support/run.ts";

const metrics = { method: "GET", path: "/metrics" } as const;
const script = { path: join(folder, "service.mjs"), written: "service.mjs" };

const stage = (name: LoadStage["name"], status: number | null): LoadStage => ({
  name,
  program:
    status === null ? { steps: [] } : { steps: [{ fault: { kind: "status", status }, times: "forever" }] },
  ratePerSecond: 25,
  maxMs: 300,
  until: null,
  onlyIfSeen: false,
  drains: true,
});

const experiments = [
  experimentOf("503", { quiet: true, samples: 4 }),
  experimentOf("503-loud", { samples: 2 }),
  experimentOf("load", {
    procedure: {
      kind: "load",
      stages: [stage("healthy", null), stage("failing", 503)],
      inFlightMax: 50,
      callsMax: 100,
      cutOffMs: 300,
    },
    samples: 1,
    samplesMax: 1,
    perInstance: 1,
  }),
  experimentOf("herd", {
    procedure: { kind: "herd", calls: 3, waves: 2 },
    samples: 1,
    samplesMax: 1,
    perInstance: 1,
  }),
];

/** How many orders a scrape tells of. */
function ordersIn({ text, error }: ScrapeRecord): number {
  assert.equal(error, null);
  const orders = readExposition(text ?? "").filter(({ name }) => name === "orders_total");
  return orders.reduce((sum, { value }) => sum + value, 0);
}

/** Checks the scrapes of one instance; answers their moments. */
function checkInstance(scrapes: readonly ScrapeRecord[], observations: readonly Observation[]): string {
  const [{ instance } = { instance: "" }] = scrapes;
  const calls = only(observations, "call").filter((call) => call.instance === instance);
  for (const scrape of scrapes) {
    const before = calls.filter(({ startedMs }) => startedMs < scrape.atMs);
    assert.equal(ordersIn(scrape), before.length, `${scrape.experiment}: ${scrape.moment} ${scrape.stage}`);
    assert.ok(
      before.every(({ endedMs }) => endedMs !== null && endedMs <= scrape.atMs),
      "none is under way",
    );
  }
  const warm = scrapes.findIndex(({ moment }) => moment === "warm");
  const atMs = scrapes[warm]?.atMs ?? 0;
  const healthy = calls.filter(({ phase }) => phase === "gate" || phase === "warm-up");
  assert.deepEqual(
    calls.filter(({ startedMs }) => startedMs < atMs),
    healthy,
    "healthy calls and no others come before",
  );
  return scrapes.map(({ moment, stage: at }) => (at === null ? moment : `${moment} ${at}`)).join(", ");
}

describe("the metrics of a service during a run", { timeout: 120_000 }, () => {
  it("tell at each moment of exactly the calls that were made until then, and nobody is measured meanwhile", async () => {
    const contract = contractOf("good", {
      service: { metrics },
      operations: { rules: [script], dashboards: [] },
    });
    const { observations, folder: out } = await runOf(contract, fixed(experiments));

    const scrapes = only(observations, "scrape");
    const seen = new Map<string, Set<string>>();
    for (const own of Map.groupBy(scrapes, ({ instance }) => instance).values()) {
      const experiment = own[0]?.experiment ?? "";
      seen.set(experiment, (seen.get(experiment) ?? new Set()).add(checkInstance(own, observations)));
    }
    assert.deepEqual(
      Object.fromEntries([...seen].map(([name, moments]) => [name, [...moments].join("; ")])),
      {
        "place-order/gate": "ready, warm",
        "place-order/payments.charge/503": "ready, warm, end",
        "place-order/payments.charge/503-loud": "ready, warm, end",
        "place-order/payments.charge/load": "ready, warm, stage healthy, stage failing, end",
        "place-order/payments.charge/herd": "ready, warm, stage healthy, stage failing, end",
      },
    );
    const quiet = only(observations, "call").filter(
      ({ experiment, phase }) => phase === "sample" && experiment.endsWith("/503"),
    );
    assert.equal(quiet.length, 4);
    for (const { startedMs, endedMs } of quiet)
      assert.ok(!scrapes.some(({ atMs }) => atMs > startedMs && atMs < (endedMs ?? Infinity)));

    const stored = readFileSync(join(out, "observations.ndjson"), "utf8");
    assert.doesNotMatch(stored, /sk-configured-secret/);
    const logged = only(observations, "call-log").flatMap(({ excerpt }) => excerpt);
    assert.ok(logged.length > 0 && !logged.some((line) => line.includes("/metrics")), logged.join("\n"));
    const [run] = only(observations, "run");
    const text = readFileSync(script.path, "utf8");
    assert.deepEqual(run?.operations, { rules: [{ path: "service.mjs", text }], dashboards: [] });
  });

  it("are a note in the record where they cannot be read, and no reason to end the run", async () => {
    const contract = contractOf("good", { service: { metrics: { method: "GET", path: "/nothing" } } });
    const { observations, reason } = await runOf(contract, fixed([experimentOf("503", { samples: 1 })]));

    assert.equal(reason, null);
    const scrapes = only(observations, "scrape");
    assert.equal(scrapes.length, 2 * 2 + 3);
    assert.ok(
      scrapes.every(({ text, error }) => text === null && error === "GET /nothing was answered with 502"),
    );
    assert.equal(only(observations, "experiment")[0]?.samples, 1);
  });
});
