import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firingsOf } from "./firings.ts";
import { readRuleErrors, readSaid } from "./read-said.ts";

/** As promtool 2.42 writes it. */
const said = `Unit Testing:  tests.yml
  FAILED:
    name: payments/provider silent or slow,
    alertname: Foo, time: 1h10m, 
        exp:[], 
        got:[
            0:
              Labels:{alertname="Foo", sev="pa\\"ge\\nx", x="a,b"}
              Annotations:{summary="v 0.5 of a,b \\"q\\" {a}"},
            1:
              Labels:{alertname="Foo", sev="page", x="c"}
              Annotations:{}
            ]
    expr: "sum by (x) (rate(e_total[5m]))\\n# 0 0", time: 18m,
        exp: {q="x"} 0E+00
        got: {x="a,b"} 8.5E-02, {x="c"} +Inf
    expr: "nothing\\n# 0 1", time: 18m,
        exp: {q="x"} 0E+00
        got: nil
    expr: "bro(ken", time: 4m, err: 1:8: parse error: unclosed left parenthesis
`;

describe("what promtool says", () => {
  it("is read as the alerts that fire, with every label and annotation", () => {
    const { firing, other } = readSaid(said);
    const [first, second] = firing.get("payments/provider silent or slow") ?? [];
    assert.equal(first?.atMs, 4_200_000);
    assert.deepEqual(first?.labels, { alertname: "Foo", sev: 'pa"ge\nx', x: "a,b" });
    assert.deepEqual(first?.annotations, { summary: 'v 0.5 of a,b "q" {a}' });
    assert.equal(second?.labels["x"], "c");
    assert.deepEqual(other, []);
  });

  it("is read as what queries answered, or why they could not", () => {
    const { answers } = readSaid(said);
    const [sum] = answers.get("sum by (x) (rate(e_total[5m]))\n# 0 0") ?? [];
    assert.deepEqual(sum?.values, { '{x="a,b"}': 0.085, '{x="c"}': Number.POSITIVE_INFINITY });
    assert.deepEqual(answers.get("nothing\n# 0 1")?.[0]?.values, {});
    assert.match(answers.get("bro(ken")?.[0]?.error ?? "", /unclosed/);
  });

  it("about rules that it refuses names file and rule", () => {
    const errors = readRuleErrors(
      `Checking r.yml
  FAILED:
r.yml: 5:15: group "a", rule 1, "Foo": could not parse expression: 1:11: parse error: unclosed left parenthesis
r.yml: group "a", rule 2, "Bar": annotation "summary": template: unclosed action
r.yml: yaml: line 3: mapping values are not allowed in this context`,
      () => "ops/a.yml",
    );
    assert.deepEqual(
      errors.map(({ file, rule }) => [file, rule]),
      [
        ["ops/a.yml", "Foo"],
        ["ops/a.yml", "Bar"],
        ["ops/a.yml", null],
      ],
    );
    assert.match(errors[0]?.says ?? "", /^could not parse/);
  });
});

describe("moments at which an alert fires", () => {
  const moment = (atMs: number, x = "a") => ({ alert: "Foo", atMs, labels: { x }, annotations: {} });
  const watch = { atMs: [0, 10, 20, 30, 40, 50], faultFromMs: 10, faultToMs: 30 };

  it("are one firing from the first to the last, and one each for other labels", () => {
    const firings = firingsOf([moment(20), moment(30), moment(50, "b")], watch, []);
    assert.deepEqual(
      firings.map(({ firedAtMs, resolvedAtMs, watchedMs }) => [firedAtMs, resolvedAtMs, watchedMs]),
      [
        [10, 10, 20],
        [40, null, 20],
      ],
    );
  });

  it("before the fault are told by a time below zero", () => {
    assert.equal(firingsOf([moment(0)], watch, [])[0]?.firedAtMs, -10);
  });
});
