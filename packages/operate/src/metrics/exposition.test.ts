import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import fc from "fast-check";
import { readExposition } from "./exposition.ts";

const sample = (name: string, labels: Record<string, string>, value: number, type = "unknown") => ({
  name,
  labels,
  value,
  type,
});

describe("a text exposition", () => {
  it("is read with its types, timestamps left out", () => {
    const text = [
      "# HELP http_requests_total The total number of requests.",
      "# TYPE http_requests_total counter",
      'http_requests_total{method="post",code="200"} 1027 1395066363000',
      'http_requests_total{ code = "400" , method="post", }\t3',
      "",
      "# a comment, and a metric that nobody describes:",
      "  plain_metric 12.47e-1  ",
      "#no comment that tells anything",
      "# TYPE queue gauge",
      'queue{a="b"}-7',
    ].join("\n");

    assert.deepEqual(readExposition(text), [
      sample("http_requests_total", { method: "post", code: "200" }, 1027, "counter"),
      sample("http_requests_total", { code: "400", method: "post" }, 3, "counter"),
      sample("plain_metric", {}, 1.247),
      sample("queue", { a: "b" }, -7, "gauge"),
    ]);
  });

  it("knows the type of each part of a family, wherever its line stands", () => {
    const text = [
      'took_bucket{le="0.5"} 1',
      'took_bucket{le="+Inf"} 2',
      "took_sum 0.7",
      "took_count 2",
      "# TYPE took histogram",
      "# TYPE size summary",
      'size{quantile="0.5"} 4',
      "size_count 1",
      "size_bucket 1",
      "# TYPE other untyped",
      "other 1",
      "constructor 1",
      "a_constructor 1",
    ].join("\n");

    assert.deepEqual(
      readExposition(text).map(({ type }) => type),
      [...Array(4).fill("histogram"), "summary", "summary", ...Array(4).fill("unknown")],
    );
  });

  it("may be OpenMetrics, with exemplars, units and an end", () => {
    const text = [
      "# TYPE foo_seconds counter",
      "# UNIT foo_seconds seconds",
      'foo_seconds_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o # {"} 0.67 1520879607.7',
      'foo_seconds_created{a="b"} 1520430000.123',
      "# TYPE took histogram",
      'took_bucket{le="10.0"} 4 # {} 9.8',
      "# TYPE build info",
      'build_info{version="1"} 1',
      "# EOF",
      "",
    ].join("\n");

    assert.deepEqual(readExposition(text), [
      sample("foo_seconds_total", { a: "b" }, 17, "counter"),
      sample("foo_seconds_created", { a: "b" }, 1_520_430_000.123, "counter"),
      sample("took_bucket", { le: "10.0" }, 4, "histogram"),
      sample("build_info", { version: "1" }, 1, "info"),
    ]);
  });

  it("may hold what is no plain number", () => {
    const values = { "+Inf": Infinity, Inf: Infinity, "-Inf": -Infinity, NaN: Number.NaN, nan: Number.NaN };
    for (const [written, value] of Object.entries({ ...values, "1e+9": 1e9, ".5": 0.5, "-0": -0 }))
      assert.deepEqual(readExposition(`a ${written}`), [sample("a", {}, value)]);
  });

  it("may quote names, as Prometheus 3 does for those of any alphabet", () => {
    assert.deepEqual(readExposition('# TYPE "my.metric" gauge\n{"my.metric","my.label"="x",b="y"} 1'), [
      sample("my.metric", { "my.label": "x", b: "y" }, 1, "gauge"),
    ]);
  });

  it("reads every label value back as it was escaped", () => {
    const characters = fc.array(
      fc.constantFrom("\\", '"', "\n", "n", "a", " ", "}", ",", "é", "🪢", "\u0000"),
      { size: "max", maxLength: 40 },
    );
    const escaped = (text: string) =>
      text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
    fc.assert(
      fc.property(characters, (parts) => {
        const value = parts.join("");
        assert.deepEqual(readExposition(`m{a="${escaped(value)}"} 1\n`), [sample("m", { a: value }, 1)]);
      }),
    );
  });

  it("keeps a backslash that escapes nothing, and names that objects have", () => {
    const [first, second] = readExposition('a{b="c\\d\\\\n"} 1\na{__proto__="x",toString="y"} 2');

    assert.equal(first?.labels["b"], "c\\d\\n");
    assert.deepEqual(Object.entries(second?.labels ?? {}), [
      ["__proto__", "x"],
      ["toString", "y"],
    ]);
  });

  it("counts the first of two lines of one series", () => {
    assert.deepEqual(readExposition('a{b="1",c="2"} 1\na{c="2",b="1"} 5'), [
      sample("a", { b: "1", c: "2" }, 1),
    ]);
  });

  const refused: readonly (readonly [string, string])[] = [
    ["a", "line 1 has no value"],
    ["a{} ", "line 1 has no value"],
    ["ok 1\n\na 0x10", 'line 3 has the value "0x10", which is no number'],
    ["a 1\r\nb 2", 'line 1 has the value "1\\r", which is no number'],
    ["a 1 noon", 'line 1 has the timestamp "noon", which is no number'],
    ["a 1 2 3", 'line 1 has "3" behind its timestamp'],
    ["a 1 # exemplar", "line 1 has a # behind its value and no exemplar"],
    ['a 1 # {b="c"', "line 1 has neither a comma nor }"],
    ['a 1 # {b="c"} 1 2 # {} 3', 'line 1 has "# {} 3" behind its timestamp'],
    ["1a 1", "line 1 does not begin with the name of a metric"],
    ['{a="b"} 1', "line 1 does not begin with the name of a metric"],
    ['a{"b"} 1', "line 1 names its metric twice"],
    ['{"a","b"} 1', "line 1 names its metric twice"],
    ['a{b="c} 1', 'line 1 has a label "b" whose value is not in quotes'],
    ["a{b=c} 1", 'line 1 has a label "b" whose value is not in quotes'],
    ["a{b} 1", 'line 1 has a label "b" without a value'],
    ['a{b="1",b="2"} 1', 'line 1 has the label "b" twice'],
    ['a{b="1" c="2"} 1', "line 1 has neither a comma nor } at column 9"],
    ["a{,} 1", "line 1 has no label at column 3"],
    ["a{", "line 1 has no label at column 3"],
    ["# TYPE a", "line 1 tells no type that is known"],
    ["# TYPE a constructor", "line 1 tells no type that is known"],
    ["a 1\n# EOF\nb 2", "line 3 stands behind # EOF"],
    ["<html>not found</html>", "line 1 does not begin with the name of a metric"],
  ];
  for (const [text, message] of refused)
    it(`is refused with its line: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => readExposition(text),
        (error) =>
          isCodedError(error) && error.code === "EXPOSITION_INVALID" && error.message.startsWith(message),
      );
    });

  it("ends in samples or in EXPOSITION_INVALID, whatever it is", () => {
    const pieces = fc.constantFrom(
      "a",
      "{",
      "}",
      '"',
      "\\",
      "=",
      ",",
      " ",
      "\n",
      "1",
      "#",
      "# TYPE a counter\n",
      "NaN",
      "é",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40, size: "max" }), (parts) => {
        try {
          readExposition(parts.join(""));
        } catch (error) {
          assert.ok(isCodedError(error) && error.code === "EXPOSITION_INVALID", String(error));
          assert.ok(error.message.length < 200);
        }
      }),
    );
  });

  it("does not choke on what is long", () => {
    const long = "x".repeat(1_000_000);
    assert.equal(readExposition(`a{b="${"\\n".repeat(500_000)}"} 1`)[0]?.labels["b"]?.length, 500_000);
    for (const text of [`a{b="${long}`, `${long} ${long}`, `a${" ".repeat(1_000_000)}x`, `# TYPE "${long}`])
      assert.throws(() => readExposition(text), /^CodedError: line 1 .{1,120}$/);
  });
});
