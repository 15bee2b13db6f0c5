import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { alertSettingsDefault, durationEdges, metricLabels, metricNames, modes } from "@holdfast/operate";
import { errorCodes, failureClasses } from "@holdfast/resilience";
import { repository } from "./lib/tree.ts";

interface Declared {
  readonly name: string;
  readonly unit: string;
  /** Whether it only grows. */
  readonly counter: boolean;
}

const read = (path: string): string => readFileSync(join(repository, path), "utf8");

/** Files in which metrics are declared. */
const sources = [
  "packages/resilience/src/otel/instruments.ts",
  "packages/delivery/src/otel/instruments.ts",
].map(read);

/** Every instrument that a file declares. Whether it is a counter follows from the type that its key has there. */
function declaredIn(text: string): readonly Declared[] {
  const levels = [...text.matchAll(/Gauge\(|level\(read\.(\w+)\)|gauge\(read\.(\w+)\)/g)].map(
    ([, level, gauge]) => level ?? gauge,
  );
  const gauges = /const gauges[^=]*= \{([\s\S]*?)\n\};/.exec(text)?.[1] ?? "";
  const pattern = /(\w+): \{\s*name: "([^"]+)",\s*unit: "([^"]+)"/g;
  return [...text.matchAll(pattern)].map(([whole, key = "", name = "", unit = ""]) => ({
    name,
    unit,
    counter: !(levels.includes(key) || gauges.includes(whole) || unit === "s"),
  }));
}

/** The name that Prometheus knows an instrument by. */
function prometheusName({ name, unit, counter }: Declared): string {
  const plain = name.replaceAll(".", "_");
  if (unit === "s") return `${plain}_seconds`;
  return counter ? `${plain}_total` : plain;
}

describe("the catalogue of metrics", () => {
  it("names nothing that our packages do not export, as Prometheus names it", () => {
    const exported = new Set(sources.flatMap(declaredIn).map(prometheusName));
    assert.ok(exported.size > 20);
    const ours = metricNames.filter((name) => !name.startsWith("http_"));
    assert.ok(ours.length > 8);
    assert.deepEqual(
      ours.filter((name) => !exported.has(name)),
      [],
    );
  });

  it("names labels as Prometheus names the attributes", () => {
    const names = ["resilience", "delivery"].map((name) => read(`packages/${name}/src/otel/names.ts`));
    const attributes = [...names.join("\n").matchAll(/: "([a-z._]+)",$/gm)].map(([, name = ""]) =>
      name.replaceAll(".", "_"),
    );
    assert.ok(attributes.length > 10);
    assert.deepEqual(
      metricLabels.filter((label) => !attributes.includes(label)),
      [],
    );
  });

  it("looks for values that there are", () => {
    const states = read("packages/resilience/src/otel/tally.ts");
    for (const state of ["open", "half-open", "forced-open"]) assert.ok(states.includes(`"${state}"`), state);
    for (const code of ["ABORTED", "DISPOSED", "FAILED"] as const) assert.ok(errorCodes.includes(code));
    assert.ok(failureClasses.includes("throttled"));
    const matched = JSON.stringify(modes);
    for (const value of ["open|half-open|forced-open", "throttled"])
      assert.ok(matched.includes(`"${value}"`), value);
  });

  it("knows the edges of the buckets that the runtime makes", () => {
    const [, edges = ""] = /durationBuckets[^=]*= \[([^\]]*)\]/.exec(sources[0] ?? "") ?? [];
    const numbers = edges
      .split(",")
      .map((edge) => edge.trim())
      .filter((edge) => edge !== "");
    assert.deepEqual(numbers.map(Number), [...durationEdges]);
    assert.deepEqual(alertSettingsDefault.edges, durationEdges);
  });
});
