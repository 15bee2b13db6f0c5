import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accepts, promDurationMs, readShape } from "./promql.ts";

describe("an expression", () => {
  it("is read as the series that it names, with their conditions", () => {
    const { reads, readable } = readShape(
      'sum by (route) (rate(http_requests_total{code=~"5..", job="shop"}[5m])) / on (route) sum(rate(all_total[1h])) # and {nothing="else"}',
    );
    assert.deepEqual(reads, [
      {
        metric: "http_requests_total",
        matchers: [
          { label: "code", is: "=~", value: "5.." },
          { label: "job", is: "=", value: "shop" },
        ],
      },
      { metric: "all_total", matchers: [] },
    ]);
    assert.equal(readable, true);
  });

  it("keeps quotes, braces and brackets inside of texts", () => {
    const [read] = readShape('x{a="}[5m]{", b=\'it is\', c=`raw\\n`, d!~"a\\"b\\nc"}').reads;
    assert.deepEqual(
      read?.matchers.map(({ value }) => value),
      ["}[5m]{", "it is", "raw\\n", 'a"b\nc'],
    );
  });

  it("is known by a name that stands among its conditions", () => {
    assert.deepEqual(readShape('{__name__="up", job="a"}').reads, [
      { metric: "up", matchers: [{ label: "job", is: "=", value: "a" }] },
    ]);
  });

  it("may ask for no metric by its name", () => {
    assert.deepEqual(
      readShape('a or {__name__=~"b.*", c="d"}').reads.map(({ metric }) => metric),
      ["", "a"],
    );
  });

  it("may read a metric whole and in part", () => {
    assert.deepEqual(
      readShape('rate(x{a="b"}[5m]) / rate(x[5m])').reads.map(({ matchers }) => matchers.length),
      [1, 0],
    );
  });

  it("looks back over ranges, subqueries and offsets", () => {
    const { rangesMs } = readShape("rate(a[5m]) + max_over_time(b[1h30m:1m]) - c offset 1d");
    assert.deepEqual(rangesMs, [300_000, 5_400_000, 86_400_000]);
  });

  for (const broken of ["rate(x[5m]", "rate(x[five])", 'x{a="b}', "x offset soon"])
    it(`is told to be unreadable: ${broken}`, () => {
      assert.equal(readShape(broken).readable, false);
    });
});

describe("a duration", () => {
  for (const [text, ms] of [
    ["0", 0],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1d", 86_400_000],
    ["5", null],
    ["", null],
    ["5 m", null],
  ] as const)
    it(`${JSON.stringify(text)} is ${ms}`, () => assert.equal(promDurationMs(text), ms));
});

describe("conditions", () => {
  it("are met as Prometheus meets them: whole values, and absent labels are empty", () => {
    const labels = { code: "503" };
    const met = (is: "=" | "!=" | "=~" | "!~", value: string, label = "code"): boolean =>
      accepts([{ label, is, value }], labels);
    assert.ok(met("=", "503") && !met("=", "50"));
    assert.ok(met("=~", "5..") && !met("=~", "5"));
    assert.ok(met("!~", "5") && !met("!~", "5.."));
    assert.ok(met("=", "", "other") && met("!=", "x", "other") && !met("!=", "", "other"));
    assert.ok(met("=", "", "toString"));
  });
});
