import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readExposition } from "../metrics/exposition.ts";
import { besideIdle, footprintOf, isCounter, seriesKey, together } from "./footprint.ts";
import { seriesOver } from "./timeline.ts";

const scrape = (ok: number, bad: number, open: number): string => `
# TYPE calls_total counter
calls_total{outcome="ok"} ${ok}
${bad === 0 ? "" : `calls_total{outcome="error"} ${bad}`}
# TYPE seconds histogram
seconds_bucket{le="1"} ${ok}
seconds_bucket{le="+Inf"} ${ok + bad}
seconds_count ${ok + bad}
seconds_sum ${ok * 0.5 + bad * 2}
# TYPE open gauge
open ${open}
`;
const read = (...of: Parameters<typeof scrape>) => readExposition(scrape(...of));

const healthy = footprintOf([{ before: read(0, 0, 0), after: read(2, 0, 0), calls: 2, healthy: 0 }], null);

describe("footprints of several scenarios", () => {
  const of = (text: string) =>
    footprintOf([{ before: null, after: readExposition(text), calls: 1, healthy: 0 }], null);
  const pay = of(
    "# TYPE http_total counter\nhttp_total 1\n# TYPE pay_total counter\npay_total 2\n# TYPE up_now gauge\nup_now 1\n",
  );
  const list = of("# TYPE http_total counter\nhttp_total 3\n# TYPE list_total counter\nlist_total 1\n");
  assert.ok(pay !== null && list !== null);
  const grows = (footprint: NonNullable<typeof pay>) =>
    Object.fromEntries([...footprint.series.values()].map(({ name, perCall }) => [name, perCall]));

  it("are together what the whole service does, and what was called alone stands beside the idle others", () => {
    const whole = together([pay, list]);
    assert.deepEqual(whole && grows(whole), { http_total: 4, pay_total: 2, up_now: 0, list_total: 1 });
    assert.deepEqual(grows(besideIdle(pay, [list])), {
      http_total: 1,
      pay_total: 2,
      up_now: 0,
      list_total: 0,
    });
    assert.equal(besideIdle(list, [pay]).series.get(seriesKey({ name: "up_now", labels: {} }))?.level, 1);
    assert.equal(together([]), null);
  });
});

describe("a footprint", () => {
  it("is what one call adds to each counter, and where gauges stand", () => {
    const mark = (name: string, labels = {}) => healthy?.series.get(seriesKey({ name, labels }));
    assert.equal(mark("calls_total", { outcome: "ok" })?.perCall, 1);
    assert.equal(mark("seconds_sum")?.perCall, 0.5);
    assert.equal(mark("seconds_bucket", { le: "+Inf" })?.perCall, 1);
    assert.deepEqual([mark("open")?.kind, mark("open")?.level], ["gauge", 0]);
  });

  it("is taken over all instances, and healthy calls between the others are taken out", () => {
    const fault = footprintOf(
      [
        { before: read(1, 0, 0), after: read(1, 3, 1), calls: 3, healthy: 0 },
        { before: read(1, 0, 0), after: read(2, 1, 1), calls: 1, healthy: 1 },
        { before: read(1, 0, 0), after: read(1, 2, 0), calls: 2, healthy: 0 },
      ],
      healthy,
    );
    const mark = (name: string, labels = {}) => fault?.series.get(seriesKey({ name, labels }));
    assert.equal(fault?.calls, 6);
    assert.equal(mark("calls_total", { outcome: "error" })?.perCall, 1);
    assert.equal(mark("calls_total", { outcome: "ok" })?.perCall, 0);
    assert.equal(mark("open")?.level, 1);
  });

  it("of a process that began anew counts from zero", () => {
    const again = footprintOf([{ before: read(50, 0, 0), after: read(1, 0, 0), calls: 1, healthy: 0 }], null);
    assert.equal(again?.series.get(seriesKey({ name: "seconds_count", labels: {} }))?.perCall, 1);
  });

  it("is none where no call was made", () => {
    assert.equal(footprintOf([{ before: null, after: read(1, 0, 0), calls: 0, healthy: 0 }], null), null);
  });

  it("knows counters by their type, else by how their name ends", () => {
    const sample = (name: string, type: "unknown" | "gauge" | "summary", labels = {}) =>
      isCounter({ name, labels, value: 1, type });
    assert.ok(sample("a_total", "unknown") && sample("a_count", "summary"));
    assert.ok(sample("a_bucket", "unknown", { le: "1" }) && !sample("a_bucket", "unknown"));
    assert.ok(!sample("a", "summary", { quantile: "0.9" }) && !sample("a_total", "gauge"));
    assert.ok(!sample("a_created", "unknown"));
  });
});

describe("series over a timeline", () => {
  const fault = footprintOf([{ before: read(2, 0, 0), after: read(2, 2, 1), calls: 2, healthy: 0 }], healthy);
  const phases = [
    { steps: 2, under: "healthy" },
    { steps: 3, under: "fault" },
    { steps: 1, under: "healthy" },
  ] as const;
  assert.ok(healthy !== null && fault !== null);
  const over = { healthy, fault, callsPerSecond: 1, target: { job: "shop", instance: "shop:1" } };
  const values = (reads: Parameters<typeof seriesOver>[1]["reads"]) =>
    Object.fromEntries(
      seriesOver(phases, { ...over, reads }, 60_000).map(({ series, values: text }) => [series, text]),
    );

  it("grow with healthy calls, then with those under the fault, then with healthy ones again", () => {
    const found = values(null);
    assert.equal(
      found['calls_total{outcome="ok", job="shop", instance="shop:1"}'],
      "0 60+60x1 120+0x2 180+60x0",
    );
    assert.equal(found['open{job="shop", instance="shop:1"}'], "0+0x2 1+0x2 0+0x0");
    assert.equal(found['up{job="shop", instance="shop:1"}'], "1+0x6");
  });

  it("begin with the fault where it is the first that makes them", () => {
    assert.equal(
      values(null)['calls_total{outcome="error", job="shop", instance="shop:1"}'],
      "_ _x2 60+60x2 180+0x0",
    );
  });

  it("are left out where nothing reads them", () => {
    const reads = [
      { metric: "calls_total", matchers: [{ label: "outcome", is: "=", value: "ok" } as const] },
    ];
    assert.deepEqual(
      Object.keys(values(reads)).map((name) => name.split("{")[0]),
      ["calls_total", "up"],
    );
  });
});
