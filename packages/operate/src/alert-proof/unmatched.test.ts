import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Footprint, SeriesReading } from "./model.ts";
import { unmatchedIn } from "./unmatched.ts";

const footprint = (...labels: readonly Readonly<Record<string, string>>[]): Footprint =>
  ({
    calls: 1,
    series: new Map(labels.map((own, at) => [`${at}`, { name: "calls_total", labels: own }])),
  }) as unknown as Footprint;
const seen = [footprint({ status: "200", path: "/a" }), footprint({ status: "502", path: "/a" })];
const read = (metric: string, ...matchers: SeriesReading["matchers"]): SeriesReading => ({
  metric,
  matchers,
});

describe("what no series has", () => {
  it("is the condition that none fulfils, with the values that were seen", () => {
    const asked = read(
      "calls_total",
      { label: "status", is: "=", value: "5xx" },
      { label: "path", is: "=", value: "/a" },
    );
    assert.deepEqual(unmatchedIn(asked, {}, seen), [
      'calls_total{status="5xx"}, where status is "200", "502"',
    ]);
    const absent = read("calls_total", { label: "code", is: "=~", value: "5.." });
    assert.deepEqual(unmatchedIn(absent, {}, seen), ['calls_total{code=~"5.."}, where no series has code']);
  });

  it("is what none fulfils together where each condition is fulfilled by some", () => {
    const both = [footprint({ status: "200", path: "/a" }, { status: "502", path: "/b" })];
    const asked = read(
      "calls_total",
      { label: "job", is: "=", value: "shop" },
      { label: "status", is: "=~", value: "5.." },
      { label: "path", is: "=", value: "/a" },
    );
    assert.deepEqual(unmatchedIn(asked, { job: "shop" }, both), [
      'calls_total{status=~"5..",path="/a"}, which series fulfil one by one and none fulfils together',
    ]);
  });

  it("is nothing where a series has all, healthy or not, by its own labels or those of the scrape", () => {
    const asked = read(
      "calls_total",
      { label: "status", is: "=~", value: "5.." },
      { label: "job", is: "=", value: "shop" },
    );
    assert.deepEqual(unmatchedIn(asked, { job: "shop" }, seen), []);
    assert.equal(unmatchedIn(asked, { job: "other" }, seen).length, 1);
  });

  it("leaves a metric that nobody exports to those that name it missing", () => {
    assert.deepEqual(unmatchedIn(read("others_total", { label: "a", is: "=", value: "b" }), {}, seen), []);
  });

  it("tells no more than four values", () => {
    const many = footprint(...["a", "b", "c", "d", "e", "f"].map((path) => ({ path })));
    const [told] = unmatchedIn(read("calls_total", { label: "path", is: "=", value: "z" }), {}, [many]);
    assert.match(told ?? "", /"d" and 2 more$/);
  });
});
