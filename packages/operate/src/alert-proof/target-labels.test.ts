import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Footprint } from "./model.ts";
import { targetLabels } from "./target-labels.ts";

const footprint: Footprint = {
  calls: 1,
  series: new Map([
    ["x", { name: "x_total", labels: { outcome: "ok" }, kind: "counter" as const, perCall: 1, level: 0 }],
  ]),
};
const reading = (label: string, value: string, is: "=" | "=~" | "!=" = "=") => ({
  metric: "x_total",
  matchers: [{ label, is, value }],
});
const of = (...reads: ReturnType<typeof reading>[]) => targetLabels("shop", reads, [footprint]);

describe("labels of a target", () => {
  it("call the job like the service", () => {
    assert.deepEqual(of(), { labels: { instance: "shop:1", job: "shop" }, assumed: [] });
    assert.equal(of(reading("job", "(.+/)?shop", "=~")).labels["job"], "shop");
  });

  it("are taken from the rules where nothing else can tell, and that is said", () => {
    const { labels, assumed } = of(reading("job", "prod/shop"), reading("env", "prod"));
    assert.deepEqual([labels["job"], labels["env"]], ["prod/shop", "prod"]);
    assert.deepEqual(new Set(assumed), new Set(["job", "env"]));
  });

  it("do not hide a label that is spelt wrong, nor one of a metric that is not there", () => {
    assert.deepEqual(of(reading("outcom", "ok")).assumed, []);
    assert.deepEqual(of({ ...reading("env", "prod"), metric: "y_total" }).assumed, []);
    assert.deepEqual(of(reading("env", "prod", "!=")).assumed, []);
  });
});
