import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Policy } from "@holdfast/core";
import { metricNames } from "../metrics/catalogue.ts";
import { modes } from "./index.ts";
import { mayHappen } from "./mode-subject.ts";

const folder = new URL(".", import.meta.url);
const index = readFileSync(new URL("index.ts", folder), "utf8");

describe("failure modes", () => {
  it("are one file each, and every file is in the index", () => {
    const helpers = ["index", "mode", "mode-rule", "mode-subject", "metric-absent"];
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => name.slice(0, -3))
      .filter((name) => !helpers.includes(name));
    assert.equal(files.length, modes.length);
    for (const name of files) assert.ok(index.includes(`"./${name}.ts"`), name);
  });

  it("have names of their own, sentences, and read only metrics of the catalogue", () => {
    assert.equal(new Set(modes.map(({ name }) => name)).size, modes.length);
    for (const mode of modes) {
      assert.match(mode.name, /^[A-Z][A-Za-z]+$/);
      for (const text of [mode.says, mode.remedy]) assert.match(text, /^[A-Z].*\.$/);
      const metrics = Object.values(mode.reads).flatMap((reads) =>
        "metric" in reads ? [reads.metric] : [reads.part.metric, reads.whole.metric],
      );
      assert.ok(metrics.length > 0, mode.name);
      for (const metric of metrics) assert.ok(metricNames.includes(metric.replace(/_count$/, "")), metric);
    }
  });

  it("page about nothing but messages that do not leave: all else that matters is an objective's", () => {
    assert.deepEqual(
      modes.filter(({ urgency }) => urgency === "page").map(({ name }) => name),
      ["OutboxLag"],
    );
  });

  it("are alerted on only where the policy has what they need, and everywhere where it is not known", () => {
    const subject = {
      service: "s",
      integration: "p",
      provider: "p",
      source: "resilience",
      matchers: [],
      runbook: null,
    } as const;
    const names = (policy?: Policy) =>
      modes.filter((mode) => mayHappen(mode, policy === undefined ? subject : { ...subject, policy })).length;
    assert.equal(names(), modes.length);
    assert.equal(names({}), modes.length - 2);
    assert.equal(names({ budget: {} }), modes.length - 1);
    assert.equal(names({ budget: {}, breaker: {} }), modes.length);
    assert.equal(names({ budget: {}, breaker: { mode: "shadow" } }), modes.length - 1);
  });
});
